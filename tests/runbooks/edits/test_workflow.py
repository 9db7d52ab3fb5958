"""The database that goes into workflows."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from tests.runbooks.edits import corpus
from tests.runbooks.edits.held import applied, load, taken_away
from vauntico_tui.runbooks.edits import workflow_check
from vauntico_tui.runbooks.edits.apply import apply

SERVICE = {
    "image": "postgres:15-alpine",
    "env": {"POSTGRES_PASSWORD": "test", "POSTGRES_DB": "testdb"},
    "ports": ["5432:5432"],
    "options": '--health-cmd "pg_isready -U postgres -d testdb" --health-interval 10s --health-timeout 5s '
    "--health-retries 5",
}
SCRIPT = """docker run -d --name test-postgres \\
  -e POSTGRES_PASSWORD=test \\
  -e POSTGRES_DB=testdb \\
  -p 5432:5432 postgres:15-alpine
sleep 15
docker exec test-postgres pg_isready -U postgres
"""


def with_services(before: Any, jobs: tuple[str, ...]) -> Any:
    """The workflow with the service in those jobs, by hand."""
    meant = deepcopy(before)
    for name in jobs:
        job = meant["jobs"][name] = deepcopy(meant["jobs"][name])  # an alias is a job of its own
        service = {key: value for key, value in SERVICE.items() if key != "ports" or "container" not in job}
        job["services"] = {**(job.get("services") or {}), "postgres": service}
    return meant


def without_step(after: Any, jobs: tuple[str, ...]) -> Any:
    """The workflow without the roadmap's step, by hand; it must stand in front of what needs it."""
    meant = deepcopy(after)
    for name in jobs:
        job = meant["jobs"][name] = deepcopy(meant["jobs"][name])
        at = [number for number, step in enumerate(job["steps"]) if step.get("name") == "Setup Test Database"]
        assert len(at) == 1
        assert job["steps"].pop(at[0]) == {"name": "Setup Test Database", "run": SCRIPT}
        behind = [str(step) for step in job["steps"][at[0] :]]
        before = [str(step) for step in job["steps"][: at[0]]]
        assert any("ntegration" in step or "migrate" in step or "matrix.suite" in step for step in behind)
        assert not any("npm run test:integration" in step or "migrate" in step for step in before)
    return meant


def test_every_file_of_the_corpus_is_told() -> None:
    found = {path.name for path in (corpus.FOLDER / "workflows").iterdir()}
    assert found == set(corpus.WORKFLOWS)
    assert len(found) >= 10


@pytest.mark.parametrize("name", corpus.WORKFLOWS)
def test_service_goes_into_every_job_that_needs_it_and_nowhere_else(name: str) -> None:
    jobs = corpus.WORKFLOWS[name][0]
    before = corpus.text("workflows", name)
    made = applied(corpus.database(name), before, corpus.there)
    if isinstance(jobs, str):
        assert jobs in made.by_hand
        return
    assert not made.by_hand
    assert made.after is not None
    assert load(made.after) == with_services(load(before), jobs)
    assert len(taken_away(before, made.after)) == (1 if name in corpus.ON_ONE_LINE else 0)
    old, new = workflow_check.problems(load(before)), workflow_check.problems(load(made.after))
    assert set(new) <= set(old)
    if name not in {"unsound-before.yml", "merged-defaults.yml"}:
        assert not new


@pytest.mark.parametrize("name", corpus.WORKFLOWS)
def test_step_as_written_stands_in_front_of_what_needs_it(name: str) -> None:
    jobs = corpus.WORKFLOWS[name][1]
    before = corpus.text("workflows", name)
    made = applied(corpus.database(name, "as_written"), before, corpus.there)
    if isinstance(jobs, str):
        assert jobs in made.by_hand
        return
    assert not made.by_hand
    assert made.after is not None
    assert without_step(load(made.after), jobs) == load(before)
    assert len(taken_away(before, made.after)) == (1 if name in corpus.ON_ONE_LINE else 0)


def test_service_and_step_say_why_and_what_is_taken_for_granted() -> None:
    before = corpus.text("workflows", "plain.yml")
    service = apply(corpus.database("plain.yml"), before, corpus.there)
    assert "health check" in service.notes[0]
    assert "sleep 15" in service.notes[0]
    assert any("localhost:5432, user postgres, password test, database testdb" in note for note in service.notes)
    step = apply(corpus.database("plain.yml", "as_written"), before, corpus.there)
    assert "sleep 15" in step.notes[0]


