"""Scrape jobs of a prometheus.yml: created, or merged into what is there."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from vauntico_tui.runbooks.edits import prometheus_check
from vauntico_tui.runbooks.edits.model import Edited
from vauntico_tui.runbooks.edits.splice import (
    CannotMerge,
    Splice,
    above_comments,
    line_start,
    lines_at,
    newline_of,
    next_line,
    spliced,
)
from vauntico_tui.runbooks.edits.yaml_nodes import (
    Node,
    column,
    compose,
    dash,
    data,
    entry_end,
    here,
    is_null,
    own,
    plain,
    rest_of_line,
    value_end,
)
from vauntico_tui.runbooks.model import ScrapeJobs


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A job as the edit writes it: its values, and its lines from the dash on, as far in as the dash."""

    name: str
    told: dict[Any, Any]
    lines: tuple[str, ...]


def scrape_jobs(edit: ScrapeJobs, before: str | None) -> Edited:
    """Create the file, or put in the jobs that it lacks. Raises CannotMerge."""
    found = prometheus_check.problems_of_text(edit.text)
    if found:
        raise CannotMerge(f"the text of the edit is no sound prometheus.yml: {found[0]}")
    if before is None or not before.strip():
        return Edited(edit.path, before, edit.text)
    if all(not line.strip() or line.strip().startswith("#") for line in before.splitlines()):
        newline = newline_of(before)
        gap = "" if before.endswith(("\n", "\r")) else newline
        return Edited(edit.path, before, before + gap + newline.join(edit.text.splitlines()) + newline)
    merge = _Merge(before)
    merge.run(*_wanted(edit.text))
    after = spliced(before, merge.splices)
    if after != before:
        _prove(before, after, merge.expected)
    return Edited(edit.path, before, after, tuple(merge.notes))


# ---- what is wanted ------------------------------------------------------------------------------------------------


def _wanted(text: str) -> tuple[list[_Wanted], tuple[str, ...]]:
    """The jobs of the edit's text, and the lines of its global section."""
    text = "\n".join(text.splitlines()) + "\n"
    root = compose(text)
    jobs: list[_Wanted] = []
    there = own(root, "scrape_configs")
    if there is None or there[1].id != "sequence" or not there[1].value or there[1].flow_style:
        raise CannotMerge("the text of the edit holds no scrape_configs, one below the other")
    for item in there[1].value:
        told = data(item)
        start = dash(text, item)
        indent = start - line_start(text, start)
        lines = text[line_start(text, start) : value_end(text, item)].split("\n")
        jobs.append(_Wanted(told["job_name"], told, tuple(line[indent:] if line.strip() else "" for line in lines)))
    shared = own(root, "global")
    if shared is None or is_null(shared[1]):
        return jobs, ()
    return jobs, tuple(text[shared[0].start_mark.index : entry_end(text, *shared)].split("\n"))


def _holds(has: Any, wants: Any, name: str) -> bool:
    """Whether a value is what is wanted, or more of it: further targets, further labels."""
    if name == "static_configs" and isinstance(has, list) and isinstance(wants, list):
        return all(any(_holds_targets(group, want) for group in has) for want in wants)
    return bool(has == wants)


def _holds_targets(has: Any, wants: Any) -> bool:
    if not isinstance(has, dict) or not isinstance(wants, dict):
        return False
    labels, wanted = has.get("labels") or {}, wants.get("labels") or {}
    targets, asked = has.get("targets") or [], wants.get("targets") or []
    return all(target in targets for target in asked) and all(labels.get(key) == value for key, value in wanted.items())


# ---- merging -------------------------------------------------------------------------------------------------------


