"""Has the line ring the customers of work orders, and notes what came of it as an attempt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import structlog

from elder_channel.bootstrap import Line
from elder_channel.services.accounts import Account
from elder_channel.services.errors import OrderRefusedError, ServiceError
from elder_channel.services.order_rights import Deed, demand
from elder_channel.services.order_rules import rules_of
from elder_channel.services.returning import is_callable
from elder_channel.workorders import changes
from elder_channel.workorders.due import in_callback_hours
from elder_channel.workorders.errors import OrderChangedError, WorkOrderError
from elder_channel.workorders.model import THE_LINE, AttemptResult, CallRole, Priority, WorkOrder

log = structlog.get_logger()


class CallState(StrEnum):
    """How far a call the line was asked to place has come."""

    UNDER_WAY = "under_way"
    ANSWERED = "answered"
    IN_VAIN = "in_vain"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class CallNews:
    """What is known of such a call."""

    state: CallState
    call_sid: str | None = None
    result: AttemptResult = AttemptResult.NO_ANSWER


class CallsCustomers(Protocol):
    """Whoever places calls for the line."""

    def call(self, key: str, *, number: str, customer_id: int | None, not_before: datetime, urgent: bool) -> None:
        """Ask for a call; the same key is one call, however often it is asked. Raises a `ServiceError`.

        `urgent` is somebody in danger, who is rung at once and first; one that still waits becomes so when asked again.
        """
        ...

    def news(self, key: str) -> CallNews | None:
        """What came of it; None when nobody was ever asked."""
        ...


class OrderCallbacks:
    """Calls back by the line itself."""

    def __init__(self, line: Line, caller: CallsCustomers) -> None:
        self._line = line
        self._caller = caller

    def place(self, id_: int, *, etag: str, by: Account) -> WorkOrder:
        """Have the line ring the order's customer, in the hours for it. Raises `OrderRefusedError`."""
        order = self._line.work_orders.get(id_)
        if order is None:
            raise OrderRefusedError("no_such_order", f"There is no order {id_}.")
        demand(by, Deed.ATTEMPT, order)
        if order.callback_key:
            raise OrderRefusedError("already_calling", "The line is calling already.")
        if not order.caller_number or not is_callable(order.caller_number):
            raise OrderRefusedError("not_called", "There is no number to call.")
        if order.etag != etag:
            raise OrderRefusedError("order_changed", "Somebody changed the order meanwhile; look at it again.")
        return self._place(order, by=by.username)

    def ring_owed(self, *, free: int) -> int:
        """Ring who is owed a call and was chosen by nobody yet; how many are rung. Called by the clock.

        Who is in danger is rung at once, whoever is free: picked up, they are first in the queue. Of the others no more
        than agents are `free`, in the hours for callbacks: who chose to be called back, and whose call was lost. One
        that cannot be rung is left to the order's owner.
        """
        now, settings = self._line.clock(), self._line.settings.workorders
        is_hour = in_callback_hours(now, now - now, settings) <= now
        rung = 0
        for order in self._line.work_orders.owed_calls(
            promised=settings.promised_calls, lost=settings.lost_calls.priorities
        ):
            if order.priority is not Priority.URGENT and (rung >= free or not is_hour):
                continue
            try:
                self._place(order, by=THE_LINE)
                rung += 1
            except (OrderChangedError, OrderRefusedError) as error:
                log.warning("order.owed_call_not_placed", order=order.id, reason=str(error))
        return rung

    def _place(self, order: WorkOrder, *, by: str) -> WorkOrder:
        try:
            placed = self._write(order, changes.place(order, by=by, at=self._line.clock()))
        except WorkOrderError as error:
            raise OrderRefusedError(error.code, f"{error}.") from error
        # Written first: a call nobody knows of would be worse than one that `follow` asks for again.
        try:
            self._ask(placed)
        except ServiceError as error:
            self._write(placed, changes.give_up_placing(placed, at=self._line.clock(), why="系统不能打这个电话"))
            raise OrderRefusedError("not_called", str(error)) from error
        log.info("order.call_placed", order=order.id, by=by)
        return placed

    def follow(self) -> int:
        """Look what came of the calls and note it; for how many orders something did. Called by the clock."""
        noted = 0
        for order in self._line.work_orders.being_called():
            try:
                noted += self._follow(order)
            except OrderChangedError:
                continue  # somebody is at work on it this very moment; the next tick looks again
            except ServiceError as error:
                log.warning("order.call_not_placed", order=order.id, code=error.code)
                self._write(order, changes.give_up_placing(order, at=self._line.clock(), why="系统不能打这个电话"))
        return noted

    def _follow(self, order: WorkOrder) -> bool:
        news, now = self._caller.news(order.callback_key or ""), self._line.clock()
        if news is None:
            self._ask(order)
            return False
        if news.state is CallState.UNDER_WAY:
            if order.priority is Priority.URGENT:  # perhaps only since another call of theirs
                self._ask(order)
            return False
        if news.state is CallState.CANCELLED:
            self._write(order, changes.give_up_placing(order, at=now, why="回电已取消"))
            return True
        result = AttemptResult.REACHED if news.state is CallState.ANSWERED else news.result
        rules = rules_of(self._line.settings)
        done = changes.attempt(order, result, by=THE_LINE, at=now, why="系统回电", rules=rules)
        store = self._line.work_orders
        if news.call_sid and result is AttemptResult.REACHED and store.role_of(order.id, news.call_sid) is None:
            return store.join_call(order, news.call_sid, CallRole.CALLED_BACK, done[0])
        store.apply(order, done)
        return True

    def _ask(self, order: WorkOrder) -> None:
        now, settings = self._line.clock(), self._line.settings.workorders
        urgent = order.priority is Priority.URGENT
        not_before = now if urgent else in_callback_hours(now, now - now, settings)
        self._caller.call(
            order.callback_key or "",
            number=order.caller_number or "",
            customer_id=order.customer_id,
            not_before=not_before,
            urgent=urgent,
        )

    def _write(self, order: WorkOrder, change: changes.Change) -> WorkOrder:
        return self._line.work_orders.apply(order, (change,))
