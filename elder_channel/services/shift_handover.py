"""The end of a shift: everything still open of one agent goes to a colleague or a desk, with one note."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from elder_channel.bootstrap import Line
from elder_channel.services.accounts import Account
from elder_channel.services.errors import OrderRefusedError
from elder_channel.services.order_by_hand import MAX_OWNER, MAX_WORDS
from elder_channel.services.order_rights import Deed, demand
from elder_channel.storage.workorders import OrderQuery
from elder_channel.workorders import changes
from elder_channel.workorders.errors import OrderChangedError, WorkOrderError
from elder_channel.workorders.model import WorkOrder

log = structlog.get_logger()

BEGINS_WITH = "交班："
"""How the note begins in an order's history, so that the next one sees why it changed hands."""


@dataclass(frozen=True)
class HandedOver:
    """What came of it."""

    given: tuple[int, ...]
    stayed: tuple[int, ...]
    """Orders somebody was at work on at that moment; they are still the agent's."""


class ShiftHandover:
    """Gives open orders on."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def left(self, *, by: Account) -> list[WorkOrder]:
        """The account's own open orders, danger and elders first, without words and numbers."""
        demand(by, Deed.READ)
        mine = self._line.work_orders.list_orders(OrderQuery(owner=by.username))
        return [changes.without_words(order) for order in mine]

    def hand_over(self, *, to: str, note: str, by: Account) -> HandedOver:
        """Give all of them to `to`, with the note in each one's history; done twice there is nothing left to give.

        Raises `OrderRefusedError` for an owner that cannot be or a note that is missing or too long.
        """
        owner, words = to.strip(), note.strip()
        if not 1 <= len(owner) <= MAX_OWNER or owner == by.username:
            raise OrderRefusedError("owner_unfit", f"An owner has 1 to {MAX_OWNER} characters, and is somebody else.")
        if not words:
            raise OrderRefusedError("words_missing", "Say in a few words what the next one should know.")
        if len(BEGINS_WITH + words) > MAX_WORDS:
            raise OrderRefusedError("words_too_long", f"A note has at most {MAX_WORDS} characters.")
        given, stayed = list[int](), list[int]()
        for order in self.left(by=by):
            done = self._give(order.id, owner, BEGINS_WITH + words, by)
            (given if done else stayed).append(order.id)
        log.info("shift.handed_over", by=by.username, to=owner, given=len(given), stayed=len(stayed))
        return HandedOver(tuple(given), tuple(stayed))

    def _give(self, id_: int, owner: str, words: str, by: Account) -> bool:
        order = self._line.work_orders.get(id_)
        if order is None or order.owner != by.username:
            return False
        demand(by, Deed.HAND_OVER, order)
        change = changes.reassign(order, to=owner, by=by.username, at=self._line.clock(), why=words)
        try:
            self._line.work_orders.apply(order, (change,))
        except (OrderChangedError, WorkOrderError) as error:
            log.info("shift.order_stays", order=id_, reason=type(error).__name__)
            return False
        return True
