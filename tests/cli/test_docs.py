"""Pages that are made from the code are up to date."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from vauntico_tui.actions.registry import ACTIONS
from vauntico_tui.cli import docs, exits
from vauntico_tui.cli.commands import COMMANDS
from vauntico_tui.config.load import parse_config

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("page", docs.PAGES)
def test_the_page_is_not_stale(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    assert "<!-- made: " in text
    assert docs.fill(text) == text, "run python -m vauntico_tui.cli.docs"


def test_every_action_command_and_exit_code_has_its_line() -> None:
    keys = (DOCS / "keys.md").read_text(encoding="utf-8")
    assert all(f"| `{action.id}` |" in keys for action in ACTIONS)
    commands = (DOCS / "commands.md").read_text(encoding="utf-8")
    assert all(f"### `vauntico-tui {name}" in commands for name in COMMANDS)
    assert all(f"| {code} |" in commands for code in exits.MEANING)


def test_writing_the_pages_mends_a_stale_one(tmp_path: Path) -> None:
    for page in docs.PAGES:
        (tmp_path / page).write_text(f"by hand\n<!-- made: keys -->STALE<!-- end: keys -->\n{page}\n")
    docs.write(tmp_path)
    mended = (tmp_path / "keys.md").read_text()
    assert mended.startswith("by hand\n")
    assert mended.endswith("keys.md\n")
    assert "STALE" not in mended
    assert (tmp_path / docs.SCHEMA).exists()


def test_every_link_leads_somewhere_and_every_page_is_linked() -> None:
    root = DOCS.parent
    pages = [root / "README.md", *DOCS.glob("*.md")]
    led = {
        (page.parent / found).resolve()
        for page in pages
        for found in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
        if "://" not in found
    }
    assert not [str(target) for target in led if not target.exists()]
    readme = (root / "README.md").read_text(encoding="utf-8")
    assert not [page.name for page in DOCS.glob("*.md") if f"](docs/{page.name})" not in readme]


def test_the_example_of_a_team_is_a_good_config() -> None:
    text = (DOCS / "oncall.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    assert [person.id for person in parse_config(example).value.people] == ["ann", "ben"]
