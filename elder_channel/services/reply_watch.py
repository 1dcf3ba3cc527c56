"""Replies that somebody should have read by now: what may be danger, and what holds a number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from elder_channel.bootstrap import Line
from elder_channel.storage.engine import reading
from elder_channel.workorders.model import OrderState
from greeting_sms.holds import unread
from greeting_sms.inbound.inbox import may_be_danger

MOST_LOOKED_AT = 100
"""Replies that may be danger and of which nobody has said what they are: the newest count, each asked for its order."""


@dataclass(frozen=True)
class UnreadReplies:
    """How many are past their time."""

    danger: int
    """May be danger; nobody has said what they are, nor begun their work order."""
    held: int
    """Hold their number; nobody has confirmed or released them."""


def unread_replies(line: Line, now: datetime) -> UnreadReplies:
    """What has lain longer than `greetings.read_urgent_minutes` and `greetings.read_held_minutes`."""
    settings = line.settings.greetings
    urgent_before = now - timedelta(minutes=settings.read_urgent_minutes)
    held_before = now - timedelta(minutes=settings.read_held_minutes)
    with reading(line.databases.greetings).begin() as connection:
        sids = may_be_danger(connection, before=urgent_before, limit=MOST_LOOKED_AT)
        held = unread(connection, before=held_before)
    return UnreadReplies(sum(_nobody_began(line, sid) for sid in sids), held)


def _nobody_began(line: Line, sid: str) -> bool:
    """Whether the order to read the text is as it was opened; one that is closed was dealt with."""
    order = line.work_orders.of_merge_key(f"text:{sid}")
    return order is not None and order.state is OrderState.OPEN
