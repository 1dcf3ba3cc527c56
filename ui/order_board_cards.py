"""What the board of work orders shows; knows nothing of Streamlit or HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from elder_channel.services.order_board import CARDS_PER_COLUMN, CLOSED_SHOWN, BoardColumn
from elder_channel.services.order_names import OrderNames
from elder_channel.workorders.model import OrderState, WorkOrder
from ui.order_presenters import OrderCard, present_order
from ui.words import Text, say, say_value

MOST_NOTE_CHARACTERS = 48


@dataclass(frozen=True)
class BoardCard:
    """One order as it stands on the board."""

    order: WorkOrder
    """As it was read: what is done from the card is done to this version."""
    card: OrderCard
    need: Text | None
    note: str
    """The beginning of what it is about."""
    whom: Text


@dataclass(frozen=True)
class ColumnCard:
    """One column."""

    state_id: str
    title: Text
    hint: Text | None
    cards: tuple[BoardCard, ...]
    more: Text | None
    """What the button says that shows more; None where all are shown."""


def present_board(
    columns: Sequence[BoardColumn], names: OrderNames, *, now: datetime, zone: tzinfo, recently: bool
) -> list[ColumnCard]:
    """One column per state; `recently` says that only the newest closed orders are counted."""
    return [_column(column, names, now=now, zone=zone, recently=recently) for column in columns]


def _column(column: BoardColumn, names: OrderNames, *, now: datetime, zone: tzinfo, recently: bool) -> ColumnCard:
    state = say_value("order.state", column.state)
    closed = recently and column.state is OrderState.CLOSED
    more = min(CARDS_PER_COLUMN, column.hidden)
    return ColumnCard(
        state_id=column.state,
        title=say("board.column", state=state, count=column.count),
        hint=say("board.closed_recently", days=CLOSED_SHOWN.days) if closed else None,
        cards=tuple(_card(order, names, now=now, zone=zone) for order in column.orders),
        more=say("board.more", count=more, hidden=column.hidden) if more else None,
    )


def _card(order: WorkOrder, names: OrderNames, *, now: datetime, zone: tzinfo) -> BoardCard:
    known = bool(order.caller_number) and "*" in (order.caller_number or "")
    note = order.note if len(order.note) <= MOST_NOTE_CHARACTERS else f"{order.note[:MOST_NOTE_CHARACTERS]}…"
    return BoardCard(
        order=order,
        card=present_order(order, names, now=now, zone=zone),
        need=Text(*names.need(order.need)) if order.need else None,
        note=note,
        whom=Text(order.caller_number or "", "") if known else say("board.whom.unknown"),
    )
