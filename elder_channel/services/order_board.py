"""The work orders as a board: one column for each state, what is due first at its top."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from elder_channel.clock import Clock
from elder_channel.logs import mask_number
from elder_channel.storage.workorders import OrderQuery, SqlWorkOrderStore
from elder_channel.workorders.model import OrderState, WorkOrder

CARDS_PER_COLUMN = 8
MOST_CARDS = 200
CLOSED_SHOWN = timedelta(days=7)
"""So long a closed order stays on the board; the list of closed orders has them all."""


@dataclass(frozen=True)
class BoardColumn:
    """One state of orders."""

    state: OrderState
    count: int
    """How many there are, shown or not."""
    orders: tuple[WorkOrder, ...]
    """The first of them, without words and with the number masked (law 7)."""

    @property
    def hidden(self) -> int:
        """How many are not among `orders`."""
        return max(0, self.count - len(self.orders))


class OrderBoard:
    """Reads the board; who may see it is asked by `Orders.board`."""

    def __init__(self, store: SqlWorkOrderStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def columns(self, query: OrderQuery, shown: Mapping[OrderState, int]) -> list[BoardColumn]:
        """The columns of what `query` asks for, in the order of the states.

        `shown` says how many cards a column has where it is not `CARDS_PER_COLUMN`. Orders by due time have no column
        of closed ones, and closed orders no other.
        """
        states = [state for state in OrderState if _belongs(state, query)]
        return [self._column(state, query, shown.get(state, CARDS_PER_COLUMN)) for state in states]

    def _column(self, state: OrderState, query: OrderQuery, cards: int) -> BoardColumn:
        closed = state is OrderState.CLOSED
        since = self._clock() - CLOSED_SHOWN if closed and not query.closed else None
        asked = replace(query, state=state, closed=closed, closed_since=since, due_first=True)
        found = self._store.list_orders(replace(asked, limit=min(cards, MOST_CARDS)))
        return BoardColumn(state, self._store.count(asked), tuple(_as_card(order) for order in found))


def _belongs(state: OrderState, query: OrderQuery) -> bool:
    if query.closed or state is not OrderState.CLOSED:
        return query.closed is (state is OrderState.CLOSED)
    return query.due_before is None


def _as_card(order: WorkOrder) -> WorkOrder:
    number = order.caller_number
    return replace(order, transcript=None, caller_number=mask_number(number) if number else None)
