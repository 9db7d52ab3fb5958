"""Issues, their comments, labels and assignees. Pull requests are issues here too, as on GitHub."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from vauntico_tui.sim.github.call import ApiError, Call, Paged, Reply, found, invalid, not_found
from vauntico_tui.sim.github.router import Router
from vauntico_tui.sim.world import changes
from vauntico_tui.sim.world.people import TEAM
from vauntico_tui.sim.world.records import Comment, Label, Thread

router = Router()
REPO = "/repos/{owner}/{repo}"
ISSUE = REPO + "/issues/{number}"
_SORTS = {"created": "created_at", "updated": "updated_at"}
_REASONS = ("completed", "not_planned", "duplicate", "reopened")


def instant(text: str) -> int:
    """An ISO 8601 instant as unix seconds. Raises ApiError 422."""
    try:
        return int(datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())
    except ValueError:
        raise ApiError(422, f"Invalid request.\n\n{text} is not a valid ISO 8601 date.") from None


@router.add("GET", REPO + "/issues", "issues/issues#list-repository-issues")
def issues(call: Call) -> object:
    state = call.query("state", "open")
    if state not in ("open", "closed", "all"):
        raise invalid("Issue", "invalid", "state")
    threads: Iterable[Thread] = call.world.threads.values()
    if state != "all":
        threads = (thread for thread in threads if thread.state == state)
    if names := [name.casefold() for name in call.query("labels").split(",") if name]:
        threads = (one for one in threads if set(names) <= {label.casefold() for label in one.labels})
    if since := call.query("since"):
        after = instant(since)
        threads = (thread for thread in threads if thread.updated_at >= after)
    match call.query("assignee"):
        case "":
            pass
        case "none":
            threads = (thread for thread in threads if not thread.assignees)
        case "*":
            threads = (thread for thread in threads if thread.assignees)
        case login:
            threads = (thread for thread in threads if login in thread.assignees)
    if creator := call.query("creator"):
        threads = (thread for thread in threads if thread.author == creator)
    return Paged(_sorted(call, threads), call.shapes.issue)


def _sorted(call: Call, threads: Iterable[Thread]) -> list[Thread]:
    newest_first = call.query("direction", "desc") != "asc"
    sort = call.query("sort", "created")
    if sort == "comments":
        return sorted(threads, key=lambda thread: (len(thread.comments), thread.number), reverse=newest_first)
    field = _SORTS.get(sort)
    if field is None:
        raise invalid("Issue", "invalid", "sort")
    return sorted(threads, key=lambda thread: (getattr(thread, field), thread.number), reverse=newest_first)


def _thread(call: Call) -> Thread:
    return found(call.world.threads.get(call.number("number")))


@router.add("GET", ISSUE, "issues/issues#get-an-issue")
def issue(call: Call) -> object:
    return call.shapes.issue(_thread(call))


@router.add("POST", REPO + "/issues", "issues/issues#create-an-issue")
def create(call: Call) -> object:
    title = call.text("title")
    if not title.strip():
        raise invalid("Issue", "missing_field", "title")
    assignees = _people(call, "assignees")
    made = changes.open_issue(call.world, title, call.text("body", ""), call.user, call.texts("labels"))
    made.assignees = assignees
    return Reply(call.shapes.issue(made), 201, {"Location": f"{call.shapes.repo_api}/issues/{made.number}"})


@router.add("PATCH", ISSUE, "issues/issues#update-an-issue")
def update(call: Call) -> object:
    thread = _thread(call)
    state = call.body.get("state")
    if state not in (None, "open", "closed"):
        raise invalid("Issue", "invalid", "state")
    reason = call.body.get("state_reason")
    if reason not in (None, *_REASONS):
        raise invalid("Issue", "invalid", "state_reason")
    assignees = _people(call, "assignees") if "assignees" in call.body else None
    labels = call.texts("labels") if "labels" in call.body else None
    title = call.text("title", thread.title)
    if not title.strip():
        raise invalid("Issue", "missing_field", "title")
    body = call.text("body", "") if "body" in call.body else thread.body
    if (title, body) != (thread.title, thread.body):
        thread.title, thread.body, thread.updated_at = title, body, call.world.now
    if assignees is not None and assignees != thread.assignees:
        thread.assignees, thread.updated_at = assignees, call.world.now
    if labels is not None:
        changes.set_labels(call.world, thread, labels)
    if state:
        changes.set_state(call.world, thread, state, reason, call.user)
    call.world.touch()
    return call.shapes.issue(thread)


def _people(call: Call, name: str) -> list[str]:
    logins = list(dict.fromkeys(call.texts(name)))
    for login in logins:
        if login not in TEAM:
            raise invalid("Issue", "invalid", name)
    return logins


# ---- comments -------------------------------------------------------------------------------------------------------


@router.add("GET", ISSUE + "/comments", "issues/comments#list-issue-comments")
def comments(call: Call) -> object:
    held = _thread(call).comments
    if since := call.query("since"):
        after = instant(since)
        held = [comment for comment in held if comment.updated_at >= after]
    return Paged(held, call.shapes.comment)


@router.add("POST", ISSUE + "/comments", "issues/comments#create-an-issue-comment")
def comment(call: Call) -> object:
    thread, body = _thread(call), call.text("body")
    if not body.strip():
        raise invalid("IssueComment", "missing_field", "body")
    made = changes.add_comment(call.world, thread, call.user, body)
    return Reply(call.shapes.comment(made), 201, {"Location": f"{call.shapes.repo_api}/issues/comments/{made.id}"})


def _comment(call: Call) -> tuple[Thread, Comment]:
    number = call.number("comment_id")
    for thread in call.world.threads.values():
        for held in thread.comments:
            if held.id == number:
                return thread, held
    raise not_found()


@router.add("GET", REPO + "/issues/comments/{comment_id}", "issues/comments#get-an-issue-comment")
def one_comment(call: Call) -> object:
    return call.shapes.comment(_comment(call)[1])


@router.add("PATCH", REPO + "/issues/comments/{comment_id}", "issues/comments#update-an-issue-comment")
def edit_comment(call: Call) -> object:
    thread, held = _comment(call)
    held.body = call.text("body")
    held.updated_at = thread.updated_at = call.world.now
    call.world.touch()
    return call.shapes.comment(held)


@router.add("DELETE", REPO + "/issues/comments/{comment_id}", "issues/comments#delete-an-issue-comment")
def delete_comment(call: Call) -> object:
    thread, held = _comment(call)
    thread.comments.remove(held)
    thread.updated_at = call.world.now
    call.world.touch()
    return Reply(status=204)


# ---- labels and assignees -------------------------------------------------------------------------------------------


@router.add("GET", REPO + "/labels", "issues/labels#list-labels-for-a-repository")
def labels(call: Call) -> object:
    return Paged(list(call.world.labels.values()), call.shapes.label)


@router.add("POST", REPO + "/labels", "issues/labels#create-a-label")
def create_label(call: Call) -> object:
    name = call.text("name")
    if name.casefold() in call.world.labels:
        raise invalid("Label", "already_exists", "name")
    label = call.world.label(name)
    label.color, label.description = call.text("color", "ededed"), call.text("description", "")
    call.world.touch()
    return Reply(call.shapes.label(label), 201)


@router.add("GET", REPO + "/labels/{name}", "issues/labels#get-a-label")
def one_label(call: Call) -> object:
    return call.shapes.label(found(call.world.labels.get(call.params["name"].casefold())))


@router.add("GET", ISSUE + "/labels", "issues/labels#list-labels-for-an-issue")
def issue_labels(call: Call) -> object:
    return Paged(call.world.labels_of(_thread(call).labels), call.shapes.label)


@router.add("POST", ISSUE + "/labels", "issues/labels#add-labels-to-an-issue")
def add_labels(call: Call) -> object:
    thread = _thread(call)
    return _set_labels(call, thread, [*thread.labels, *_label_names(call)])


@router.add("PUT", ISSUE + "/labels", "issues/labels#set-labels-for-an-issue")
def put_labels(call: Call) -> object:
    return _set_labels(call, _thread(call), _label_names(call))


@router.add("DELETE", ISSUE + "/labels/{name}", "issues/labels#remove-a-label-from-an-issue")
def remove_label(call: Call) -> object:
    thread, name = _thread(call), call.params["name"].casefold()
    kept = [label for label in thread.labels if label.casefold() != name]
    if len(kept) == len(thread.labels):
        raise ApiError(404, "Label does not exist")
    return _set_labels(call, thread, kept)


def _label_names(call: Call) -> list[str]:
    try:
        value = call.request.json()
    except ValueError:
        raise ApiError(400, "Problems parsing JSON") from None
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return list(value)
    return call.texts("labels")


def _set_labels(call: Call, thread: Thread, names: list[str]) -> object:
    changes.set_labels(call.world, thread, names)
    held: list[Label] = call.world.labels_of(thread.labels)
    return [call.shapes.label(label) for label in held]


@router.add("GET", REPO + "/assignees", "issues/assignees#list-assignees")
def assignable(call: Call) -> object:
    return Paged(TEAM, call.shapes.user)


@router.add("POST", ISSUE + "/assignees", "issues/assignees#add-assignees-to-an-issue")
def assign(call: Call) -> object:
    thread = _thread(call)
    logins = [login for login in call.texts("assignees") if login in TEAM]
    thread.assignees = list(dict.fromkeys([*thread.assignees, *logins]))
    thread.updated_at = call.world.now
    call.world.touch()
    return Reply(call.shapes.issue(thread), 201)


@router.add("DELETE", ISSUE + "/assignees", "reference/issues#remove-assignees-from-an-issue")
def unassign(call: Call) -> object:
    thread = _thread(call)
    gone = set(call.texts("assignees"))
    thread.assignees = [login for login in thread.assignees if login not in gone]
    thread.updated_at = call.world.now
    call.world.touch()
    return call.shapes.issue(thread)
