"""What the work orders' page shows; knows nothing of Streamlit or HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from elder_channel.services.order_names import OrderNames
from elder_channel.services.orders import OrderFile
from elder_channel.workorders.model import THE_LINE, HistoryEntry, Priority, WorkOrder
from ui.words import Text, say, say_value


@dataclass(frozen=True)
class OrderCard:
    """One order as it stands in the list."""

    id: int
    number: Text
    type: Text
    state_id: str
    state: Text
    priority_id: str
    priority: Text | None
    """Told for elders and danger only."""
    time: Text
    """By when it is due, how late it is, or when it was closed."""
    overdue: bool
    owner: str
    department: Text
    dialect: Text | None
    remarks: tuple[Text, ...]
    """How many calls, how often called back, when next."""


@dataclass(frozen=True)
class Line:
    """One line of a record: when, who, what, and the rest in words."""

    time: str
    who: Text
    what: Text
    words: tuple[Text, ...]


@dataclass(frozen=True)
class OrderPage:
    """One order opened."""

    card: OrderCard
    etag: str
    opened: Text
    customer: Text
    masked: Text | None
    """Said beside a number that is not shown whole."""
    need: Text | None
    note: str
    said: str | None
    speakers: str | None
    outcome: tuple[Text, Text] | None
    """How it ended, and whether the customer was told."""
    history: tuple[Line, ...]
    attempts: tuple[Line, ...]
    calls: tuple[Line, ...]


def present_orders(orders: Sequence[WorkOrder], names: OrderNames, *, now: datetime, zone: tzinfo) -> list[OrderCard]:
    """One card per order, in the order given."""
    return [present_order(order, names, now=now, zone=zone) for order in orders]


def present_order(order: WorkOrder, names: OrderNames, *, now: datetime, zone: tzinfo) -> OrderCard:
    """The card of one order; times are given in `zone`."""
    overdue = order.is_open and order.due_at <= now
    return OrderCard(
        id=order.id,
        number=say("order.number", id=order.id),
        type=Text(*names.type(order.type)),
        state_id=order.state,
        state=say_value("order.state", order.state),
        priority_id=order.priority,
        priority=None if order.priority is Priority.NORMAL else say_value("order.priority", order.priority),
        time=_time(order, now, zone, overdue=overdue),
        overdue=overdue,
        owner=order.owner,
        department=Text(*names.department(order.department)),
        dialect=_dialect(order, names),
        remarks=tuple(_remarks(order, zone)),
    )


def present_file(file: OrderFile, names: OrderNames, *, now: datetime, zone: tzinfo) -> OrderPage:
    """The page of one order."""
    order = file.order
    whole = file.number and "*" not in file.number
    known = bool(file.number) and file.number != "匿名" and file.number != "anonymous"
    ended = (say_value("order.outcome", order.outcome), _told(order)) if order.outcome else None
    return OrderPage(
        card=present_order(order, names, now=now, zone=zone),
        etag=order.etag,
        opened=say("order.opened", time=_moment(order.opened_at, zone)),
        customer=Text(file.number, "") if known else say("order.customer.none"),
        masked=None if whole or not known else say("order.number.masked"),
        need=Text(*names.need(order.need)) if order.need else None,
        note=order.note,
        said=order.transcript,
        speakers="、".join(file.speakers) or None,
        outcome=ended,
        history=tuple(_history_line(entry, zone) for entry in file.history),
        attempts=tuple(
            Line(
                _moment(each.at, zone),
                _who(each.by),
                say_value("order.result", each.result),
                (Text(each.note, ""),) if each.note else (),
            )
            for each in file.attempts
        ),
        calls=tuple(
            Line(_moment(each.at, zone), Text(each.call_sid, ""), say_value("order.role", each.role), ())
            for each in file.calls
        ),
    )


def duration_in_words(duration: timedelta) -> Text:
    """A duration as people say it: minutes, then hours, then days."""
    minutes = max(0, int(duration.total_seconds() // 60))
    if minutes < 60:
        return Text(f"{minutes} 分钟", f"{minutes} min")
    if minutes < 48 * 60:
        return Text(f"{minutes // 60} 小时 {minutes % 60} 分", f"{minutes // 60} h {minutes % 60} min")
    return Text(f"{minutes // 1440} 天", f"{minutes // 1440} days")


def _time(order: WorkOrder, now: datetime, zone: tzinfo, *, overdue: bool) -> Text:
    if order.closed_at and not order.is_open:
        return say("order.closed_at", time=_moment(order.closed_at, zone))
    due = _moment(order.due_at, zone)
    if not overdue:
        return say("order.due", time=due)
    late = duration_in_words(now - order.due_at)
    return Text(
        say("order.overdue", duration=late.zh, time=due).zh, say("order.overdue", duration=late.en, time=due).en
    )


def _remarks(order: WorkOrder, zone: tzinfo) -> list[Text]:
    remarks = []
    if order.calls > 1:
        remarks.append(say("order.calls", count=order.calls))
    if order.attempts:
        remarks.append(say("order.attempts", count=order.attempts))
    if order.callback_key:
        remarks.append(say("order.calling"))
    if order.next_attempt_at:
        remarks.append(say("order.next_attempt", time=_moment(order.next_attempt_at, zone)))
    return remarks


def _dialect(order: WorkOrder, names: OrderNames) -> Text | None:
    if order.language == "en":
        return say("language.en")
    return Text(names.dialect(order.dialect), order.dialect.replace("_", " ").title()) if order.dialect else None


def _history_line(entry: HistoryEntry, zone: tzinfo) -> Line:
    words = []
    if entry.from_owner is not None and entry.from_owner != entry.to_owner:
        words.append(say("order.history.owner", before=entry.from_owner, after=entry.to_owner))
    if entry.why:
        words.append(Text(entry.why, ""))
    return Line(_moment(entry.at, zone), _who(entry.by), say_value("order.action", entry.action), tuple(words))


def _told(order: WorkOrder) -> Text:
    return say("order.told" if order.told_customer else "order.not_told")


def _who(name: str) -> Text:
    return say("order.by_line") if name == THE_LINE else Text(name, "")


def _moment(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).strftime("%m-%d %H:%M")