def test_one_way_leaves_the_other_alone() -> None:
    before = corpus.text("workflows", "plain.yml")
    for first, second in (("service", "as_written"), ("as_written", "service")):
        made = apply(corpus.database("plain.yml", first), before, corpus.there)
        assert not apply(corpus.database("plain.yml", second), made.after, corpus.there).changes


def test_a_job_in_a_container_is_told_its_host() -> None:
    made = apply(corpus.database("container.yml"), corpus.text("workflows", "container.yml"), corpus.there)
    assert any("host there is postgres, not localhost" in note for note in made.notes)
    assert any("sets DATABASE_URL to host localhost, not postgres" in note for note in made.notes)
    assert made.after is not None
    assert "ports" not in load(made.after)["jobs"]["integration"]["services"]["postgres"]


def test_named_jobs_are_taken_whatever_they_run() -> None:
    before = corpus.text("workflows", "plain.yml")
    made = applied(corpus.database("plain.yml", jobs=("test",)), before, corpus.there)
    assert made.after is not None
    assert load(made.after) == with_services(load(before), ("test",))
    unknown = apply(corpus.database("plain.yml", jobs=("tset",)), before, corpus.there)
    assert "no job 'tset'; its jobs are test, integration, build" in unknown.by_hand


def workflow_of(job: str) -> str:
    return f"name: x\non: push\njobs:\n  integration:\n{job}"


STEPS = "    steps:\n      - uses: actions/checkout@v4\n      - run: npm run test:integration\n"


@pytest.mark.parametrize(
    ("job", "why"),
    [
        ("    runs-on: macos-14\n" + STEPS, "Windows or macOS"),
        ("    runs-on: ${{ inputs.runner }}\n" + STEPS, "not told until it runs"),
        ("    runs-on: big-iron\n" + STEPS, "does not say whether it is Linux"),
        ("    runs-on: ubuntu-slim\n" + STEPS, "has no Docker"),
        (
            "    runs-on: ubuntu-latest\n    services:\n      postgres: {image: ghcr.io/us/fake}\n" + STEPS,
            "no PostgreSQL",
        ),
        (
            "    runs-on: ubuntu-latest\n    services:\n      x: {image: y, ports: ['5432:1']}\n" + STEPS,
            "listens on port 5432",
        ),
        ("    runs-on: ubuntu-latest\n" + STEPS + "      - run: docker run -d postgres\n", "after the tests began"),
        ("    runs-on: ubuntu-latest\n    runs-on: ubuntu-latest\n" + STEPS, "is there twice"),
        ("    runs-on: ubuntu-latest\n    steps:\n      - run: npm test\n", ""),
        ("    runs-on: ubuntu-latest\n    steps:\n      - run: npm run lint\n", "no step of it runs integration tests"),
    ],
)
def test_what_can_not_be_done_is_said(job: str, why: str) -> None:
    made = applied(corpus.database("x.yml"), workflow_of(job), corpus.there)
    assert why in made.by_hand
    assert bool(made.by_hand) == bool(why)  # a job called integration that runs tests is one


@pytest.mark.parametrize(
    ("run", "needs"),
    [
        ("npm run test:integration", True),
        ("npx jest --selectProjects integration", True),
        ("go test -tags=integration ./...", True),
        ("make integration-tests", True),
        ("mvn verify -Dit.test=IntegrationTest", True),
        ("pnpm integration", True),
        ("npm ci\n          npm run build \\\n            && npm run test:integration", True),
        ("echo run the integration tests by hand", False),
        ("docker pull registry/integration:latest", False),
        ("./deploy.sh --env integration", False),
        ("npx cypress run --spec cypress/integration/login.spec.js", False),
        ("npx prisma migrate status && npm test", False),
        ("npx prisma migrate deploy && npm test", True),
        ("npx prisma migrate deploy", False),
    ],
)
def test_jobs_that_run_integration_tests_are_known_by_their_commands(run: str, needs: bool) -> None:
    text = f"on: push\njobs:\n  one:\n    runs-on: ubuntu-latest\n    steps:\n      - run: |\n          {run}\n"
    made = applied(corpus.database("x.yml"), text, corpus.there)
    assert made.changes is needs
    assert bool(made.by_hand) is not needs


