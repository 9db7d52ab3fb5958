"""The on-call calendar: exports as services write them, read from a file and over HTTP, hostile ones too."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from zlib import crc32

import pytest

from vauntico_tui.base.clock import FixedClock
from vauntico_tui.config.paging import OnCall, PersonEntry
from vauntico_tui.escalation.oncall import cover, on_call
from vauntico_tui.sources.calendar import MOST_BYTES, CalendarError, OnCallCalendar, understand

NOW = datetime(2027, 3, 20, 12, tzinfo=UTC)
PEOPLE = (
    PersonEntry(id="ann", name="Ann Adeyemi", email="ann@example.com"),
    PersonEntry(id="bob", name="Bob", contacts=("DevOps",)),
)


def event(*lines: str) -> str:
    return "\r\n".join(
        ["BEGIN:VEVENT", f"UID:{crc32(repr(lines).encode())}", "DTSTAMP:20270101T000000Z", *lines, "END:VEVENT"]
    )


def calendar(*events: str, head: str = "") -> bytes:
    return "\r\n".join(
        ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *filter(None, [head]), *events, "END:VCALENDAR", ""]
    ).encode()


PAGERDUTY = event(
    "DTSTART:20270320T080000Z", "DTEND:20270321T080000Z", "SUMMARY:On Call - Ann Adeyemi - Primary",
    "ATTENDEE;CN=Ann:mailto:Ann@Example.com",
)  # fmt: skip
WEEKLY = event(
    "DTSTART;TZID=Europe/Berlin:20270301T090000", "DTEND;TZID=Europe/Berlin:20270302T090000",
    "RRULE:FREQ=DAILY", "SUMMARY:bob (on call)",
)  # fmt: skip


def test_a_shift_with_an_attendee() -> None:
    (shift,) = understand(calendar(PAGERDUTY), NOW, PEOPLE).shifts
    assert (shift.person, shift.source, shift.end - shift.start) == ("ann", "calendar", timedelta(days=1))


def test_recurrences_keep_local_time_over_the_dst_night() -> None:
    shifts = understand(calendar(WEEKLY), NOW, PEOPLE).shifts
    assert {shift.person for shift in shifts} == {"bob"}
    lengths = {shift.start.date(): shift.end - shift.start for shift in shifts}
    assert lengths[datetime(2027, 3, 27).date()] == timedelta(hours=23)  # noqa: DTZ001
    laid = cover(NOW, NOW + timedelta(days=20), (), shifts)
    assert on_call(NOW + timedelta(days=10), laid) is not None
    assert len(laid) == 1


def test_whole_days_are_the_calendars_own() -> None:
    whole = event("DTSTART;VALUE=DATE:20270322", "DTEND;VALUE=DATE:20270323", "SUMMARY:Ann Adeyemi")
    (shift,) = understand(calendar(whole, head="X-WR-TIMEZONE:Africa/Lagos"), NOW, PEOPLE).shifts
    assert shift.start == datetime(2027, 3, 21, 23, tzinfo=UTC)


def test_who_is_named_is_not_guessed() -> None:
    others = (
        event("DTSTART:20270320T080000Z", "DTEND:20270321T080000Z", "SUMMARY:Annual review"),
        event("DTSTART:20270320T080000Z", "DTEND:20270321T080000Z", "SUMMARY:Bob", "STATUS:CANCELLED"),
    )
    read = understand(calendar(*others), NOW, PEOPLE)
    assert (read.shifts, read.unknown) == ((), 1)


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"<html>sign in</html>", b"\x00\xff" * 100,
        calendar(event("DTSTART:20270320T080000Z", "DTEND:20270321T080000Z", "SUMMARY:Bob", "RRULE:FREQ=SECONDLY")),
    ],
    ids=["nothing", "a page", "bytes", "a turn each second"],
)  # fmt: skip
def test_what_is_no_calendar_is_one_line(raw: bytes) -> None:
    with pytest.raises(CalendarError) as caught:
        understand(raw, NOW, PEOPLE)
    assert "\n" not in str(caught.value)


@contextmanager
def served(body: bytes, status: int = 200) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                return

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/s3cret.ics"
    finally:
        server.shutdown()
        server.server_close()


async def test_read_over_http_and_kept_while_it_does_not_answer(tmp_path: Path) -> None:
    settings = OnCall(calendar="x")
    with served(calendar(PAGERDUTY)) as url:
        settings = OnCall(calendar=url)
        one = OnCallCalendar(settings, PEOPLE, FixedClock(NOW), tmp_path)
        await one.refresh()
        assert (len(one.shifts()), one.trouble) == (1, "")
    await one.refresh()
    assert len(one.shifts()) == 1
    assert one.trouble.startswith("on-call calendar: 127.0.0.1 can't be read")
    assert "s3cret" not in one.trouble
    later = OnCallCalendar(settings, PEOPLE, FixedClock(NOW), tmp_path)
    await later.refresh()
    assert len(later.shifts()) == 1
    assert later.as_of is None


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [(b"x" * (MOST_BYTES + 9), 200, "larger"), (b"", 403, "403")],
    ids=["too large", "forbidden"],
)
async def test_what_a_server_may_do(body: bytes, status: int, said: str) -> None:
    with served(body, status) as url:
        one = OnCallCalendar(OnCall(calendar=url), PEOPLE, FixedClock(NOW))
        await one.refresh()
    assert said in one.trouble


async def test_a_secret_address_comes_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "on.ics").write_bytes(calendar(PAGERDUTY))
    one = OnCallCalendar(OnCall(calendar_env="ICS"), PEOPLE, FixedClock(NOW))
    await one.refresh()
    assert one.trouble == "on-call calendar: ICS is not set; set it"
    monkeypatch.setenv("ICS", str(tmp_path / "on.ics"))
    await one.refresh()
    assert (len(one.shifts()), one.trouble) == (1, "")
