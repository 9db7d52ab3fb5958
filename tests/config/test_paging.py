"""People, channels, rotations: what one section says of another is checked, with lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from vauntico_tui.base.problems import InputError
from vauntico_tui.config.load import load_config, parse_config

TEAM = """\
[channels.team]
kind = "slack"
url_env = "HOOK"

[[people]]
id = "ann"
contacts = ["DevOps"]
channels = ["team"]
"""


def problems(text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        parse_config(TEAM + text, "c.toml")
    return [str(problem) for problem in caught.value.problems]


def test_a_team_is_read() -> None:
    config = parse_config(TEAM + '[oncall]\nfallback = "ann"\nexecutives = "DevOps"\n[escalation]\nme = "ann"\n').value
    assert config.people[0].channels == ("team",)
    assert config.channels["team"].kind == "slack"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('[escalation]\nme = "anm"\n', 10, 'there is no person "anm" (did you mean "ann"?)'),
        ('[[people]]\nid = "bob"\nchannels = ["taem"]\n', 11, 'there is no channel "taem" (did you mean "team"?)'),
        ('[[people]]\nid = "ann"\n', 10, 'the id "ann" stands twice'),
        ('[oncall]\nfallback = "devops"\n', 10, 'there is no person or contact "devops"'),
        ('[oncall]\ncalendar = "on.ics"\n', 10, "nothing says which contacts the calendar stands for"),
        ('[channels.pager]\nkind = "pagerduty"\n', 10, "its integration key is missing"),
        ('[channels.chat]\nkind = "slack"\n', 10, "its URL is missing, which is its secret"),
        ('[channels.hook]\nkind = "webhook"\n', 10, "its address is missing"),
        ('[channels.github]\nkind = "slack"\nurl_env = "X"\n[mirror]\ngithub = true\n', 9, "the name of the mirror"),
        ('[[escalation.levels]]\nlevel = 1\nopens = "09:00"\n', 11, "opens and closes belong together"),
    ],
)
def test_names_that_lead_nowhere(text: str, line: int, said: str) -> None:
    (problem,) = problems(text)
    assert problem.startswith(f"c.toml:{line}: ")
    assert said in problem


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[channels.x]\nkind = "slak"\n', "slack"),
        ('[channels.x]\nkind = "slack"\nurl = "https://hooks.slack.com/services/T/B/secret"\n', '"url_env"'),
        ('[[people]]\nid = "eve"\ntime_zone = "Lagos"\n', "is no time zone"),
        ('[[escalation.levels]]\nlevel = 1\nopens = "25:00"\ncloses = "09:00"\n', "opens"),
        (
            '[[overrides]]\nperson = "ann"\nstart = 2025-01-01T00:00:00Z\nend = 2024-01-01T00:00:00Z\n',
            "not after start",
        ),
        ('[[rotations]]\nid = "r"\ncontacts = ["DevOps"]\npeople = ["zed"]\nfirst_day = 2025-01-06\n', '"zed"'),
        ('[journal]\nurl = "postgresql://ann:hunter2@db/war"\n', "a password has no place in a config"),
        (
            '[channels.m]\nkind = "email"\nhost = "mail.example.org"\nsender = "w@example.org"\nsecurity = "none"\n'
            'user = "w"\npassword_env = "P"\n',
            "mail.example.org for all to read",
        ),
    ],
)
def test_wrong_values(text: str, said: str) -> None:
    assert any(said in problem for problem in problems(text))
    assert not any("hunter2" in problem for problem in problems(text))


def test_an_email_channel_needs_an_address_for_everybody() -> None:
    mail = (
        '[channels.post]\nkind = "email"\nhost = "h"\nsender = "a@b.c"\n[[people]]\nid = "bob"\nchannels = ["post"]\n'
    )
    (problem,) = problems(mail)
    assert '"post" has no address to send to for bob' in problem


def test_files_are_taken_from_the_configs_folder(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(
        '[journal]\nurl = "team.sqlite"\n[channels.team]\nkind = "slack"\nurl_file = "slack.url"\n'
        '[oncall]\ncalendar = "on.ics"\ncalendar_contacts = ["DevOps"]\n'
    )
    config = load_config(file).value
    assert config.journal.url == str(tmp_path / "team.sqlite")
    assert config.channels["team"].url_file == tmp_path / "slack.url"  # type: ignore[union-attr]
    assert config.oncall.calendar == str(tmp_path / "on.ics")
