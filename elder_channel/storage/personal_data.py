"""Everything calls.db holds of one customer: read as a whole, and erased as a whole (law 7).

A number counts as the customer's only where nobody else in the books has it: of a number that a household shares,
only what names the customer is theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from elder_channel.calls.carrier_tables import nuisance_marks, recordings
from elder_channel.calls.tables import calls, desk_acts, handovers, pick_ups, readings, turns
from elder_channel.customers.model import Relation
from elder_channel.customers.tables import (
    customer_accesses,
    customer_changes,
    customer_numbers,
    customers,
    group_customers,
    mark_changes,
    number_marks,
)
from elder_channel.drafts.tables import form_drafts
from elder_channel.learning.tables import consents, corrections, sound_clips
from elder_channel.one_tap.tables import one_tap_links, one_tap_texts
from elder_channel.outbound.model import ACTIVE
from elder_channel.outbound.tables import outbound_attempts, outbound_requests
from elder_channel.storage.engine import reading, writing
from elder_channel.workorders.model import OrderState
from elder_channel.workorders.tables import work_order_attempts, work_order_calls, work_order_history, work_orders

NOT_PERSONAL: Final = frozenset(
    {
        "call_tasks",  # names calls only, and is forgotten with TaskRouter's tasks
        "recording_accesses",  # names recordings and staff
    }
)
"""Tables that name a call and hold nothing of its caller."""


@dataclass(frozen=True)
class Unfinished:
    """What is still going on with a person, and would be lost if they were erased now."""

    calls: int
    orders: int
    requests: int

    def __bool__(self) -> bool:
        return bool(self.calls or self.orders or self.requests)


class SqlPersonalData:
    """One customer's data, in all tables of calls.db."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = reading(engine)

    def numbers(self, customer_id: int) -> tuple[str, ...]:
        """The numbers that are the customer's alone."""
        with self._reader.begin() as connection:
            return _numbers(connection, customer_id)

    def read(self, customer_id: int) -> dict[str, list[dict[str, Any]]]:
        """Every row there is of the customer, by table."""
        with self._reader.begin() as connection:
            held = holdings(customer_id, _numbers(connection, customer_id))
            return {
                table.name: [row._asdict() for row in connection.execute(sa.select(table).where(where))]
                for table, where in held.items()
            }

    def call_sids(self, customer_id: int) -> list[str]:
        """The customer's calls, newest first."""
        with self._reader.begin() as connection:
            mine = holdings(customer_id, _numbers(connection, customer_id))[calls]
            return list(connection.scalars(sa.select(calls.c.sid).where(mine).order_by(calls.c.started_at.desc())))

    def order_ids(self, customer_id: int) -> list[int]:
        """The customer's work orders, newest first."""
        with self._reader.begin() as connection:
            mine = holdings(customer_id, _numbers(connection, customer_id))[work_orders]
            return list(connection.scalars(sa.select(work_orders.c.id).where(mine).order_by(work_orders.c.id.desc())))

    def unfinished(self, customer_id: int) -> Unfinished:
        """What is still going on with the customer."""
        with self._reader.begin() as connection:
            return _unfinished(connection, holdings(customer_id, _numbers(connection, customer_id)))

    def erase(self, customer_id: int) -> Unfinished:
        """Erase the customer and every word and number of theirs; nothing while something is going on, which is told.

        What stays names nobody: that there was a call and how long it took, who dealt with it, what consent was given
        or withdrawn, and who looked into the data. Recordings and kept sound must be gone by then.
        """
        with writing(self._engine) as connection:
            held = holdings(customer_id, _numbers(connection, customer_id))
            going_on = _unfinished(connection, held)
            if not going_on:
                _erase(connection, customer_id, held)
        return going_on


