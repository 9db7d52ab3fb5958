"""Whatever a document says is in the plan, or in a note of it."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from vauntico_tui.plan.importer import import_markdown
from vauntico_tui.plan.load import parse_plan
from vauntico_tui.plan.mojibake import repair
from vauntico_tui.plan.write import dump_plan

ROADMAP = Path(__file__).with_name("roadmap.md").read_text(encoding="utf-8")


def words(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", text.casefold()))


def test_every_word_of_the_roadmap_is_in_the_plan() -> None:
    dumped = dump_plan(import_markdown(ROADMAP).plan).casefold()
    missing = {word for word in words(repair(ROADMAP)) if word not in dumped}
    assert not missing


def test_every_line_of_code_is_in_the_plan_to_the_letter() -> None:
    plan = import_markdown(ROADMAP).plan
    fences = re.findall(r"^```\w+\n(.*?)^```$", ROADMAP, re.DOTALL | re.MULTILINE)
    assert [snippet.text for blocker in plan.blockers for snippet in blocker.snippets] == fences


HEADINGS = (
    "Plan {}", "Week 1: {}", "WEEK 2-3 {}", "Week 1 Targets", "Week 3-4 Targets {}", "Day 1-2: {}", "Day 5-3: {}",
    "Risk {}", "{} Risks", "Team {} (3-4 developers)", "Time Allocation", "Resource {}", "Continuous Improvement {}",
    "Long-term {}", "Post {} Monitoring", "Escalation {}", "Level 1 (24 hours): {}", "Level 2 (soon): {}",
    "Expected Outcomes", "Immediate (48 hours) {}", "Short-term ({})", "Immediate actions (Next 24 Hours)",
    "Critical path blockers {}", "1. {} (2 hours)", "2) {}", "Next Steps", "Executive {} Approvals",
    "Success Definition",
    "Executive Summary", "Success metrics {}", "Something {} else", "Phase 2: {}",
)  # fmt: skip
BLOCKS = (
    "{}", "{} {}\n{}", "- {}\n- {}", "* {}\n* {}\n  {}", "1. {}\n2. {}", "1) {}\n2) {}", "- [ ] {}\n- [x] {}",
    "- {}\n  - {}\n  - {}", "- {}\n\n  {}\n- {}", "- {}\n\n      {}", "**Branch**: `{}`",
    "**Deliverables**:\n\n- {}\n- {}",
    "**Risk**: {}\n**Mitigation**: {}", "**Mitigation**: {}", "- **Risk**: {}\n  **Mitigation**: {}",
    "- **Risk**: {}\n  - Mitigation: {}", "- **{}**: {}", "- {} - {}", "- Contact: {} + {}\n- Resolution: {}",
    "- Contact: {}\n- Contact: {}", "Contact: {}\nResolution: {}", "**Contact**: {}", "**Executive Summary**: {} {}",
    "**Executive Summary**:\n\n{}", "**{} Approval Required**:\n\n- [ ] {}", "**Next Steps**: {}\n\n1. {}\n2. {}",
    "**Success Definition**: {}", "**{}**:\n- {}", "**{}**: {}", "**{}**", "```sh\n# Update a/{}.yml\n{}\n```",
    "```{}\n{}\n```", "~~~\n{}\n~~~", "    {}", "> {}\n> {}", "> **Executive Summary**: {}", "> - {}\n>   {}", "---",
    "| {} | {} |\n|---|---|\n| {} | 3 |", "<div>{}</div>", "<!-- {} -->", "[{}](http://{}.example)", "![{}](a.png)",
    "- **Week 1**: 40 hours ({})\n- **Week 1**: 32 hours {}", "- Week 2: {} hours", "- Total: 90 hours {}",
    "- Daily {}\n- {}", "- Level 3 (1 week): {}\n  - Contact: {}\n  - {}", "- {} (2 hours)\n- {} (a day)",
    "{}\n===",
    "\\*{}\\* `{}` _{}_ *{}* ***{}***", "- ✅ {}\n- 🎯 {}", "- Severity: {}\n- Critical: 3", "**Week 2**:\n\n- {}",
    "**Targets**:\n- {}", "**Estimate**: 3 hours {}", "[{}]: http://{}.example", "{}  \n{}",
    "- -\n- {}", "&amp; {} &lt;{}&gt;",
)  # fmt: skip


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, int]:
    """A document in a roadmap's manner, each of whose words w1, w2, ... is in it once."""
    count = 0
    parts = []
    for _ in range(draw(st.integers(1, 14))):
        template = draw(st.sampled_from(BLOCKS))
        if draw(st.booleans()):
            template = "#" * draw(st.integers(1, 6)) + " " + draw(st.sampled_from(HEADINGS))
        while "{}" in template:
            template = template.replace("{}", f"w{count}w", 1)
            count += 1
        parts.append(template)
    return draw(st.sampled_from(["\n\n", "\n", "\n\n\n"])).join(parts), count


@given(documents(), st.booleans())
def test_no_word_is_lost_and_the_plan_loads_again(made: tuple[str, int], crlf: bool) -> None:
    document, count = made
    plan = import_markdown(document.replace("\n", "\r\n") if crlf else document).plan
    dumped = dump_plan(plan)
    assert {f"w{number}w" for number in range(count)} <= words(dumped)
    assert parse_plan(dumped, "plan.toml") == plan
