"""Colours by meaning. A tone is a name ("unmet"); a palette says how a theme draws it. Colour never speaks alone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from rich.style import Style
from textual.content import Content
from textual.theme import Theme

DARK, LIGHT, SIXTEEN = "vauntico-dark", "vauntico-light", "vauntico-16"

_DARK = {
    "text": "#d7dce2", "dim": "#8d96a0", "frame": "#3f4750", "met": "#5fc98a", "unmet": "#ff7b72",
    "soon": "#e3b341", "accent": "#79b8ff", "picked": "#1d3557", "background": "#0e1217", "panel": "#171c23",
}  # fmt: skip
_LIGHT = {
    "text": "#1f2328", "dim": "#5d6570", "frame": "#bfc5cc", "met": "#176f2f", "unmet": "#c1241a",
    "soon": "#8a5a00", "accent": "#0a56b0", "picked": "#d3e4fa", "background": "#fcfcfa", "panel": "#eef0f2",
}  # fmt: skip


def _styles(colours: Mapping[str, str]) -> dict[str, Style]:
    """Every tone in true colour."""

    def ink(name: str, *, bold: bool = False) -> Style:
        return Style(color=colours[name], bgcolor=colours["background"], bold=bold or None)

    return {
        "": ink("text"), "strong": ink("text", bold=True), "dim": ink("dim"), "frame": ink("frame"),
        "met": ink("met"), "unmet": ink("unmet"), "late": ink("unmet", bold=True), "soon": ink("soon"),
        "unknown": ink("dim"), "accent": ink("accent"), "title": ink("accent", bold=True),
        "heading": ink("dim", bold=True), "key": ink("accent", bold=True), "picked": Style(bgcolor=colours["picked"]),
        "picked-away": Style(),
    }  # fmt: skip


_STYLES: dict[str, dict[str, Style]] = {
    DARK: _styles(_DARK),
    LIGHT: _styles(_LIGHT),
    # The terminal's own 16 colours, and no background of ours: the reader has made them legible.
    SIXTEEN: {
        "": Style(), "strong": Style(bold=True), "dim": Style(dim=True), "frame": Style(dim=True),
        "met": Style(color="green"), "unmet": Style(color="red"), "late": Style(color="red", bold=True),
        "soon": Style(color="yellow"), "unknown": Style(dim=True), "accent": Style(color="cyan"),
        "title": Style(color="cyan", bold=True), "heading": Style(bold=True), "key": Style(color="cyan", bold=True),
        "picked": Style(reverse=True), "picked-away": Style(),
    },
}  # fmt: skip

TONES = frozenset(_STYLES[DARK])


def style_of(theme: str, tone: str) -> Style:
    """How a theme draws a tone; another theme than ours borrows the dark one's."""
    return _STYLES.get(theme, _STYLES[DARK])[tone]


@lru_cache(maxsize=256)
def picked_style(theme: str, tone: str, focused: bool) -> Style:
    """A tone in the selected row: on its background, or reversed where there is no colour to trust."""
    base = style_of(theme, tone)
    over = style_of(theme, "picked" if focused else "picked-away")
    if over.reverse:  # one even bar: reversed colours and dim text would be a patchwork
        return over + Style(bold=True)
    return base + over


def themes() -> tuple[Theme, ...]:
    """The themes that the app registers, with `$tone-*` variables for `styled` and style sheets."""

    def theme(name: str, colours: Mapping[str, str], dark: bool) -> Theme:
        tones = {f"tone-{key}": value for key, value in colours.items() if key not in {"background", "panel"}}
        tones |= {"tone-strong": colours["text"], "tone-late": colours["unmet"], "tone-unknown": colours["dim"]}
        return Theme(
            name=name,
            primary=colours["accent"],
            secondary=colours["dim"],
            warning=colours["soon"],
            error=colours["unmet"],
            success=colours["met"],
            accent=colours["accent"],
            foreground=colours["text"],
            background=colours["background"],
            surface=colours["background"],
            panel=colours["panel"],
            dark=dark,
            variables={
                **tones,
                "block-cursor-background": colours["picked"],
                "block-cursor-foreground": colours["text"],
            },
        )

    sixteen = {
        "text": "ansi_default", "dim": "ansi_default", "frame": "ansi_bright_black", "met": "ansi_green",
        "unmet": "ansi_red", "soon": "ansi_yellow", "accent": "ansi_cyan", "picked": "ansi_blue",
    }  # fmt: skip
    tones = {f"tone-{key}": value for key, value in sixteen.items()}
    tones |= {"tone-strong": "ansi_default", "tone-late": "ansi_red", "tone-unknown": "ansi_default"}
    return (
        theme(DARK, _DARK, True),
        theme(LIGHT, _LIGHT, False),
        Theme(
            name=SIXTEEN,
            primary="ansi_cyan",
            secondary="ansi_blue",
            warning="ansi_yellow",
            error="ansi_red",
            success="ansi_green",
            accent="ansi_cyan",
            foreground="ansi_default",
            background="ansi_default",
            surface="ansi_default",
            panel="ansi_default",
            boost="ansi_default",
            ansi=True,
            variables={
                **tones,
                "border": "ansi_cyan",
                "block-cursor-background": "ansi_cyan",
                "block-cursor-foreground": "ansi_black",
                "block-cursor-text-style": "bold",
                "block-cursor-blurred-background": "ansi_default",
                "block-cursor-blurred-foreground": "ansi_default",
                "ansi-background": "ansi_black",
                "ansi-foreground": "ansi_white",
                "border-blurred": "ansi_bright_black",
                "input-cursor-background": "ansi_default",
                "input-cursor-foreground": "ansi_default",
                "input-cursor-text-style": "reverse",
                "input-selection-background": "ansi_cyan",
                "input-selection-foreground": "ansi_black",
                "screen-selection-background": "ansi_cyan",
                "screen-selection-foreground": "ansi_black",
                "scrollbar": "ansi_bright_black",
                "scrollbar-background": "ansi_default",
                "scrollbar-corner-color": "ansi_default",
            },
        ),
    )


_MARKUP = {
    "": "", "strong": "bold", "dim": "$tone-dim", "frame": "$tone-frame", "met": "$tone-met", "unmet": "$tone-unmet",
    "late": "bold $tone-late", "soon": "$tone-soon", "unknown": "$tone-unknown", "accent": "$tone-accent",
    "title": "bold $tone-accent", "heading": "bold $tone-dim", "key": "bold $tone-accent",
}  # fmt: skip


def styled(text: str, tone: str = "") -> Content:
    """Outside text as Content in a tone. The text is never read as markup."""
    return Content.styled(text, _MARKUP[tone]) if _MARKUP[tone] else Content(text)
