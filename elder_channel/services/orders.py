"""Everything a person does to a work order: role, validation, etag, history."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import structlog

from elder_channel.bootstrap import Line
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.logs import mask_number
from elder_channel.services.accounts import Account
from elder_channel.services.errors import OrderRefusedError
from elder_channel.services.order_board import BoardColumn, OrderBoard
from elder_channel.services.order_by_hand import MAX_OWNER, MAX_WORDS, HandWritten, OrdersByHand
from elder_channel.services.order_names import OrderNames, names_of
from elder_channel.services.order_rights import Deed, demand, may
from elder_channel.services.order_rules import rules_of, speakers_of
from elder_channel.storage.workorders import OrderQuery
from elder_channel.workorders import changes
from elder_channel.workorders.errors import OrderChangedError, WorkOrderError
from elder_channel.workorders.model import (
    Attempt,
    AttemptResult,
    CloseOutcome,
    HistoryEntry,
    NewWorkOrder,
    OrderCall,
    OrderState,
    Priority,
    WorkOrder,
)
from elder_channel.workorders.opening import order_by_hand

log = structlog.get_logger()

DOUBLE_CLICK = timedelta(seconds=10)
FARTHEST_PROMISE = timedelta(days=90)
_AS_EVER: Mapping[OrderState, int] = {}


class View(StrEnum):
    """Which orders somebody wants to see."""

    OPEN = "open"
    DUE = "due"  # due until the end of today
    OVERDUE = "overdue"
    MINE = "mine"
    ELDERS = "elders"  # elders, and who is in danger
    CLOSED = "closed"


@dataclass(frozen=True)
class OrderFile:
    """One order with all that is known of it, as its reader may see it."""

    order: WorkOrder
    history: tuple[HistoryEntry, ...]
    attempts: tuple[Attempt, ...]
    calls: tuple[OrderCall, ...]
    number: str
    """Whole for who has taken the order and must call; masked for everybody else (law 7)."""
    speakers: tuple[str, ...]
    """Agents who speak the customer's dialect or language, best first, as `王建国(5)`."""


