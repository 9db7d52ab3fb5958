"""Files, merges and secrets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from typing import Any

from vauntico_tui.base.text import one_line
from vauntico_tui.evidence import specs
from vauntico_tui.evidence.facts import Branch, File, PullState, Secret
from vauntico_tui.evidence.figures import count, listed, when
from vauntico_tui.evidence.ground import Ground, known, met_if, resting_on, unknown, unread
from vauntico_tui.evidence.patterns import BadPatternError, found
from vauntico_tui.evidence.reading import Reading
from vauntico_tui.evidence.structure import UnreadableError, format_of, values_at
from vauntico_tui.evidence.verdict import Mark, Verdict

_CONFIGURE = "set repository under [github] in the configuration"
HEAD = "HEAD"


def _file(path: str, ref: str | None, ground: Ground) -> tuple[Reading[File] | None, str, str | None]:
    """The reading, what the file is called in a sentence, and its link."""
    reading = ground.readings.files.get((path, ref or HEAD))
    name = one_line(path.rsplit("/", 1)[-1] if len(path) > 60 else path, 80)
    link = ground.link(f"blob/{ref or HEAD}/{path.lstrip('/')}")
    if reading is not None and reading.value is not None and reading.value.url:
        link = reading.value.url
    return reading, name + (f" at {one_line(ref, 40)}" if ref else ""), link


def file_exists(check: specs.FileExists, ground: Ground) -> Verdict:
    reading, name, link = _file(check.path, check.ref, ground)
    if reading is None or not known(reading) or reading.value is None:
        return unread(reading, f"the file {name}", _CONFIGURE)
    there = reading.value.text is not None
    reason = f"{name} is there" if there else f"there is no file {name}"
    return resting_on(Verdict(met_if(there), reason, "there" if there else "missing", "there", link), reading)


def file_matches(check: specs.FileMatches, ground: Ground) -> Verdict:
    reading, name, link = _file(check.path, check.ref, ground)
    if reading is None or not known(reading) or reading.value is None:
        return unread(reading, f"the file {name}", _CONFIGURE)
    text = reading.value.text
    if text is None:
        verdict = Verdict(Mark.UNMET, f"there is no file {name}", "missing", "there", link)
    else:
        verdict = _matches(check, name, text, link)
    return resting_on(verdict, reading)


def _matches(check: specs.FileMatches, name: str, text: str, link: str | None) -> Verdict:
    holds: list[str] = []
    for wanted, look in _LOOKS:
        if not wanted(check):
            continue
        try:
            kept, figure, bound, said = look(check, text)
        except (UnreadableError, BadPatternError) as problem:
            return unknown(f"{name} can't be judged: {one_line(str(problem), 240)}", link=link)
        if not kept:
            return Verdict(Mark.UNMET, f"{name} {said}", figure, bound, link)
        holds.append(said)
    if not holds:
        return unknown(f"the check on {name} names no text, regex or path to look for; add one to the plan", link=link)
    return Verdict(Mark.MET, f"{name} {' and '.join(holds)}", "as wanted", "as wanted", link)


_Look = tuple[bool, str, str, str]  # kept, figure, bound, what the file does, in a sentence


def _look_for_text(check: specs.FileMatches, text: str) -> _Look:
    wanted = check.text or ""
    shown = one_line(wanted, 80)
    kept = wanted in text
    return kept, "found" if kept else "not found", "found", f'{"holds" if kept else "does not hold"} "{shown}"'


def _look_for_pattern(check: specs.FileMatches, text: str) -> _Look:
    pattern = check.regex or ""
    kept = found(pattern, text)
    what = f"/{one_line(pattern, 80)}/" if not check.title else "its pattern"  # a title says it better
    said = f"{'matches' if kept else 'does not match'} {what}"
    return kept, "found" if kept else "not found", "found", said


def _look_at_path(check: specs.FileMatches, text: str) -> _Look:
    path = check.at or ""
    form = check.format or format_of(check.path)
    if form is None:
        raise UnreadableError('its ending names no format; add format = "yaml", "json" or "toml" to the check')
    values = values_at(text, form, path)
    at = f"at {one_line(path, 80)}"
    if not values:
        return False, "nothing", _shown(check.equals) if check.equals is not None else "a value", f"has nothing {at}"
    if check.equals is not None and not any(_same(value, check.equals) for value in values):
        first = _shown(values[0]) + (f" and {len(values) - 1} more" if len(values) > 1 else "")
        return False, first, _shown(check.equals), f"has {first} {at}, not {_shown(check.equals)}"
    if check.contains:
        flat = {_text(one) for value in values for one in (value if isinstance(value, list) else [value])}
        missing = [one for one in check.contains if one not in flat]
        have, all_of = len(check.contains) - len(missing), len(check.contains)
        if missing:
            return False, f"{have} of {all_of}", f"{all_of} of {all_of}", f"lacks {listed(missing)} {at}"
        return True, f"{all_of} of {all_of}", f"{all_of} of {all_of}", f"has {listed(check.contains)} {at}"
    if check.equals is not None:
        return True, _shown(check.equals), _shown(check.equals), f"has {_shown(check.equals)} {at}"
    if all(value is None for value in values):
        return False, "empty", "a value", f"has only an empty value {at}"
    return True, "there", "a value", f"has a value {at}"


_LOOKS: tuple[tuple[Callable[[specs.FileMatches], bool], Callable[[specs.FileMatches, str], _Look]], ...] = (
    (lambda check: check.text is not None, _look_for_text),
    (lambda check: check.regex is not None, _look_for_pattern),
    (lambda check: check.at is not None, _look_at_path),
)


def _same(value: Any, wanted: str | int | float | bool) -> bool:
    """Equal in kind and value: `true` is no 1, and "15" is no 15."""
    if isinstance(value, list):
        return any(_same(one, wanted) for one in value if not isinstance(one, list))
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    return isinstance(value, str) == isinstance(wanted, str) and bool(value == wanted)


def _text(value: Any) -> str:
    return str(value).casefold() if isinstance(value, bool) else str(value)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, dict):
        return "a table"
    return "nothing" if value is None else f'"{one_line(value, 60)}"' if isinstance(value, str) else _text(value)


def merged(check: specs.Merged, ground: Ground) -> Verdict:
    if check.pull is not None:
        pull = ground.readings.pull_states.get(check.pull)
        if pull is None or not known(pull) or pull.value is None:
            return unread(pull, f"pull request #{check.pull}", _CONFIGURE)
        return resting_on(_pull_merged(pull.value, ground), pull)
    if check.branch is None:
        return unknown("the check names neither a branch nor a pull request; add one to the plan")
    branch = ground.readings.branches.get(check.branch)
    if branch is None or not known(branch) or branch.value is None:
        return unread(branch, f"the branch {one_line(check.branch, 80)}", _CONFIGURE)
    return resting_on(_branch_merged(check, branch.value, ground), branch)


def _pull_merged(pull: PullState, ground: Ground) -> Verdict:
    link = pull.url or ground.link(f"pull/{pull.number}")
    if pull.state == "merged":
        at = f" at {when(pull.merged_at)}" if pull.merged_at else ""
        return Verdict(Mark.MET, f"pull request #{pull.number} was merged{at}", "merged", "merged", link)
    said = {"open": "is still open", "closed": "was closed without a merge", "missing": "does not exist"}
    reason = f"pull request #{pull.number} {said.get(pull.state, 'is not merged')}"
    return Verdict(Mark.UNMET, reason, one_line(pull.state, 40), "merged", link)


def _branch_merged(check: specs.Merged, branch: Branch, ground: Ground) -> Verdict:
    name = one_line(branch.name, 80)
    if branch.merged_pull is not None and check.into in {None, branch.merged_into}:
        at = f" at {when(branch.merged_at)}" if branch.merged_at else ""
        into = f" into {one_line(branch.merged_into, 60)}" if branch.merged_into else ""
        reason = f"{name} was merged{into} by pull request #{branch.merged_pull}{at}"
        return Verdict(Mark.MET, reason, "merged", "merged", ground.link(f"pull/{branch.merged_pull}") or branch.url)
    if branch.open_pull is not None:
        reason = f"pull request #{branch.open_pull} of {name} is still open"
        return Verdict(Mark.UNMET, reason, "open", "merged", ground.link(f"pull/{branch.open_pull}") or branch.url)
    if branch.merged_pull is not None:
        into = one_line(branch.merged_into or "another branch", 60)
        reason = f"{name} was merged into {into}, not into {one_line(check.into or '', 60)}"
        return Verdict(Mark.UNMET, reason, "merged elsewhere", "merged", ground.link(f"pull/{branch.merged_pull}"))
    if branch.exists:
        reason = f"the branch {name} is there, but no pull request from it was merged"
        return Verdict(Mark.UNMET, reason, "no merge", "merged", branch.url or ground.link(f"tree/{branch.name}"))
    return Verdict(Mark.UNMET, f"there is no branch {name}, and no merged pull request from one", "no branch", "merged",
                   ground.link("branches"))  # fmt: skip


def secrets_present(check: specs.SecretsPresent, ground: Ground) -> Verdict:
    reading = ground.readings.secrets.get(check.scope)
    place = "the repository" if check.scope == "repository" else f"the environment {one_line(check.scope, 60)}"
    if reading is None or not known(reading) or reading.value is None:
        return unread(reading, f"the secrets of {place}", _CONFIGURE)
    by_name = {secret.name.upper(): secret for secret in reading.value}
    missing = [name for name in check.names if name.upper() not in by_name]
    old = [name for name in check.names if _older(by_name.get(name.upper()), check)]
    good, total = len(check.names) - len(missing) - len(old), len(check.names)
    link = ground.link("settings/secrets/actions" if check.scope == "repository" else "settings/environments")
    parts = [f"missing {listed(missing)}"] if missing else []
    if old and check.updated_since is not None:
        parts.append(f"not renewed since {when(check.updated_since)}: {listed(old)}")
    reason = f"{good} of {count(total, 'secret')} of {place} {'is' if good == 1 else 'are'} set"
    reason = (
        f"{reason}; {', '.join(parts)}"
        if parts
        else (
            f"all {total} secrets of {place} are set"
            if total > 1
            else f"{one_line(check.names[0], 60)} is set in {place}"
        )
    )
    verdict = Verdict(met_if(not parts), reason, f"{good} of {total}", str(total), link, value=float(good))
    return resting_on(verdict, reading)


def _older(secret: Secret | None, check: specs.SecretsPresent) -> bool:
    since = check.updated_since
    if secret is None or since is None:
        return False
    return secret.updated_at < (since if since.tzinfo else since.replace(tzinfo=UTC))
