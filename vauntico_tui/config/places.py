"""Where a config and what is remembered about it live. Quick to import: the screen asks before its first paint."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

import platformdirs

APP = "vauntico-tui"
ENV = "VAUNTICO_CONFIG"
LAST_VIEW = "last-view.json"


def default_config() -> Path:
    """The user's own config file, whether it is there or not."""
    return platformdirs.user_config_path(APP) / "config.toml"


def find_config(asked: Path | None) -> Path | None:
    """The config to read: the one asked for, the one in VAUNTICO_CONFIG, the user's own if it is there; else None.

    The first two are returned without looking: a file that was named and is not there is an error to be said.
    """
    if asked is not None:
        return asked.expanduser()
    if named := os.environ.get(ENV):
        return Path(named).expanduser()
    own = default_config()
    return own if own.exists() else None


def state_dir(config_file: Path | None) -> Path:
    """The folder that belongs to one config (nothing is created): readable name, then a hash of the whole path."""
    root = platformdirs.user_state_path(APP)
    if config_file is None:
        return root / "no-config"
    whole = str(Path(os.path.abspath(config_file)))  # noqa: PTH100  a symlink keeps its own state
    name = re.sub(r"[^A-Za-z0-9.-]+", "-", Path(whole).stem)[:40] or "config"
    return root / f"{name}-{hashlib.sha256(whole.encode('utf-8', 'surrogateescape')).hexdigest()[:10]}"


def make_state_dir(folder: Path) -> str | None:
    """Create the folder, for its owner alone (700). Returns why it can't be used, or None."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_mode & 0o077 and folder.stat().st_uid == os.geteuid():
            folder.chmod(0o700)
    except OSError as error:
        return f"{folder}: {error.strerror or error}"
    return None if os.access(folder, os.W_OK | os.X_OK) else f"{folder}: not writable"
