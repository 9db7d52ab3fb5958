"""The organisation at the moment the box starts: a week of history behind it."""

from __future__ import annotations

from functools import partial

from vauntico_tui.base.clock import Clock
from vauntico_tui.sim.world import governance, issue_table, outcomes, people, pipeline, pull_table
from vauntico_tui.sim.world.files import FILES, GOVERNED_TEMPLATE
from vauntico_tui.sim.world.git import Commit
from vauntico_tui.sim.world.records import (
    Comment,
    Deployment,
    DeploymentStatus,
    Environment,
    Issue,
    Label,
    Pull,
    Run,
    Secret,
)
from vauntico_tui.sim.world.workflows import WORKFLOWS, Failure, duration, run_id
from vauntico_tui.sim.world.world import World

HOUR, DAY = 3600, 86400
PLAN_AGE = 16 * HOUR + 48 * 60
"""The roadmap's clocks started this many seconds before the box: 31:12 are left of 48 h."""

_CLOSED = (8, 9, 12, 13, 19, 21, 25, 26, 27, 34, 39, 41, 43, 53)
_SHARES = {  # of 140 runs
    "build-verification.yml": 31, "governance-validation.yml": 22, "lint.yml": 22, "secret-scan.yml": 18,
    "semantic-commits.yml": 12, "codeql.yml": 9, "deployment-validation.yml": 8, "openapi-lint.yml": 8,
    "production-deploy.yml": 6, "release.yml": 3, "weekly-compliance-scan.yml": 1,
}  # fmt: skip
_STRIPS = {  # newest first; what is older is left to chance at the share beside it
    "build-verification.yml": ("FFFFSFFSFSSS", 0.3),
    "governance-validation.yml": ("SSSFSSSSFSSS", 0.12),
    "codeql.yml": ("SSSFSSSSSSSS", 0.04),
    "deployment-validation.yml": ("FFFFFFFSSSSS", 0.2),
    "semantic-commits.yml": ("SSFSSFSSSSFS", 0.2),
    "openapi-lint.yml": ("SSSSSSSSSSSS", 0.05),
    "release.yml": ("FFFFFFFFFFFF", 0.9),
    "weekly-compliance-scan.yml": ("FFFFFFSSSSSS", 0.4),
    "lint.yml": ("SSSSSSSSSSSS", 0.02),
}
_FAILS: dict[str, Failure] = {
    "build-verification.yml": outcomes.NO_DATABASE,
    "governance-validation.yml": Failure(
        "validate-governance", "Check pull request body", "Pull request does not name: phase",
        ".github/PULL_REQUEST_TEMPLATE.md", 1),
    "deployment-validation.yml": Failure(
        "validate-secrets", "Check required secrets", "Missing secrets: PAYSTACK_SECRET_KEY, RESEND_API_KEY",
        ".github/workflows/production-deploy.yml", 1),
    "semantic-commits.yml": Failure(
        "commits", "Check commit messages", "A title is not written phase: type: description",
        ".github/workflows/semantic-commits.yml", 1),
    "release.yml": outcomes.NO_OCI,
    **{file: failure for file, (_, failure) in outcomes.CHANCE.items()},
}  # fmt: skip


def make_world(clock: Clock, *, seed: int = 1, speed: float = 1.0, issues: int = 60, runs: int = 140) -> World:
    """An organisation with so many issues and runs; the same for the same seed and start."""
    world = World(clock, seed, speed)
    now = world.now
    world.created_at, world.pushed_at = now - 700 * DAY, now - 20 * 60
    _labels(world)
    _settings(world, now)
    _commits(world, now)
    _issues(world, now, issues)
    _pulls(world, now)
    _more_issues(world, now, issues)
    _runs(world, now, runs)
    _deployments(world)
    world.touch()
    return world


def _labels(world: World) -> None:
    areas = sorted({known.area for known in issue_table.KNOWN})
    for name, color, description in (*people.LABELS, *map(people.label_of_area, areas)):
        world.labels[name.casefold()] = Label(world.new_id(), name, color, description)


def _settings(world: World, now: int) -> None:
    for age, name in ((210, "STRIPE_SECRET_KEY"), (210, "STRIPE_WEBHOOK_SECRET"), (34, "DATABASE_URL")):
        world.secrets[name] = Secret(name, now - age * DAY, now - age * DAY)
    for index, name in enumerate(("production", "staging", "preview")):
        world.environments[name] = Environment(610_000 + index, name, now - 600 * DAY, pipeline.SITES[name], {})
    for environment, names in {"production": ("VERCEL_TOKEN",), "staging": ("VERCEL_TOKEN", "DATABASE_URL")}.items():
        for name in names:
            world.environments[environment].secrets[name] = Secret(name, now - 90 * DAY, now - 90 * DAY)


