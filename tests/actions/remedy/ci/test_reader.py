"""Runs, logs and comparisons of the box, and of storage that behaves in other ways."""

from __future__ import annotations

import asyncio
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from vauntico_tui.actions.remedy.ci.reader import CiReader
from vauntico_tui.base.clock import SystemClock
from vauntico_tui.base.problems import InputError
from vauntico_tui.config.model import GitHub
from vauntico_tui.sim.box import Box
from vauntico_tui.sim.options import Options
from vauntico_tui.sources.failures import Place, SourceError
from vauntico_tui.sources.github.answer import Answer
from vauntico_tui.sources.github.logs import Download, LogBytes, StoppedError, read_log

BUILD = "build-verification.yml"


@pytest.fixture(scope="module")
def box() -> Iterator[Box]:
    made = Box(Options(runs=100))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def reader(box: Box, tmp_path: Path) -> Iterator[CiReader]:
    (tmp_path / "token").write_text(box.token)
    config = GitHub(repository="vauntico/vauntico", url=box.urls["github"], token_file=tmp_path / "token")
    made = CiReader(config, SystemClock())
    yield made
    made.close()


async def test_the_failing_job_is_chosen_and_its_log_opens_at_its_error(reader: CiReader) -> None:
    run = await reader.newest(BUILD)
    chosen = await reader.choose(run.id)
    assert run.failed
    assert chosen.job is not None
    assert chosen.job.name == "integration"
    log = await reader.log(chosen.job)
    assert log.first_error is not None
    assert "ECONNREFUSED" in log.text(log.first_error)
    step = log.step_of(log.first_error)
    assert step is not None
    assert (step.title, step.mark) == ("Run integration tests", "failure")
    assert [one.title for one in log.steps] == [step.name for step in chosen.job.steps]


async def test_a_job_by_the_beginning_of_its_name(reader: CiReader) -> None:
    run = await reader.newest(BUILD)
    found = (await reader.choose(run.id, "INTEG")).job
    assert found is not None
    assert found.name == "integration"
    assert (await reader.choose(run.id, "nothing like it")).job is None


async def test_a_workflow_by_file_stem_or_name(reader: CiReader) -> None:
    for named in (BUILD, "build-verification", "Build verification", ".github/workflows/" + BUILD):
        assert (await reader.workflow(named)).file == BUILD
    with pytest.raises(InputError, match="did you mean"):
        await reader.workflow("build-verificaton.yml")


async def test_what_changed_since_it_was_green(reader: CiReader) -> None:
    told = await reader.compare((await reader.newest(BUILD)).id)
    assert told.green is not None
    assert told.green.conclusion == "success"
    assert told.green.number < told.run.number
    assert told.between is not None
    assert told.between.ahead == len(told.between.commits) > 0
    assert next(pair for pair in told.pairs if pair.differs).name == "integration"
    assert told.machine["image"]
    assert not told.troubles


async def test_a_run_that_is_not_there(reader: CiReader) -> None:
    with pytest.raises(SourceError) as caught:
        await reader.run(1)
    assert caught.value.trouble.kind == "not_found"


async def test_without_a_repository(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no repository"):
        await CiReader(GitHub(), SystemClock()).run(1)


# ---- the log's storage ----------------------------------------------------------------------------------------------


class Storage:
    """A server of logs that keeps what it was asked."""

    def __init__(self) -> None:
        self.body, self.status, self.ranges = b"", 200, False
        self.asked: list[dict[str, str]] = []
        storage = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                storage.asked.append({name.lower(): value for name, value in self.headers.items()})
                wanted = self.headers.get("Range", "")
                partial = storage.ranges and wanted.startswith("bytes=")
                body = storage.body[int(wanted[6:-1]) :] if partial else storage.body
                self.send_response(206 if partial else storage.status)
                if storage.ranges:
                    self.send_header("Accept-Ranges", "bytes")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                try:
                    self.wfile.write(body)
                except OSError:  # whoever asked has read enough
                    self.close_connection = True

            def log_message(self, *_args: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/log?sig=secret"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


class Api:
    """Stands for the API's client: it sends whoever asks to the storage."""

    def __init__(self, url: str, *, secure: bool = False) -> None:
        self.url, self.secure, self.place = url, secure, Place("GitHub", "api.github.com", "[github] url")

    def location(self, _path: str, seen: list[Answer], *, what: str) -> str:
        seen.append(Answer(302, {}, what))
        return self.url


@pytest.fixture
def storage() -> Iterator[Storage]:
    made = Storage()
    yield made
    made.server.shutdown()
    made.server.server_close()


def fetched(storage: Storage, *, head: int = 100, tail: int = 200, download: Download | None = None) -> LogBytes:
    api: object = Api(storage.url)
    return read_log(api, "/logs", [], download or Download(), head=head, tail=tail)  # type: ignore[arg-type]


def test_the_storage_gets_no_token(storage: Storage) -> None:
    storage.body = b"line\n"
    assert fetched(storage) == LogBytes(b"line\n")
    assert "authorization" not in storage.asked[0]


@pytest.mark.parametrize("ranges", [False, True])
@pytest.mark.parametrize("size", [0, 99, 100, 300, 301, 5_000, 400_000])
def test_of_a_long_log_both_ends_are_kept(storage: Storage, size: int, ranges: bool) -> None:
    storage.body, storage.ranges = bytes(index % 251 for index in range(size)), ranges
    told = fetched(storage)
    if size <= 300:
        assert told == LogBytes(storage.body)
    else:
        assert told == LogBytes(storage.body[:100], storage.body[-200:], size - 300)


def test_of_its_beginning_alone_no_more_is_read(storage: Storage) -> None:
    storage.body, storage.ranges = b"x" * 1_000_000, True
    assert fetched(storage, head=50, tail=0) == LogBytes(b"x" * 50)
    assert len(storage.asked) == 1


@pytest.mark.parametrize(("status", "words"), [(404, "no log"), (410, "expired"), (403, "run out"), (500, "trouble")])
def test_what_the_storage_refuses_is_said(storage: Storage, status: int, words: str) -> None:
    storage.status = status
    with pytest.raises(SourceError, match=words):
        fetched(storage)


def test_a_log_without_tls_behind_an_api_with_it_is_not_read(storage: Storage) -> None:
    api: object = Api(storage.url, secure=True)
    with pytest.raises(SourceError, match="without TLS"):
        read_log(api, "/logs", [], Download())  # type: ignore[arg-type]
    assert not storage.asked


def test_a_download_can_be_stopped(storage: Storage) -> None:
    storage.body = b"x" * 1_000_000
    with pytest.raises(StoppedError):
        fetched(storage, download=Download(stopped=True))


def test_an_address_that_nobody_answers() -> None:
    api: object = Api("http://127.0.0.1:1/log?sig=secret")
    with pytest.raises(SourceError) as caught:
        read_log(api, "/logs", [], Download())  # type: ignore[arg-type]
    assert "secret" not in str(caught.value.trouble)


async def test_giving_up_ends_the_download(reader: CiReader) -> None:
    run = await reader.newest(BUILD)
    job = (await reader.jobs(run.id))[0]
    download = Download()
    task = asyncio.create_task(reader.log(job, download))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert download.stopped