class Orders:
    """The work orders, as people work on them."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._store = line.work_orders

    def list_orders(self, view: View, *, viewer: Account) -> list[WorkOrder]:
        """The orders of a view, danger and elders first, without words and numbers."""
        demand(viewer, Deed.READ)
        return [changes.without_words(order) for order in self._store.list_orders(self._query(view, viewer))]

    def board(self, view: View, *, viewer: Account, shown: Mapping[OrderState, int] = _AS_EVER) -> list[BoardColumn]:
        """The orders of a view by state; `shown` says how many cards of which column, for who wants to see more."""
        demand(viewer, Deed.READ)
        return OrderBoard(self._store, self._line.clock).columns(self._query(view, viewer), shown)

    def _query(self, view: View, viewer: Account) -> OrderQuery:
        now = self._line.clock()
        midnight = (now.astimezone(HOTLINE_ZONE) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return {
            View.OPEN: OrderQuery(),
            View.DUE: OrderQuery(due_before=midnight),
            View.OVERDUE: OrderQuery(due_before=now),
            View.MINE: OrderQuery(owner=viewer.username),
            View.ELDERS: OrderQuery(elders=True),
            View.CLOSED: OrderQuery(closed=True),
        }[view]

    def open_file(self, id_: int, *, viewer: Account) -> OrderFile:
        """One order with history; that its words were read is recorded (law 7). Raises `OrderRefusedError`."""
        demand(viewer, Deed.READ)
        order = self._order(id_)
        if order.transcript and order.call_sid:
            now = self._line.clock()
            today = now.astimezone(HOTLINE_ZONE).date()
            self._line.calls.record_reading(order.call_sid, viewer.username, on=today, at=now)
        number = order.caller_number or ""
        has_it = order.owner == viewer.username or self._line.settings.privacy.show_numbers
        return OrderFile(
            order=order,
            history=tuple(self._store.history(id_)),
            attempts=tuple(self._store.attempts(id_)),
            calls=tuple(self._store.calls(id_)),
            number=number if has_it else mask_number(number),
            speakers=tuple(f"{name}({level})" for name, level in speakers_of(order, self._line.settings)),
        )

    def add(
        self, *, type_id: str, note: str, by: Account, call_sid: str | None = None, priority: Priority | None = None
    ) -> WorkOrder:
        """Write an order down, from a call or without one; a call has one order, which is returned if it is there.

        Without `priority` the call decides: an elder's goes before others.
        """
        demand(by, Deed.ADD)
        rules = rules_of(self._line.settings)
        if type_id not in {each.id for each in rules.types}:
            raise OrderRefusedError("unknown_type", f"There is no order type {type_id!r} in the settings.")
        call = self._line.calls.get(call_sid) if call_sid else None
        if call_sid and call is None:
            raise OrderRefusedError("unknown_call", f"There is no call {call_sid!r} in the books.")
        fitting = Priority.ELDER if call and call.elder else Priority.NORMAL
        now = self._line.clock()
        order: NewWorkOrder = order_by_hand(
            call_sid=call_sid,
            type_id=type_id,
            note=_words(note),
            by=by.username,
            priority=priority or fitting,
            now=now,
            rules=rules,
        )
        added = self._store.add(order, at=now)
        if added is None and call_sid and (kept := self._store.of_call(call_sid)):
            return kept
        if added is None:
            raise OrderRefusedError("not_kept", "The order could not be kept.")
        log.info("order.added", order=added.id, type=added.type, by=by.username)
        return added

    def open_by_hand(self, written: HandWritten, *, token: str, by: Account) -> WorkOrder:
        """Open what somebody filled in; the same `token` is one order, however often it is sent.

        Raises `OrderUnfitError` with a code for each field that does not do.
        """
        demand(by, Deed.ADD)
        return OrdersByHand(self._line).open(written, token=token, by=by)

    def take(self, id_: int, *, etag: str, by: Account) -> WorkOrder:
        """Own it from now on."""
        return self._do(id_, etag, by, Deed.TAKE, lambda order, now: (changes.take(order, by=by.username, at=now),))

    def reassign(self, id_: int, *, etag: str, by: Account, to: str, why: str) -> WorkOrder:
        """Give it to somebody else."""
        owner = to.strip()
        if not 1 <= len(owner) <= MAX_OWNER:
            raise OrderRefusedError("owner_unfit", f"An owner has 1 to {MAX_OWNER} characters.")
        reason = _words(why)
        return self._do(
            id_,
            etag,
            by,
            Deed.REASSIGN,
            lambda order, now: (changes.reassign(order, to=owner, by=by.username, at=now, why=reason),),
        )

    def note(self, id_: int, *, etag: str, by: Account, why: str, due_at: datetime | None = None) -> WorkOrder:
        """Write something down; with `due_at`, what was promised to the customer for then."""
        reason = _words(why)
        now = self._line.clock()
        if due_at is not None and not now < due_at <= now + FARTHEST_PROMISE:
            raise OrderRefusedError("promise_unfit", f"A promise is for the next {FARTHEST_PROMISE.days} days.")
        return self._do(
            id_,
            etag,
            by,
            Deed.NOTE if due_at is None else Deed.ATTEMPT,
            lambda order, now: (changes.note(order, by=by.username, at=now, why=reason, due_at=due_at),),
        )

    def attempt(self, id_: int, *, etag: str, by: Account, result: AttemptResult, why: str = "") -> WorkOrder:
        """The customer was called; the last attempt in vain raises the order."""
        rules, reason = rules_of(self._line.settings), _words(why, needed=False)
        return self._do(
            id_,
            etag,
            by,
            Deed.ATTEMPT,
            lambda order, now: changes.attempt(order, result, by=by.username, at=now, why=reason, rules=rules),
        )

    def escalate(self, id_: int, *, etag: str, by: Account, why: str) -> WorkOrder:
        """Raise it to the next person of the ladder."""
        rules, reason = rules_of(self._line.settings), _words(why)
        return self._do(
            id_,
            etag,
            by,
            Deed.ESCALATE,
            lambda order, now: (changes.escalate(order, by=by.username, at=now, why=reason, rules=rules),),
        )

    def close(self, id_: int, *, etag: str, by: Account, outcome: CloseOutcome, told: bool, why: str = "") -> WorkOrder:
        """End it: with an outcome, and the customer told. Only who supervises may end it with nobody told."""
        unreachable = outcome is CloseOutcome.UNREACHABLE
        if not told and not unreachable:
            raise OrderRefusedError("customer_not_told", "An order is closed once the customer was told.")
        if told and unreachable:
            raise OrderRefusedError("told_unreachable", "A customer who was told was reached; choose that outcome.")
        rules, reason = rules_of(self._line.settings), _words(why, needed=unreachable)

        def closing(order: WorkOrder, now: datetime) -> Sequence[changes.Change]:
            if unreachable and not changes.may_close_unreachable(order, rules):
                raise OrderRefusedError(
                    "attempts_left", f"{rules.settings.callback_attempts} attempts are made and the order raised first."
                )
            return (changes.close(order, outcome=outcome, told=told, by=by.username, at=now, why=reason),)

        return self._do(id_, etag, by, Deed.CLOSE_UNREACHABLE if unreachable else Deed.CLOSE, closing)

    def reopen(self, id_: int, *, etag: str, by: Account, why: str) -> WorkOrder:
        """Begin again."""
        rules, reason = rules_of(self._line.settings), _words(why)
        return self._do(
            id_,
            etag,
            by,
            Deed.REOPEN,
            lambda order, now: (changes.reopen(order, by=by.username, at=now, why=reason, rules=rules),),
        )

    def names(self) -> OrderNames:
        """How types, departments, dialects and needs are called, and to whom orders may be given."""
        return names_of(self._line)

    def may(self, account: Account, deed: Deed, order: WorkOrder | None = None) -> bool:
        """Whether a form need be shown at all; the service asks again when it is sent."""
        return may(account, deed, order)

    def _order(self, id_: int) -> WorkOrder:
        order = self._store.get(id_)
        if order is None:
            raise OrderRefusedError("no_such_order", f"There is no order {id_}.")
        return order

    def _do(
        self,
        id_: int,
        etag: str,
        by: Account,
        deed: Deed,
        work_out: Callable[[WorkOrder, datetime], Sequence[changes.Change]],
    ) -> WorkOrder:
        """Check role and version, work the changes out and write them. The same request sent twice counts once."""
        order, now = self._order(id_), self._line.clock()
        demand(by, deed, order)
        if order.etag != etag:
            if self._was_done_already(order, etag, by, deed):
                return order
            raise OrderRefusedError("order_changed", "Somebody changed the order meanwhile; look at it again.")
        try:
            done = work_out(order, now)
            after = self._store.apply(order, done)
        except OrderChangedError as error:
            raise OrderRefusedError("order_changed", "Somebody changed the order meanwhile.") from error
        except WorkOrderError as error:
            raise OrderRefusedError(error.code, f"{error}.") from error
        for each in done:
            log.info("order.changed", order=id_, action=each.action, state=each.to_state, by=each.by)
        return after

    def _was_done_already(self, order: WorkOrder, etag: str, by: Account, deed: Deed) -> bool:
        """A double click: the one change since `etag` is this person's own, of the same kind, a moment ago."""
        if etag != f"{order.id}.{order.version - 1}":
            return False
        last = self._store.history(order.id)[-1]
        recent = self._line.clock() - last.at < DOUBLE_CLICK
        return recent and last.by == by.username and last.action in _DONE_BY.get(deed, ())


_DONE_BY = {
    Deed.TAKE: ("taken",),
    Deed.NOTE: ("noted",),
    Deed.ATTEMPT: ("missed", "reached", "promised"),
    Deed.CLOSE: ("closed",),
    Deed.CLOSE_UNREACHABLE: ("closed",),
    Deed.REOPEN: ("reopened",),
    Deed.ESCALATE: ("escalated",),
    Deed.REASSIGN: ("reassigned",),
}


def _words(text: str, *, needed: bool = True) -> str:
    """What somebody wrote, trimmed. Raises `OrderRefusedError` when it is missing or too long."""
    words = text.strip()
    if needed and not words:
        raise OrderRefusedError("words_missing", "Say in a few words what happened.")
    if len(words) > MAX_WORDS:
        raise OrderRefusedError("words_too_long", f"A note has at most {MAX_WORDS} characters.")
    return words
