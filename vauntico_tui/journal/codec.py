"""Values to text and back: canonical JSON, so that the same event always has the same hash."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import msgspec

from vauntico_tui.escalation.policy import Policy
from vauntico_tui.escalation.state import Escalation, Message

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """Microseconds since 1970 UTC: how the journal keeps instants, exact and the same on both databases."""
    return (at - _EPOCH) // _MICROSECOND


def instant(value: int) -> datetime:
    return _EPOCH + timedelta(microseconds=value)


def maybe_micros(at: datetime | None) -> int | None:
    return None if at is None else micros(at)


def canonical(value: object) -> str:
    """JSON with sorted keys and no spaces. Characters stay as they are."""
    return json.dumps(msgspec.to_builtins(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def link(previous: str, body: str) -> str:
    """The hash of an event that follows `previous`."""
    return sha256(f"{previous}\n{body}")


def genesis(journal_id: str) -> str:
    """The hash before the first event: no two journals share a chain."""
    return sha256(f"vauntico journal {journal_id}")


def policy_text(policy: Policy) -> str:
    return canonical(policy)


@lru_cache(maxsize=256)
def read_policy(text: str) -> Policy:
    return msgspec.json.decode(text, type=Policy)


def escalation_fields(escalation: Escalation, policy: str) -> dict[str, Any]:
    """An escalation as plain values, its policy by digest."""
    fields: dict[str, Any] = msgspec.to_builtins(escalation)
    fields["policy"] = policy
    return fields


def read_escalation(fields: dict[str, Any], policy: Policy) -> Escalation:
    """The other way. Fields that this program does not know are left out."""
    bare = msgspec.convert({**fields, "policy": {"levels": []}}, Escalation)
    return replace(bare, policy=policy)


def read_message(text: str) -> Message:
    return msgspec.json.decode(text, type=Message)
