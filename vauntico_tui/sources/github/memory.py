"""What was read of GitHub, kept on disk with its ETags, so that the next start asks only what changed since.

The file belongs to one URL, repository and token (a hash of them; the token itself is never written). Whatever is wrong
with it, it is as if there were none.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from datetime import datetime
from pathlib import Path

import msgspec

from vauntico_tui.evidence.facts import (
    Branch,
    Deployment,
    FailedJob,
    File,
    Issue,
    PullRequest,
    PullState,
    Repository,
    RunSet,
    Secret,
)  # fmt: skip

NAME = "github.cache"
SCHEMA = 1
LARGEST = 64 << 20  # bytes


class KeptWatch(msgspec.Struct, array_like=True):
    """An ETag and the URL it is of."""

    url: str
    etag: str | None


class KeptIssues(msgspec.Struct, array_like=True):
    issues: list[Issue]
    since: datetime | None
    swept_at: datetime
    watch: KeptWatch


class KeptRuns(msgspec.Struct, array_like=True):
    value: RunSet
    node_ids: dict[int, str]
    jobs: list[tuple[int, int, tuple[FailedJob, ...]]]
    watch: KeptWatch


class KeptDetails(msgspec.Struct, array_like=True):
    """Only what was not due when it was kept."""

    pulls: tuple[PullRequest, ...] | None
    deployments: tuple[Deployment, ...] | None
    branches: list[Branch]
    numbers: list[PullState]
    files: list[File]
    refs: dict[int, str]
    heads: dict[str, str]
    read_at: datetime | None
    watches: list[KeptWatch]


class KeptSecrets(msgspec.Struct, array_like=True):
    values: dict[str, tuple[Secret, ...]]
    watches: dict[str, KeptWatch]


class Kept(msgspec.Struct, array_like=True):
    """Everything, as of `at`."""

    schema: int
    account: str
    at: datetime
    repository: Repository
    issues: KeptIssues
    runs: KeptRuns | None
    details: KeptDetails
    secrets: KeptSecrets


def load(folder: Path, account: str) -> Kept | None:
    """What was kept for this account; None where nothing is, or nothing that can be used. Blocks."""
    try:
        with (folder / NAME).open("rb") as file:
            body = file.read(LARGEST + 1)
        kept = msgspec.msgpack.decode(body, type=Kept)
    except (OSError, msgspec.DecodeError, ValueError, RecursionError):
        return None
    return kept if kept.schema == SCHEMA and kept.account == account else None


def save(folder: Path, kept: Kept) -> None:
    """Write it, whole or not at all, readable by its owner alone. A disk that is full costs only the memory. Blocks."""
    body = msgspec.msgpack.encode(kept)
    if len(body) > LARGEST:
        return
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f"{NAME}.", dir=folder)  # 600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(body)
            Path(name).replace(folder / NAME)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