def test_an_action_of_the_repository_and_a_matrix_are_looked_into() -> None:
    own = workflow_of("    runs-on: ubuntu-latest\n    steps: [{uses: ./.github/actions/integration-tests}]\n")
    assert applied(corpus.database("x.yml"), own, corpus.there).changes
    included = corpus.text("workflows", "matrix.yml").replace(
        "suite: [unit, integration]", "include: [{suite: unit}, {suite: integration}]"
    )
    assert applied(corpus.database("x.yml"), included, corpus.there).changes
    units = corpus.text("workflows", "matrix.yml").replace("[unit, integration]", "[unit, contract]")
    assert applied(corpus.database("x.yml"), units, corpus.there).by_hand


def test_what_is_said_of_a_file_is_one_clean_line() -> None:
    job = '    uses: "./integration\\e[31m\\n\\u202e.yml"\n'
    made = applied(corpus.database("x.yml"), workflow_of(job), corpus.there)
    assert "neither services nor steps" in made.by_hand
    assert made.by_hand.isprintable()


def test_a_password_beside_an_expression_is_not_repeated() -> None:
    job = "    runs-on: ubuntu-latest\n    env: {DATABASE_URL: 'postgres://u:canary@${{ vars.HOST }}/db'}\n" + STEPS
    made = applied(corpus.database("x.yml"), workflow_of(job), corpus.there)
    assert made.changes
    assert any("takes DATABASE_URL from ${{ vars.HOST }}" in note for note in made.notes)
    assert not any("canary" in note for note in made.notes)


def test_a_step_for_another_shell_is_not_written() -> None:
    job = "    runs-on: ubuntu-latest\n    defaults: {run: {shell: pwsh}}\n" + STEPS
    assert "run by pwsh" in applied(corpus.database("x.yml", "as_written"), workflow_of(job), corpus.there).by_hand
    assert applied(corpus.database("x.yml"), workflow_of(job), corpus.there).changes


def test_a_production_migration_is_given_no_database() -> None:
    job = "    runs-on: ubuntu-latest\n    environment: production\n    steps: [{run: npm run migrate && npm test}]\n"
    made = apply(corpus.database("x.yml"), f"on: push\njobs:\n  one:\n{job}", corpus.there)
    assert "no step of it runs integration tests" in made.by_hand


@pytest.mark.parametrize(
    "changed", [{"image": "postgres:15; rm -rf /"}, {"password": "a\nb"}, {"database": ""}, {"port": 70000}]
)
def test_unsound_values_are_refused(changed: dict[str, Any]) -> None:
    edit = corpus.database("plain.yml").model_copy(update=changed)
    made = apply(edit, corpus.text("workflows", "plain.yml"), corpus.there)
    assert made.by_hand
    assert not made.changes


@pytest.mark.parametrize("way", ["service", "as_written"])
@pytest.mark.parametrize("password", ["pa ss'word", 'qu"ote', "$(touch /tmp/x)", "1e5", "yes", "a: b #c", "ünï", "\\n"])
def test_any_password_stands_as_it_is(way: str, password: str) -> None:
    edit = corpus.database("four-spaces.yml", way).model_copy(update={"password": password})
    made = applied(edit, corpus.text("workflows", "four-spaces.yml"), corpus.there)
    assert made.after is not None
    job = load(made.after)["jobs"]["integration"]
    if way == "service":
        assert job["services"]["postgres"]["env"]["POSTGRES_PASSWORD"] == password
    else:
        import shlex

        script = next(step["run"] for step in job["steps"] if step.get("name") == "Setup Test Database")
        assert f"POSTGRES_PASSWORD={password}" in shlex.split(script.replace("\\\n", " "))


def test_the_schema_is_githubs() -> None:
    broken = {
        "on": "push",
        "jobs": {"integration": {"runs-on": "ubuntu-latest", "services": {"postgres": {}}, "steps": []}},
    }
    assert workflow_check.problems(broken)
    good = {"on": "push", "jobs": {"integration": {"runs-on": "ubuntu-latest", "steps": [{"run": "x"}]}}}
    assert not workflow_check.problems(good)


def test_a_workflow_that_is_not_there_is_for_a_person() -> None:
    made = apply(corpus.database("x.yml"), None, corpus.there)
    assert "no such workflow" in made.by_hand
    assert "pg_isready" in made.wanted
