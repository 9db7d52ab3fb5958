"""What one can do to issues, pull requests and branches, and what follows at once."""

from __future__ import annotations

from collections.abc import Iterable

from vauntico_tui.sim.world import pipeline
from vauntico_tui.sim.world.consequences import files_moved, issue_moved
from vauntico_tui.sim.world.git import Commit
from vauntico_tui.sim.world.records import Comment, Issue, Pull, Thread
from vauntico_tui.sim.world.world import World


class ConflictError(Exception):
    """A change that the present state forbids; the sentence is GitHub's."""


def open_issue(world: World, title: str, body: str, author: str, labels: Iterable[str] = ()) -> Issue:
    """A new issue."""
    now = world.now
    issue = Issue(world.next_number(), title, body, author, now, now)
    issue.labels = [label.name for label in world.labels_of(labels)]
    world.threads[issue.number] = issue
    world.touch()
    return issue


def set_state(world: World, thread: Thread, state: str, reason: str | None, by: str) -> None:
    """Close or reopen an issue, or close a pull request without merging it."""
    if state == thread.state:
        if state == "closed" and isinstance(thread, Issue) and reason:
            thread.state_reason = reason
        return
    thread.state, thread.updated_at = state, world.now
    if state == "closed":
        thread.closed_at, thread.closed_by = world.now, by
        thread.state_reason = (reason or "completed") if isinstance(thread, Issue) else None
    else:
        thread.closed_at = thread.closed_by = None
        thread.state_reason = "reopened" if isinstance(thread, Issue) else None
    if isinstance(thread, Issue):
        issue_moved(world, thread, closed=state == "closed")
    world.touch()


def set_labels(world: World, thread: Thread, names: Iterable[str]) -> None:
    """Give a thread exactly these labels."""
    thread.labels = list(dict.fromkeys(label.name for label in world.labels_of(names)))
    thread.updated_at = world.now
    world.touch()


def add_comment(world: World, thread: Thread, author: str, body: str) -> Comment:
    """A comment."""
    now = world.now
    comment = Comment(world.new_id(), thread.number, author, body, now, now)
    thread.comments.append(comment)
    thread.updated_at = now
    world.touch()
    return comment


def set_ref(world: World, ref: str, sha: str, by: str) -> None:
    """Point a branch or tag at a commit; a branch that moves starts the workflows that listen to it."""
    old = world.git.refs.get(ref)
    world.git.refs[ref] = sha
    world.pushed_at = world.now
    world.touch()
    if not ref.startswith("heads/") or old == sha:
        return
    branch = ref.removeprefix("heads/")
    if branch == world.default_branch:
        files_moved(world)
    pull = world.pull_from(branch)
    if pull:
        pull.head_sha, pull.updated_at = sha, world.now
    if branch == world.default_branch or pull:
        pipeline.pushed(world, branch, sha, by, pull)


def delete_ref(world: World, ref: str, by: str) -> None:
    """Delete a branch or tag; an open pull request from it is closed."""
    del world.git.refs[ref]
    pull = world.pull_from(ref.removeprefix("heads/"))
    if pull:
        set_state(world, pull, "closed", None, by)
    world.touch()


def commit_files(world: World, branch: str, changes: dict[str, bytes | None], message: str, by: str) -> Commit:
    """A commit on a branch with files set or (None) removed."""
    base = world.git.refs[f"heads/{branch}"]
    commit = world.git.change(base, changes, message, by, world.now)
    set_ref(world, f"heads/{branch}", commit.sha, by)
    return commit


def open_pull(
    world: World, title: str, body: str, author: str, *, head: str, base: str = "main", draft: bool = False
) -> Pull:
    """A new pull request; its checks start."""
    now = world.now
    pull = Pull(world.next_number(), title, body, author, now, now)
    pull.head, pull.base, pull.draft = head, base, draft
    pull.head_sha, pull.base_sha = world.git.refs[f"heads/{head}"], world.git.refs[f"heads/{base}"]
    world.threads[pull.number] = pull
    world.touch()
    pipeline.pushed(world, head, pull.head_sha, author, pull)
    return pull


def mergeable(world: World, pull: Pull) -> bool:
    """Whether an open pull request merges without a conflict."""
    base = world.head(pull.base)
    return base is not None and world.git.merge(base, pull.head_sha) is not None


def merge_pull(world: World, pull: Pull, by: str, *, method: str = "merge", title: str = "", text: str = "") -> str:
    """Merge a pull request; answers the new commit. Raises ConflictError."""
    base = world.head(pull.base)
    files = world.git.merge(base, pull.head_sha) if base else None
    if base is None or files is None:
        raise ConflictError("Merge conflict")
    merge = method == "merge"
    default = f"Merge pull request #{pull.number} from {world.owner}/{pull.head}" if merge else ""
    message = title or default or f"{pull.title} (#{pull.number})"
    parents = (base, pull.head_sha) if merge else (base,)
    commit = world.git.add_commit(
        world.git.add_tree(files), parents, f"{message}\n\n{text or pull.title}".strip(), by, world.now
    )
    pull.state, pull.merged_at, pull.closed_at, pull.updated_at = "closed", world.now, world.now, world.now
    pull.merged_by = pull.closed_by = by
    pull.merge_sha = commit.sha
    set_ref(world, f"heads/{pull.base}", commit.sha, by)
    return commit.sha
