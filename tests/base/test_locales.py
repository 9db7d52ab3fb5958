"""What the environment says of the terminal's characters."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from vauntico_tui.base.locales import is_utf8, said_locale


@pytest.mark.parametrize(
    ("env", "coerced", "said"),
    [
        ({}, False, ""),
        ({"LANG": "de_DE.UTF-8"}, False, "de_DE.UTF-8"),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, True, "C"),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, False, "C.UTF-8"),
        ({"LANG": "en_US.UTF-8", "LC_CTYPE": "C.UTF-8"}, True, "en_US.UTF-8"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "C"}, True, "C"),
    ],
)
def test_what_python_set_itself_is_not_believed(env: dict[str, str], coerced: bool, said: str) -> None:
    assert said_locale(env, coerced=coerced) == said


@pytest.mark.parametrize(("lang", "utf8"), [("C", False), ("POSIX", False), ("C.UTF-8", True)])
def test_a_locale_of_the_shell_arrives(lang: str, utf8: bool) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "PYTHONUTF8"))}
    code = "from vauntico_tui.base.locales import *; print(is_utf8(said_locale()))"
    done = subprocess.run([sys.executable, "-c", code], env=env | {"LANG": lang}, capture_output=True, check=True)
    assert done.stdout.decode().strip() == str(utf8)


@pytest.mark.parametrize(("name", "utf8"), [("C.utf8", True), ("de_DE.UTF-8@euro", True), ("C", False), ("", False)])
def test_names(name: str, utf8: bool) -> None:
    assert is_utf8(name) is utf8
