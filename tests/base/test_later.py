"""A module that is loaded later: not by its import, but by its first use."""

from __future__ import annotations

import subprocess
import sys


def _run(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout


def test_it_is_loaded_by_its_first_use() -> None:
    told = _run(
        "import sys\n"
        "from vauntico_tui.base.later import loaded_later\n"
        "finders = list(sys.meta_path)\n"
        "with loaded_later('this', 'none.such'):\n"
        "    import this\n"
        "print('imported', sys.meta_path == finders)\n"
        "print(len(this.s) > 100)\n"
    )
    lines = told.splitlines()
    assert lines[0] == "imported True"  # its Zen comes after that
    assert "The Zen of Python" in told
    assert lines[-1] == "True"


def test_what_reads_github_loads_no_cryptography_and_can_still_sign() -> None:
    told = _run(
        "import sys, vauntico_tui.sources.hub, vauntico_tui.sources.github.client\n"
        "print('cryptography' in sys.modules)\n"
        "import github\n"
        "import jwt\n"
        "sign = lambda: jwt.encode({'iss': '1'}, 'a shared secret of enough letters', algorithm='HS256')\n"
        "print(sign().count('.'))\n"
    )
    assert told.split() == ["False", "2"]
