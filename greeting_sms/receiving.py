"""Receipts of one channel come in: they change their greetings, and many bad ones shut the channel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy.engine import Connection, Engine

from greeting_sms.channel import Receipt
from greeting_sms.gates import gate_at, keep_gate
from greeting_sms.receipts import Applied, apply
from greeting_sms.sending_limits import ChannelRules, gate_name
from greeting_sms.turns import in_turn

log = structlog.get_logger()


def receive(engine: Engine, words: Sequence[Receipt], rules: ChannelRules, *, now: datetime) -> Applied:
    """Take receipts in, all or none of them."""
    if not words:
        return Applied()

    def work(connection: Connection) -> Applied:
        applied = apply(connection, words)
        gate = gate_at(connection, gate_name(rules), pace=rules.pace, now=now)
        judged = gate.judged(applied.new, rules.breaker, now)
        if judged is not gate:
            keep_gate(connection, judged)
        if judged.is_shut(now) and not gate.is_shut(now):
            log.error("channel.shut", channel=rules.name, because=judged.shut_because, until=str(judged.shut_until))
        return applied

    return in_turn(engine, work)
