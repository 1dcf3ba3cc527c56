"""Orders that a person fills in: every field looked at, and the customer looked up in the books."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import structlog

from dialects.needs import is_urgent, load_needs
from elder_channel.bootstrap import Line
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.customers.model import AtNumber, Customer, is_elder
from elder_channel.services.accounts import Account
from elder_channel.services.errors import OrderRefusedError, OrderUnfitError
from elder_channel.services.line import normal_number
from elder_channel.services.order_rules import rules_of
from elder_channel.services.returning import is_callable
from elder_channel.workorders.model import NewWorkOrder, Priority, WorkOrder
from elder_channel.workorders.opening import order_by_hand, priority_of

MAX_WORDS = 2000
MAX_OWNER = 64
MAX_TOKEN = 64
FARTHEST_DUE = timedelta(days=90)
MOST_DIGITS = 12

log = structlog.get_logger()


@dataclass(frozen=True)
class HandWritten:
    """A form as it was filled in; what is empty is decided by the settings and the books."""

    type_id: str = ""
    number: str = ""
    """As it was typed."""
    customer_id: str = ""
    """As it was typed; with a number of somebody else, the order is this customer's all the same."""
    need: str = ""
    note: str = ""
    """What it is about."""
    priority: str = ""
    due_on: date | None = None
    due_time: time | None = None
    """In the hotline's zone."""
    owner: str = ""


@dataclass(frozen=True)
class _Whom:
    """The customer as the books know them."""

    number: str | None
    customer: Customer | None
    elder: bool


class OrdersByHand:
    """Checks and keeps them; who may is asked by `Orders.open_by_hand`."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def open(self, written: HandWritten, *, token: str, by: Account) -> WorkOrder:
        """The new order, or the one this token has opened and that is open still.

        Raises `OrderUnfitError` with a code for each field that does not do.
        """
        if not 1 <= len(token) <= MAX_TOKEN:
            raise OrderRefusedError("not_kept", "An order is opened with a token.")
        problems = self.problems(written)
        if problems:
            raise OrderUnfitError(problems)
        order = replace(self._order(written, by), merge_key=f"hand:{by.username}:{token}")
        added = self._line.work_orders.add(order, at=self._line.clock())
        kept = added or self._line.work_orders.of_merge_key(order.merge_key or "")
        if kept is None:
            raise OrderRefusedError("not_kept", "The order could not be kept.")
        if added:
            log.info("order.opened_by_hand", order=kept.id, type=kept.type, by=by.username)
        return kept

    def problems(self, written: HandWritten) -> Mapping[str, str]:
        """Field to code for what does not do; empty when all does."""
        found = {
            "type_id": self._type_problem(written.type_id),
            "number": self._number_problem(written),
            "customer_id": self._customer_problem(written.customer_id),
            "need": "order_need_unknown" if written.need and written.need not in load_needs() else "",
            "note": _note_problem(written.note),
            "priority": "order_priority_unknown" if written.priority not in ("", *Priority) else "",
            "due_on": self._due_problem(written),
            "owner": "owner_unfit" if len(written.owner.strip()) > MAX_OWNER else "",
        }
        return {field: code for field, code in found.items() if code}

    def _type_problem(self, type_id: str) -> str:
        if not type_id:
            return "choice_missing"
        return "" if type_id in {each.id for each in rules_of(self._line.settings).types} else "unknown_type"

    def _number_problem(self, written: HandWritten) -> str:
        typed = written.number.strip()
        if not typed:
            return "" if written.customer_id.strip() else "order_whom_missing"
        return "" if is_callable(normal_number(typed)) else "order_number_unfit"

    def _customer_problem(self, typed: str) -> str:
        text = typed.strip()
        if not text:
            return ""
        fits = text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS
        return "" if fits and self._line.customers.exists(int(text)) else "order_customer_unknown"

    def _due_problem(self, written: HandWritten) -> str:
        if (written.due_on is None) is not (written.due_time is None):
            return "order_due_half"
        due, now = _due(written), self._line.clock()
        return "" if due is None or now < due <= now + FARTHEST_DUE else "promise_unfit"

    def _order(self, written: HandWritten, by: Account) -> NewWorkOrder:
        whom = self._whom(written)
        fitting = priority_of(elder=whom.elder, urgent=is_urgent(written.need))
        order = order_by_hand(
            call_sid=None,
            type_id=written.type_id,
            note=written.note.strip(),
            by=by.username,
            priority=Priority(written.priority) if written.priority else fitting,
            now=self._line.clock(),
            rules=rules_of(self._line.settings),
        )
        known = whom.customer
        return replace(
            order,
            due_at=_due(written) or order.due_at,
            owner=written.owner.strip() or order.owner,
            caller_number=whom.number,
            customer_id=known.id if known else None,
            need=written.need or None,
            dialect=known.dialect if known else None,
            language=(known.language if known else None) or "zh",
        )

    def _whom(self, written: HandWritten) -> _Whom:
        number = normal_number(written.number) if written.number.strip() else None
        today, age = self._line.clock().astimezone(HOTLINE_ZONE).date(), self._line.settings.line.elder_age
        if not written.customer_id.strip():
            there = self._line.customers.at_number(number or "")
            return _Whom(number, there.owner, there.elder(today=today, elder_age=age))
        id_ = int(written.customer_id)
        registered = self._line.one_tap.numbers_of(id_)
        person = self._person(id_, registered)
        own = person.numbers[0] if person and person.numbers else None
        elder = is_elder(person, today=today, elder_age=age)
        return _Whom(number or own, person or Customer(id_, "", ()), elder)

    def _person(self, id_: int, registered: tuple[str, ...]) -> Customer | None:
        """The customer by any of their numbers; None for one without a number, of whom the id is all that is needed."""
        places: list[AtNumber] = [self._line.customers.at_number(number) for number in registered[:1]]
        return next((each.customer for place in places for each in place.people if each.customer.id == id_), None)


def _due(written: HandWritten) -> datetime | None:
    if written.due_on is None or written.due_time is None:
        return None
    return datetime.combine(written.due_on, written.due_time, HOTLINE_ZONE)


def _note_problem(note: str) -> str:
    words = note.strip()
    return "words_missing" if not words else "words_too_long" if len(words) > MAX_WORDS else ""
