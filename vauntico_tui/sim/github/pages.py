"""Readable pages behind every html_url, so that opening one in a browser shows something."""

from __future__ import annotations

import html
import re

from vauntico_tui.sim.http import Request, Response
from vauntico_tui.sim.world.git import stamp
from vauntico_tui.sim.world.logs import archive, job_log, page_log
from vauntico_tui.sim.world.records import Pull
from vauntico_tui.sim.world.workflows import WORKFLOWS, jobs_of
from vauntico_tui.sim.world.world import World

_STYLE = (
    "body{font:16px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}pre{background:#8881;padding:1rem}"
)


def page(world: World, request: Request) -> Response:
    """The page at a path; 404 where there is none."""
    path = request.path.rstrip("/")
    root = f"/{world.full_name}"
    if path == "":
        return _page("Vauntico in a box", f'<p><a href="{root}">{world.full_name}</a></p>')
    if path.startswith("/avatars/"):
        return Response.text('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>', kind="image/svg+xml")
    if not path.startswith(root):
        return _page("Not found", "<p>There is no such page in the box.</p>", 404)
    rest = path.removeprefix(root)
    if match := re.fullmatch(r"/(?:issues|pull)/(\d{1,9})", rest):
        return _thread(world, int(match[1]))
    if match := re.fullmatch(r"/actions/runs/(\d{1,15})(?:/job/(\d{1,18}))?(/logs(?:\.zip)?)?", rest):
        return _run(world, int(match[1]), int(match[2] or 0), match[3] or "")
    if match := re.fullmatch(r"/(?:blob|raw)/(.+)", rest):
        return _file(world, match[1])
    if rest in ("", "/issues", "/pulls", "/actions"):
        return _index(world)
    return _page(rest.strip("/"), f'<p>The box has no page of its own for this. <a href="{root}">Overview</a></p>')


def _page(title: str, body: str, status: int = 200) -> Response:
    safe = html.escape(title)
    text = f"<!doctype html><meta charset=utf-8><title>{safe}</title><style>{_STYLE}</style><h1>{safe}</h1>{body}"
    return Response.text(text, status, "text/html; charset=utf-8")


def _index(world: World) -> Response:
    opened = [thread for thread in world.threads.values() if thread.state == "open"][:500]
    rows = "".join(
        f'<li><a href="/{world.full_name}/{"pull" if isinstance(one, Pull) else "issues"}/{one.number}">'
        f"#{one.number}</a> {html.escape(one.title)}</li>"
        for one in opened
    )
    return _page(world.full_name, f"<h2>Open</h2><ul>{rows}</ul>")


def _thread(world: World, number: int) -> Response:
    thread = world.threads.get(number)
    if thread is None:
        return _page("Not found", f"<p>No issue or pull request {number}.</p>", 404)
    facts = f"{thread.state} · {', '.join(thread.labels)} · opened {stamp(thread.created_at)} by {thread.author}"
    body = f"<p>{html.escape(facts)}</p><pre>{html.escape(thread.body)}</pre>"
    for comment in thread.comments:
        body += f"<h3>{html.escape(comment.author)}</h3><pre>{html.escape(comment.body)}</pre>"
    return _page(f"{thread.title} #{number}", body)


def _run(world: World, number: int, job: int, what: str) -> Response:
    run = world.runs.get(number)
    if run is None:
        return _page("Not found", f"<p>No run {number}.</p>", 404)
    if what == "/logs.zip":
        return Response(200, archive(world, run), {"Content-Type": "application/zip"})
    if what:
        views = (view for one in (run, *run.earlier) for view in jobs_of(one, world.now) if job in (0, view.id))
        return Response.text("".join(job_log(run, view) for view in views))
    title = f"{WORKFLOWS[run.workflow].name} #{run.number}"
    text = f"<p>{run.status} {run.conclusion or ''} · {html.escape(run.branch)} · {run.sha[:7]}</p>"
    return _page(title, f"{text}<pre>{html.escape(page_log(world, run, job))}</pre>")


def _file(world: World, rest: str) -> Response:
    """`REF/PATH`; a ref may hold slashes, so the longest one that is known wins."""
    parts = rest.split("/")
    for cut in range(len(parts) - 1, 0, -1):
        text = world.git.text("/".join(parts[:cut]), "/".join(parts[cut:]))
        if text is not None:
            return Response.text(text)
    return _page("Not found", "<p>No such file at that ref.</p>", 404)