def holdings(customer_id: int, numbers: tuple[str, ...]) -> Mapping[sa.Table, sa.ColumnElement[bool]]:
    """Every table that holds something of a customer, and which of its rows are theirs."""
    theirs = calls.c.customer_id.is_(None) & calls.c.caller_number.in_(numbers)
    sids = sa.select(calls.c.sid).where((calls.c.customer_id == customer_id) | theirs)
    unnamed = work_orders.c.customer_id.is_(None)
    of_number = unnamed & (work_orders.c.caller_number.in_(numbers) | work_orders.c.call_sid.in_(sids))
    mine = (work_orders.c.customer_id == customer_id) | of_number
    orders = sa.select(work_orders.c.id).where(mine)
    asked = (outbound_requests.c.customer_id == customer_id) | (
        outbound_requests.c.customer_id.is_(None) & outbound_requests.c.number.in_(numbers)
    )
    requests = sa.select(outbound_requests.c.id).where(asked)
    links = one_tap_links.c
    my_links = (links.customer_id == customer_id) | (links.customer_id.is_(None) & links.number.in_(numbers))
    marks = mark_changes.c
    return {
        customers: customers.c.id == customer_id,
        customer_numbers: customer_numbers.c.customer_id == customer_id,
        group_customers: group_customers.c.customer_id == customer_id,
        number_marks: number_marks.c.number.in_(numbers),
        mark_changes: marks.number.in_(numbers) | (marks.number.is_(None) & marks.call_sid.in_(sids)),
        nuisance_marks: nuisance_marks.c.number.in_(numbers),
        calls: calls.c.sid.in_(sids),
        **{
            table: table.c.call_sid.in_(sids) for table in (turns, handovers, readings, pick_ups, desk_acts, recordings)
        },
        work_orders: mine,
        **{
            table: table.c.order_id.in_(orders) for table in (work_order_calls, work_order_history, work_order_attempts)
        },
        outbound_requests: asked,
        outbound_attempts: outbound_attempts.c.request_id.in_(requests),
        one_tap_links: my_links,
        one_tap_texts: one_tap_texts.c.link_id.in_(sa.select(links.id).where(my_links)),
        corrections: (corrections.c.customer_id == customer_id) | corrections.c.call_sid.in_(sids),
        consents: consents.c.customer_id == customer_id,
        sound_clips: sound_clips.c.customer_id == customer_id,
        customer_accesses: customer_accesses.c.customer_id == customer_id,
        customer_changes: customer_changes.c.customer_id == customer_id,
        form_drafts: (
            (form_drafts.c.customer_id == customer_id)
            | form_drafts.c.call_sid.in_(sids)
            | form_drafts.c.order_id.in_(orders)
        ),
    }


def _numbers(connection: sa.Connection, customer_id: int) -> tuple[str, ...]:
    mine = customer_numbers.alias()
    others = sa.exists().where(
        customer_numbers.c.number == mine.c.number, customer_numbers.c.customer_id != customer_id
    )
    own = mine.c.customer_id == customer_id, mine.c.relation == Relation.OWN, ~others
    return tuple(connection.scalars(sa.select(mine.c.number).where(*own).order_by(mine.c.number)))


def _unfinished(connection: sa.Connection, held: Mapping[sa.Table, sa.ColumnElement[bool]]) -> Unfinished:
    def count(table: sa.Table, *going_on: sa.ColumnElement[bool]) -> int:
        return connection.scalar(sa.select(sa.func.count()).select_from(table).where(held[table], *going_on)) or 0

    return Unfinished(
        count(calls, calls.c.ended_at.is_(None)),
        count(work_orders, work_orders.c.state != OrderState.CLOSED),
        count(outbound_requests, outbound_requests.c.state.in_(ACTIVE)),
    )


def _erase(connection: sa.Connection, customer_id: int, held: Mapping[sa.Table, sa.ColumnElement[bool]]) -> None:
    """What hangs on another table's rows goes before those rows forget whose they are."""
    blanks: dict[sa.Table, dict[str, Any]] = {
        desk_acts: {"note": None},
        mark_changes: {"number": None, "reason": ""},
        corrections: {"customer_id": None},
        customer_changes: {"before": "", "after": "", "reason": ""},
        work_order_history: {"why": ""},
        work_order_attempts: {"note": ""},
        work_orders: {"caller_number": None, "customer_id": None, "note": "", "transcript": None, "merge_key": None},
        outbound_requests: {"number": "", "customer_id": None},
    }
    for table in (form_drafts, turns, handovers, one_tap_texts, one_tap_links, number_marks, nuisance_marks):
        connection.execute(table.delete().where(held[table]))
    for table, values in blanks.items():
        connection.execute(table.update().where(held[table]).values(**values))
    words: dict[str, Any] = dict.fromkeys(("transcript", "stretches", "evidence", "passed_on", "customer_id"))
    connection.execute(calls.update().where(held[calls]).values(**words, caller_number=""))
    connection.execute(group_customers.delete().where(held[group_customers]))
    connection.execute(customers.delete().where(customers.c.id == customer_id))