class _Merge:
    """The changes that give a file its jobs, and what it will hold with them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._root = compose(text)
        self._told = data(self._root)
        self.expected = deepcopy(self._told)
        self.splices: list[Splice] = []
        self.notes: list[str] = []

    def run(self, wanted: list[_Wanted], shared: tuple[str, ...]) -> None:
        """Plan all of it. Raises CannotMerge."""
        lacking = self._lacking(wanted)
        if lacking:
            jobs = self.expected.get("scrape_configs")
            added = [deepcopy(job.told) for job in lacking]
            self.expected["scrape_configs"] = [*(jobs if isinstance(jobs, list) else []), *added]
            self.notes.insert(0, f"put in: {', '.join(job.name for job in lacking)}")
        if self._told.get("scrape_config_files"):
            self.notes.append("it takes further jobs from scrape_config_files, which are not looked into")
        put_in = self._shared(shared)
        if lacking or put_in:
            self.splices += _places(self._text, self._root, lacking, put_in)

    def _shared(self, shared: tuple[str, ...]) -> tuple[str, ...]:
        """The global section, where it has none."""
        if not shared:
            return ()
        told = data(compose("\n".join(shared)))["global"]
        if "global" not in self._told:
            self.notes.append("it has no global section: the one asked for is put in")
            self.expected["global"] = told
            return shared
        has = self._told["global"]
        for name, value in told.items():
            if isinstance(has, dict) and name in has and has[name] != value:
                self.notes.append(f"its global {name} is {_said(has[name])}, not {_said(value)}: left as it is")
        return ()

    def _lacking(self, wanted: list[_Wanted]) -> list[_Wanted]:
        """The jobs that are not there. One of the same name is given what it lacks; raises CannotMerge where it
        differs."""
        there = self._told.get("scrape_configs")
        jobs = there if isinstance(there, list) else []
        lacking: list[_Wanted] = []
        for want in wanted:
            at = next(
                (n for n, job in enumerate(jobs) if isinstance(job, dict) and job.get("job_name") == want.name), None
            )
            if at is None:
                lacking.append(want)
                continue
            missing = [name for name in want.told if name not in jobs[at]]
            other = [
                name for name in want.told if name in jobs[at] and not _holds(jobs[at][name], want.told[name], name)
            ]
            if other:
                raise CannotMerge(f"the job {want.name} is there already, with another {other[0]}")
            if not missing:
                self.notes.append(f"the job {want.name} is there already")
                continue
            self.splices.append(self._into_job(at, want, missing))
            self.expected["scrape_configs"][at] |= {name: want.told[name] for name in missing}
            self.notes.append(f"the job {want.name} is there already, without {', '.join(missing)}: put in")
        return lacking

    def _into_job(self, at: int, want: _Wanted, missing: list[str]) -> Splice:
        """The keys that a job lacks, at its end."""
        text = self._text
        jobs = own(self._root, "scrape_configs")
        item = jobs[1].value[at] if jobs is not None else None
        if jobs is None or item is None or item.flow_style or item.start_mark.index < jobs[1].start_mark.index:
            raise CannotMerge(
                f"the job {want.name} is there already, without {', '.join(missing)}, and not line by line"
            )
        fragment = "\n".join((want.lines[0].replace("-", " ", 1), *want.lines[1:], ""))
        wanted = compose(fragment)
        first = item.value[0][0].start_mark.index
        indent = " " * (first - line_start(text, first))
        lines: list[str] = []
        for name in missing:
            entry = own(wanted, name)
            if entry is None:
                raise CannotMerge(f"the text of the edit takes {name} of {want.name} from elsewhere (<<)")
            start = line_start(fragment, entry[0].start_mark.index)
            inner = entry[0].start_mark.index - start
            held = fragment[start : entry_end(fragment, *entry)].split("\n")
            lines += [indent + line[inner:] if line.strip() else "" for line in held]
        return lines_at(text, rest_of_line(text, value_end(text, item)), lines)


# ---- where ---------------------------------------------------------------------------------------------------------


def _places(text: str, root: Node, lacking: list[_Wanted], shared: tuple[str, ...]) -> list[Splice]:
    """Where the global section and the jobs that are lacking go."""
    if root.flow_style:
        raise CannotMerge("it is written on one line")
    indent = " " * column(text, root.value[0][0])
    jobs = own(root, "scrape_configs")
    found: list[Splice] = []
    head = [*(indent + line if line.strip() else "" for line in shared), ""] if shared else []
    if jobs is None:
        end = rest_of_line(text, value_end(text, root))
        lines = ["", *head, f"{indent}scrape_configs:", *_listed(lacking, indent + "  ", gap=True)]
        return [lines_at(text, end, lines)]
    key, there = jobs
    if head:
        place = above_comments(text, key.start_mark.index)
        place = place or line_start(text, key.start_mark.index)  # what begins the file is about all of it
        found.append(lines_at(text, place, head))
    if not lacking:
        return found
    if is_null(there) or (there.id == "sequence" and not there.value):
        if not here(key, there):
            raise CannotMerge("its scrape_configs stand elsewhere in the file (an alias)")
        end = entry_end(text, key, there)
        behind = rest_of_line(text, end)
        if there.id == "sequence":  # [] goes
            found.append(Splice(len(text[: there.start_mark.index].rstrip(" \t")), there.end_mark.index, ""))
        return [*found, lines_at(text, behind, _listed(lacking, indent + "  ", gap=True))]
    if there.id != "sequence" or not here(key, there):
        raise CannotMerge("its scrape_configs are no list that stands in its place")
    if there.flow_style:
        raise CannotMerge("its scrape_configs are written on one line")
    return [*found, _behind(text, there, lacking)]


def _behind(text: str, there: Node, lacking: list[_Wanted]) -> Splice:
    """The jobs behind the last one, with a blank line between where there is one between others."""
    places = [item for item in there.value if item.start_mark.index >= there.start_mark.index]
    if not places:
        raise CannotMerge("its scrape_configs stand elsewhere in the file (aliases)")
    first = dash(text, places[0])
    indent = " " * (first - line_start(text, first))
    end = value_end(text, there)
    at = rest_of_line(text, end)
    while at < len(text):  # comments that are further in belong to the last job
        line = text[at : next_line(text, at)]
        if not line.strip().startswith("#") or len(line) - len(line.lstrip(" ")) <= len(indent):
            break
        at = next_line(text, at)
    gap = True
    if len(places) >= 2:
        above = text[: above_comments(text, dash(text, places[-1]))].rstrip(" \t")
        gap = above.endswith(("\n\n", "\n\r\n", "\r\r"))
    return lines_at(text, at, [*([""] if gap else []), *_listed(lacking, indent, gap=gap)])


def _listed(lacking: list[_Wanted], indent: str, *, gap: bool) -> list[str]:
    lines: list[str] = []
    for job in lacking:
        if lines and gap:
            lines.append("")
        lines += [indent + line if line else "" for line in job.lines]
    return lines


# ---- proof ---------------------------------------------------------------------------------------------------------


def _prove(before: str, after: str, expected: dict[Any, Any]) -> None:
    """Raises CannotMerge unless the new text holds exactly what was meant, and nothing new is wrong with it."""
    if data(compose(after)) != expected:
        raise CannotMerge("what would be changed is used in more than one place (anchors and aliases)")
    known = prometheus_check.problems(plain(before))
    for place, sentence in prometheus_check.problems(plain(after)).items():
        if place not in known:
            raise CannotMerge(f"Prometheus would not take it: {sentence}")


def _said(value: Any) -> str:
    return str(value[1] if isinstance(value, tuple) else value)
