"""A day of calls written straight into the books: for what counts them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import Engine

from elder_channel.calls.tables import calls, pick_ups
from elder_channel.learning.tables import corrections


def keep_call(engine: Engine, sid: str, at: datetime, **changes: Any) -> None:
    """A call that asked for a person at `at`; by default answered after ten seconds and served in two minutes.

    `waited` is in seconds, None for a call nobody answered; `dialect` is what was named at pick-up.
    """
    waited, dialect = changes.pop("waited", 10.0), changes.pop("dialect", "fuzhou")
    language, need = changes.pop("language", "zh"), changes.pop("need", "pay")
    matched = changes.pop("matched", "exact")
    answered = None if waited is None else at + timedelta(seconds=waited)
    row = {
        "sid": sid,
        "caller_number": "+8659100000102",
        "called_number": "+862100000060",
        "state": "ended",
        "language": language,
        "language_chosen": False,
        "elder": False,
        "started_at": at - timedelta(seconds=3),
        "entered_at": at,
        "answered_at": answered,
        "ended_at": at + timedelta(seconds=120),
        "agent_id": "zheng-guodong" if answered else None,
        "outcome": "served" if answered else "caller_ended",
        "agents_tried": [],
        "identified_finally": False,
        "recognition": "heard",
        **changes,
    }
    with engine.begin() as connection:
        connection.execute(calls.insert().values(**row))
        if answered:
            known = {"agent_id": row["agent_id"], "heard": True, "need": need, "dialect": dialect, "probability": 0.9}
            said = {"call_sid": sid, "at": answered, "language": language, "matched": matched, **known}
            connection.execute(pick_ups.insert().values(**said))


def keep_verdict(engine: Engine, sid: str, at: datetime, to: str | None, *, number: int = 1, **changes: Any) -> None:
    """What an agent said of a call that the line had taken for Fuzhou."""
    row = {
        "call_sid": sid,
        "number": number,
        "token": f"{sid}-{number}",
        "corrected_at": at,
        "corrected_by": "lin",
        "role": "agent",
        "somebody_else": False,
        "from_dialect": "fuzhou",
        "from_abstained": False,
        "to_dialect": to,
        **changes,
    }
    with engine.begin() as connection:
        connection.execute(corrections.insert().values(**row))
