"""Blocking calls in a thread of their own: answered, given up, never shared, never waited for."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading

import pytest

from vauntico_tui.sources.worker import OverdueError, TooManyHangError, Worker


class Client:
    """Knows which thread made it, and whether it was closed."""

    def __init__(self) -> None:
        self.thread = threading.get_ident()
        self.closed = threading.Event()

    def close(self) -> None:
        self.closed.set()


async def test_calls_run_in_one_thread_with_one_client() -> None:
    worker = Worker("test", Client)
    clients = [await worker.call(lambda client: client, 5) for _ in range(3)]
    assert len(set(map(id, clients))) == 1
    assert await worker.call(lambda client: client.thread == threading.get_ident(), 5)
    assert clients[0].thread != threading.get_ident()
    worker.close()
    assert await asyncio.to_thread(clients[0].closed.wait, 5)


async def test_what_a_call_raises_comes_back() -> None:
    worker = Worker("test", Client)
    with pytest.raises(ZeroDivisionError):
        await worker.call(lambda client: 1 / 0, 5)
    with pytest.raises(TimeoutError):
        await worker.call(lambda client: (_ for _ in ()).throw(TimeoutError()), 5)
    assert await worker.call(lambda client: 7, 5) == 7
    worker.close()


async def test_a_call_that_hangs_is_given_up_and_its_client_left_behind() -> None:
    worker, release = Worker("test", Client), threading.Event()
    first = await worker.call(lambda client: client, 5)
    with pytest.raises(OverdueError):
        await worker.call(lambda client: release.wait(), 0.01)
    second = await worker.call(lambda client: client, 5)
    assert second is not first and second.thread != first.thread
    release.set()
    assert await asyncio.to_thread(first.closed.wait, 5), "its client is closed once the call returned"
    worker.close()


async def test_hanging_threads_are_bounded() -> None:
    worker, release = Worker("test", Client, most_hanging=2), threading.Event()
    for _ in range(2):
        with pytest.raises(OverdueError):
            await worker.call(lambda client: release.wait(), 0.01)
    with pytest.raises(TooManyHangError):
        await worker.call(lambda client: None, 5)
    release.set()
    worker.close()


async def test_a_cancelled_call_leaves_its_thread_behind() -> None:
    worker, release, begun = Worker("test", Client), threading.Event(), threading.Event()

    def hang(client: Client) -> None:
        begun.set()
        release.wait()

    task = asyncio.create_task(worker.call(hang, 60))
    await asyncio.to_thread(begun.wait, 5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await worker.call(lambda client: 1, 5) == 1
    release.set()
    worker.close()


def test_a_program_ends_although_a_call_hangs() -> None:
    program = """
import asyncio, time
from vauntico_tui.sources.worker import Worker
async def main():
    worker = Worker("hangs", object)
    asyncio.ensure_future(worker.call(lambda client: time.sleep(600), 600))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print("ends")
asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False)
    assert (done.stdout, done.returncode) == ("ends\n", 0), done.stderr