def _commits(world: World, now: int) -> None:
    """The default branch: the merged pull requests of the table and small commits between them."""
    git = world.git
    tree = git.add_tree({path: git.add_blob(text.encode()) for path, text in FILES.items()})
    root = git.add_commit(tree, (), "1: feat: trust scores for creators", "lead-dev", now - 40 * DAY)
    git.refs["heads/main"] = root.sha
    chance = world.rng("commits")
    ages = sorted((chance.uniform(0.3 * HOUR, 7.5 * DAY) for _ in range(22)), reverse=True)
    ages[-1] = 0.4 * HOUR
    for index, age in enumerate(ages):
        word, path = chance.choice(
            (("docs", "docs/notes.md"), ("fix", "server-v2/src/index.ts"), ("chore", "CHANGELOG.md"))
        )
        text = f"// {index}\n" if path.endswith(".ts") else f"Note {index}\n"
        commit = git.change(
            git.refs["heads/main"],
            {path: text.encode()},
            f"1: {word}: small step {index + 1}",
            chance.choice(people.TEAM),
            int(now - age),
        )
        git.refs["heads/main"] = commit.sha


def _created_age(number: int) -> float:
    """How old a known issue is, in seconds: four from before the audit, the others filed by it one after another."""
    early = {1: 75.0, 2: 60.0, 3: 52.0, 4: 50.0}
    return HOUR * early.get(number, 25.5 - 22.5 * (number - 5) / 55)


def _issues(world: World, now: int, count: int) -> None:
    chance = world.rng("issues")
    for number, known in enumerate(issue_table.KNOWN[:count], start=1):
        age = _created_age(number)
        created = int(now - age)
        body = (
            f"### What happens\n\n{known.what}\n\n### Where\n\n`{known.where}`\n\n### Done when\n\n"
            f"- [ ] It no longer happens\n- [ ] A check in CI keeps it so\n"
        )
        issue = Issue(number, known.title, body, chance.choice(people.TEAM), created, created)
        issue.labels = [f"severity: {known.severity}", f"category: {known.category}", f"area: {known.area}"]
        if number in _CLOSED or chance.random() < 0.6:
            issue.assignees = [chance.choice(people.TEAM)]
        if chance.random() < 0.4:
            at = int(created + age * chance.uniform(0.1, 0.5))
            text = chance.choice(("Seen again this morning.", "I can take this one.", "Same cause as #1, I think."))
            issue.comments.append(Comment(world.new_id(), number, chance.choice(people.TEAM), text, at, at))
            issue.updated_at = at
        if number in _CLOSED:
            issue.state, issue.state_reason, issue.closed_by = "closed", "completed", issue.assignees[0]
            issue.closed_at = issue.updated_at = int(now - min(age, PLAN_AGE) * chance.uniform(0.05, 0.9))
        world.threads[number] = issue


def _more_issues(world: World, now: int, count: int) -> None:
    """Issues beyond the known ones: older, most of them closed."""
    chance = world.rng("more issues")
    known = issue_table.KNOWN
    number = world.next_number() - 1
    for index in range(len(known), count):
        number += 1
        like = known[index % len(known)]
        created = int(now - chance.uniform(2 * DAY, 200 * DAY))
        issue = Issue(number, f"{like.title} ({index // len(known) + 1})", like.what, "backend-dev", created, created)
        issue.labels = [f"severity: {like.severity}", f"category: {like.category}", f"area: {like.area}"]
        if chance.random() < 0.7:
            issue.state, issue.state_reason, issue.closed_by = "closed", "completed", "lead-dev"
            issue.closed_at = issue.updated_at = int(created + (now - created) * chance.random())
        world.threads[number] = issue


def _pulls(world: World, now: int) -> None:
    chance = world.rng("pulls")
    git = world.git
    log = list(git.log(git.refs["heads/main"]))
    first = world.next_number()
    for index, known in enumerate(pull_table.KNOWN):
        age = chance.uniform(0.2, 4.5) * DAY if known.state == "open" else chance.uniform(5, 12) * DAY
        created = int(now - age)
        base = next((commit for commit in log if commit.at <= created), log[-1])
        text = GOVERNED_TEMPLATE if known.path.endswith("TEMPLATE.md") else f"// {known.title}\n"
        commit = git.change(base.sha, {known.path: text.encode()}, known.title, known.author, created - 60)
        body = governance.body(
            f"{known.title.split(': ')[-1]}.", known.phase, known.kpi, 1 + index % 4, without=known.without
        )
        pull = Pull(first + index, known.title, body, known.author, created, created)
        pull.head, pull.head_sha, pull.base_sha = known.branch, commit.sha, base.sha
        if known.state == "open":
            git.refs[f"heads/{known.branch}"] = commit.sha
        else:
            pull.state, pull.closed_at, pull.closed_by = (
                "closed",
                created + int(chance.uniform(2, 40) * HOUR),
                "lead-dev",
            )
            pull.updated_at = pull.closed_at
        if known.state == "merged":
            pull.merged_at, pull.merged_by = pull.closed_at, "lead-dev"
            pull.merge_sha = next((c.sha for c in log if c.at <= (pull.closed_at or 0)), log[-1].sha)
        world.threads[pull.number] = pull


