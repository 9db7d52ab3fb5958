"""Pull requests: list, open, change, merge."""

from __future__ import annotations

from vauntico_tui.sim.github.call import ApiError, Call, Paged, Reply, found, invalid
from vauntico_tui.sim.github.opening import open_pull
from vauntico_tui.sim.github.protection import changed
from vauntico_tui.sim.github.router import Router
from vauntico_tui.sim.world import changes
from vauntico_tui.sim.world.git import Commit
from vauntico_tui.sim.world.protection import ProtectedError, merge_state, refuse_merge
from vauntico_tui.sim.world.records import Pull

router = Router()
REPO = "/repos/{owner}/{repo}"
PULL = REPO + "/pulls/{number}"
_SORTS = {"created": "created_at", "updated": "updated_at", "popularity": "created_at", "long-running": "created_at"}


@router.add("GET", REPO + "/pulls", "pulls/pulls#list-pull-requests")
def pulls(call: Call) -> object:
    state = call.query("state", "open")
    if state not in ("open", "closed", "all"):
        raise invalid("PullRequest", "invalid", "state")
    found_ = [pull for pull in call.world.pulls() if state in ("all", pull.state)]
    if head := call.query("head"):
        owner, _, branch = head.rpartition(":")
        found_ = [pull for pull in found_ if pull.head == branch and owner in ("", call.world.owner)]
    if base := call.query("base"):
        found_ = [pull for pull in found_ if pull.base == base]
    sort = _SORTS.get(call.query("sort", "created"))
    if sort is None:
        raise invalid("PullRequest", "invalid", "sort")
    down = call.query("direction", "desc" if call.query("sort", "created") == "created" else "asc") != "asc"
    found_.sort(key=lambda pull: (getattr(pull, sort), pull.number), reverse=down)
    return Paged(found_, call.shapes.pull)


def _pull(call: Call) -> Pull:
    thread = call.world.threads.get(call.number("number"))
    return found(thread if isinstance(thread, Pull) else None)


def _detail(call: Call, pull: Pull) -> object:
    mergeable = changes.mergeable(call.world, pull) if pull.state == "open" else None
    state = merge_state(call.world, pull, call.user)
    return call.shapes.pull_detail(pull, mergeable=mergeable, state=state, files=len(_changed(call, pull)))


def _changed(call: Call, pull: Pull) -> list[tuple[str, str | None, str | None]]:
    """Path, blob before and after, of every file that the pull request changes."""
    git = call.world.git
    old, new = git.commits[pull.base_sha].files, git.commits[pull.head_sha].files
    return [
        (path, old.get(path), new.get(path))
        for path in sorted(old.keys() | new.keys())
        if old.get(path) != new.get(path)
    ]


@router.add("GET", PULL, "pulls/pulls#get-a-pull-request")
def pull(call: Call) -> object:
    return _detail(call, _pull(call))


@router.add("POST", REPO + "/pulls", "pulls/pulls#create-a-pull-request")
def create(call: Call) -> object:
    made = open_pull(
        call.world,
        call.user,
        title=call.text("title"),
        body=call.text("body", ""),
        head=call.text("head").rpartition(":")[2],
        base=call.text("base"),
        draft=bool(call.body.get("draft", False)),
    )
    return Reply(_detail(call, made), 201, {"Location": f"{call.shapes.repo_api}/pulls/{made.number}"})


@router.add("PATCH", PULL, "pulls/pulls#update-a-pull-request")
def update(call: Call) -> object:
    held = _pull(call)
    state = call.body.get("state")
    if state not in (None, "open", "closed"):
        raise invalid("PullRequest", "invalid", "state")
    if state == "open" and held.merged_at is not None:
        raise invalid("PullRequest", "invalid", "state")
    title = call.text("title", held.title)
    if not title.strip():
        raise invalid("PullRequest", "missing_field", "title")
    held.title, held.body = title, call.text("body", held.body)
    held.updated_at = call.world.now
    if state:
        changes.set_state(call.world, held, state, None, call.user)
    call.world.touch()
    return _detail(call, held)


@router.add("GET", PULL + "/merge", "pulls/pulls#check-if-a-pull-request-has-been-merged")
def merged(call: Call) -> object:
    if _pull(call).merged_at is None:
        raise ApiError(404, "Not Found")
    return Reply(status=204)


@router.add("PUT", PULL + "/merge", "pulls/pulls#merge-a-pull-request")
def merge(call: Call) -> object:
    held = _pull(call)
    method = call.text("merge_method", "merge")
    if method not in ("merge", "squash", "rebase"):
        raise invalid("PullRequest", "invalid", "merge_method")
    if held.state != "open" or held.draft:
        raise ApiError(405, "Pull Request is not mergeable")
    if call.body.get("sha") not in (None, held.head_sha):
        raise ApiError(409, "Head branch was modified. Review and try the merge again.")
    try:
        refuse_merge(call.world, held, call.user)
        sha = changes.merge_pull(
            call.world,
            held,
            call.user,
            method=method,
            title=call.text("commit_title", ""),
            text=call.text("commit_message", ""),
        )
    except changes.ConflictError:
        raise ApiError(405, "Pull Request is not mergeable") from None
    except ProtectedError as refusal:
        raise ApiError(405, str(refusal)) from None
    return {"sha": sha, "merged": True, "message": "Pull Request successfully merged"}


@router.add("GET", PULL + "/files", "pulls/pulls#list-pull-requests-files")
def files(call: Call) -> object:
    held = _pull(call)
    git = call.world.git
    entries = changed(call, git.commits[held.base_sha], git.commits[held.head_sha])
    return Paged(entries, lambda entry: entry)


@router.add("GET", PULL + "/commits", "pulls/pulls#list-commits-on-a-pull-request")
def commits(call: Call) -> object:
    held = _pull(call)
    git = call.world.git
    base = {one.sha for one in git.log(held.base_sha)}
    own: list[Commit] = [one for one in git.log(held.head_sha) if one.sha not in base]
    return Paged(own[::-1], call.shapes.commit)
