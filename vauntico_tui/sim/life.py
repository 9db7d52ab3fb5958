"""What goes on by itself: commits, pull requests, issues closed and opened. The same seed, the same life."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from random import Random

from vauntico_tui.sim.world import changes, governance, issue_table, pipeline
from vauntico_tui.sim.world.people import BOT, TEAM
from vauntico_tui.sim.world.world import World

MINUTE = 60.0
Happening = Callable[[World, Random], None]


def breathe(world: World) -> None:
    """Start every stream of happenings. At speed 0 nothing happens by itself."""
    if world.agenda.speed == 0:
        return
    for name, (minutes, happening) in _STREAMS.items():
        _next(world, name, minutes, happening, 0)


def _next(world: World, name: str, minutes: float, happening: Happening, index: int) -> None:
    share = (0.5, 1.5) if index else (0.02, 0.1)  # the first of each comes soon: whoever looks in sees life
    wait = world.rng("wait", name, index).uniform(*share) * minutes * MINUTE
    world.agenda.after(wait, partial(_happen, world, name, minutes, happening, index))


def _happen(world: World, name: str, minutes: float, happening: Happening, index: int) -> None:
    happening(world, world.rng("happening", name, index))
    _next(world, name, minutes, happening, index + 1)


def _commit(world: World, chance: Random) -> None:
    """A small step on the default branch."""
    word, path = chance.choice(
        (("docs", "docs/notes.md"), ("fix", "server-v2/src/index.ts"), ("chore", "CHANGELOG.md"))
    )
    text = (world.text(path) or "") + f"{'// ' if path.endswith('.ts') else '- '}step {chance.randrange(10**6)}\n"
    message = (
        f"{chance.randint(1, 5)}: {word}: {chance.choice(('small step', 'tidy up', 'clearer words', 'one case more'))}"
    )
    changes.commit_files(world, world.default_branch, {path: text.encode()}, message, chance.choice(TEAM))


_IDEAS = (
    (0, "feat: show the score's history", "frontend/pages/history.tsx", "trust-calculator usage"),
    (1, "feat: quotas for licence keys", "server-v2/src/licensing/quota.ts", "uptime"),
    (2, "feat: audit log for enterprises", "server-v2/src/compliance/audit.ts", "uptime"),
    (3, "feat: tips for creators", "frontend/pages/tips.tsx", "pro subscriptions"),
    (4, "feat: buy credits in bulk", "server-v2/src/credits/bulk.ts", "pro subscriptions"),
    (0, "test: webhook signatures", "server-v2/tests/webhooks/signature.test.ts", "test coverage"),
)


def _pull(world: World, chance: Random) -> None:
    """Somebody proposes something; one in four forgets a part of what governance asks for."""
    phase, words, path, kpi = chance.choice(_IDEAS)
    number = chance.randrange(10**6)
    branch = f"{words.split(':')[0]}/{path.rpartition('/')[2].partition('.')[0]}-{number}"
    head = world.git.refs[f"heads/{world.default_branch}"]
    author = chance.choice(TEAM)
    title = f"{phase + 1}: {words}"
    commit = world.git.change(head, {path: f"// {title} {number}\n".encode()}, title, author, world.now)
    changes.set_ref(world, f"heads/{branch}", commit.sha, author)
    without = chance.choice(("phase", "revenue", "memories", "kpis")) if chance.random() < 0.25 else ""
    text = governance.body(f"{words.split(': ')[1].capitalize()}.", phase, kpi, chance.randint(1, 4), without=without)
    changes.open_pull(world, title, text, author, head=branch)


def _merge(world: World, chance: Random) -> None:
    """Of the pull requests that came to life here the oldest gets on: it is merged where it complies, given what it
    lacks where not, closed where it conflicts. Those of the start wait for a person."""
    begun = int(world.agenda.started_at)
    grown = [pull for pull in world.pulls() if pull.created_at >= begun and pull.state == "open" and not pull.draft]
    for pull in grown:
        if governance.complies(pull.body):
            pull.body = governance.body(pull.title, chance.randrange(5), "uptime", chance.randint(1, 4))
            pull.updated_at = world.now
            world.touch()
            return
        by = chance.choice(TEAM)
        try:
            changes.merge_pull(world, pull, by, method="squash")
        except changes.ConflictError:
            changes.set_state(world, pull, "closed", None, by)
            continue
        world.git.refs.pop(f"heads/{pull.head}", None)
        return


def _close(world: World, chance: Random) -> None:
    """An issue is resolved: the more severe ones sooner. Those that a blocker rests on stay until it is fixed."""
    weight = {"critical": 4, "high": 3, "medium": 2, "low": 1}
    opened = [issue for issue in world.issues() if issue.state == "open" and issue.number not in _HELD]
    if not opened:
        return
    weights = [next((weight[one[10:]] for one in issue.labels if one[10:] in weight), 1) for issue in opened]
    issue = chance.choices(opened, weights)[0]
    by = issue.assignees[0] if issue.assignees else chance.choice(TEAM)
    changes.add_comment(world, issue, by, "Done; a check in CI keeps it so.")
    changes.set_state(world, issue, "closed", "completed", by)


_HELD = frozenset({1, 2, 3, 4, 5, 11, 18})
"""Issues that stand for a blocker of the roadmap."""


def _open(world: World, chance: Random) -> None:
    """An old trouble comes back as a new issue, of medium or low severity."""
    known = chance.choice([known for known in issue_table.KNOWN if known.severity in ("medium", "low")])
    labels = (f"severity: {known.severity}", f"category: {known.category}", f"area: {known.area}")
    changes.open_issue(
        world, f"Again: {known.title}", f"### What happens\n\n{known.what}\n", chance.choice(TEAM), labels
    )


def _nightly(world: World, chance: Random) -> None:
    """The scheduled workflows take turns."""
    workflow = chance.choice(("codeql.yml", "codeql.yml", "release.yml", "weekly-compliance-scan.yml"))
    head = world.git.refs[f"heads/{world.default_branch}"]
    if workflow in world.switched_off:
        return
    pipeline.start(world, workflow, world.default_branch, head, event="schedule", by=BOT)


_STREAMS: dict[str, tuple[float, Happening]] = {
    "commit": (80, _commit),
    "pull": (190, _pull),
    "merge": (210, _merge),
    "close": (60, _close),
    "open": (540, _open),
    "nightly": (300, _nightly),
}
"""Mean minutes of world time between two of a kind."""