def _runs(world: World, now: int, count: int) -> None:
    """Finished runs over a week (more runs, more weeks), oldest first, and one that still runs."""
    if count <= 0:
        return
    span = min(90 * DAY, max(7 * DAY, 7 * DAY * count // 140)) - 3 * HOUR
    main = list(world.git.log(world.git.refs["heads/main"]))
    pulls = [pull for pull in world.pulls() if pull.state == "open"]
    up = 139 if count >= 40 else 0  # a handful of runs cannot have one of each
    totals = {file: ((count - 1) * share + up) // 140 for file, share in _SHARES.items()}
    totals["lint.yml"] += count - 1 - sum(totals.values())
    planned: list[tuple[int, str, int]] = []
    for file, total in totals.items():
        newest = 2 * DAY if file == "production-deploy.yml" else 20 * 60
        gap = (span - newest) / max(1, total)
        chance = world.rng("run times", file)
        times = (now - newest - gap * (index + chance.uniform(0.0, 0.8)) for index in range(total))
        planned += [(int(at), file, index) for index, at in enumerate(times)]
    planned.sort()
    for at, file, index in planned:
        _past_run(world, at, file, index, main=main, pulls=pulls)
    _running(world, now)


def _past_run(world: World, at: int, file: str, index: int, *, main: list[Commit], pulls: list[Pull]) -> None:
    spec = WORKFLOWS[file]
    chance = world.rng("past run", file, index)
    open_then = [pull for pull in pulls if pull.created_at <= at]
    pull = chance.choice(open_then) if open_then and "pull_request" in spec.on and chance.random() < 0.4 else None
    if "main" not in spec.on and "pull_request" in spec.on and open_then:
        pull = pull or chance.choice(open_then)
    strip, share = _STRIPS.get(file, ("", 0.01))
    failed = strip[index] == "F" if index < len(strip) else chance.random() < share
    commit = next((commit for commit in main if commit.at <= at), main[-1])
    sequence, number = world.next_run(file)
    event = "pull_request" if pull else "push" if "main" in spec.on else "schedule"
    if file == "production-deploy.yml":
        event = "workflow_run"
    title = pull.title if pull else spec.name if event == "schedule" else commit.message.split("\n", 1)[0]
    actor = pull.author if pull else people.BOT if event in ("schedule", "workflow_run") else commit.author
    branch, sha = (pull.head, pull.head_sha) if pull else (world.default_branch, commit.sha)
    run = Run(run_id(sequence), number, file, branch, event, sha, title, actor, at, at + chance.randint(3, 20), at)
    run.pull = pull.number if pull else None
    judged = file == "semantic-commits.yml" or (file == "governance-validation.yml" and pull is not None)
    run.failure = outcomes.judge(world, run) if judged else _FAILS.get(file) if failed else None
    run.status, run.conclusion = "completed", "failure" if run.failure else "success"
    run.updated_at = run.started_at + duration(file, run.failure)
    world.runs[run.id] = run


def _running(world: World, now: int) -> None:
    """Build Verification on the newest commit, in its fourth minute."""
    sha = world.git.refs["heads/main"]
    sequence, number = world.next_run("build-verification.yml")
    title = world.git.commits[sha].message.split("\n", 1)[0]
    begun = now - 118
    run = Run(
        run_id(sequence), number, "build-verification.yml", world.default_branch, "push", sha, title,
        world.git.commits[sha].author, begun - 6, begun, begun,
    )  # fmt: skip
    run.status, run.failure = "in_progress", outcomes.judge(world, run)
    world.runs[run.id] = run
    left = duration(run.workflow, run.failure) - 118
    world.agenda.after(max(20, left * (world.agenda.speed or 1.0)), partial(pipeline.finish, world, run, run.attempt))


def _deployments(world: World) -> None:
    """Six to production this week, each behind its run; staging and previews more often."""

    def add(environment: str, at: int, sha: str, ref: str, state: str) -> None:
        deployment = Deployment(world.new_id(), environment, ref, sha, people.BOT, at, at + 60)
        for after, name in ((1, "in_progress"), (60, state)):
            site = pipeline.SITES[environment] if name == "success" else ""
            deployment.statuses.append(DeploymentStatus(world.new_id(), name, at + after, people.BOT, "", site))
        world.deployments[deployment.id] = deployment

    for run in world.runs.values():
        if run.workflow == "production-deploy.yml" and run.status == "completed":
            add(
                "production",
                run.updated_at,
                run.sha,
                run.branch,
                "success" if run.conclusion == "success" else "failure",
            )
        elif run.workflow == "build-verification.yml" and run.conclusion == "success":
            add("preview" if run.pull else "staging", run.updated_at, run.sha, run.branch, "success")
    for environment in ("staging", "preview"):
        earlier = [one for one in world.deployments.values() if one.environment == environment][:-1]
        for one in earlier:
            one.statuses.append(DeploymentStatus(world.new_id(), "inactive", one.updated_at + HOUR, people.BOT))
