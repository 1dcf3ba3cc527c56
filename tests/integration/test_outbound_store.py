"""Requests to call somebody, and personal links, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from elder_channel.calls.model import Call, CallState, Entry, Outcome
from elder_channel.one_tap.model import Link
from elder_channel.outbound.model import NewRequest, OutboundRequest, OutboundState, Reason, Tried
from elder_channel.storage.calls import SqlCallStore
from elder_channel.storage.engine import Databases
from elder_channel.storage.one_tap import SqlOneTapStore, Taps
from elder_channel.storage.outbound import SqlOutboundStore

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
SOON = NOW + timedelta(seconds=10)
NUMBER = "+8659100000102"
OTHER = "+8659100000103"
ALL = tuple(Reason)


def asked(
    key: str = "one_tap:1", number: str = NUMBER, reason: Reason = Reason.ONE_TAP, **changes: datetime
) -> NewRequest:
    """A request made now."""
    return replace(NewRequest(key, reason, number, 1, NOW, NOW), **changes)  # type: ignore[arg-type]


def new_link(name: str = "a" * 16, number: str = NUMBER) -> Link:
    """A link made now, for a day."""
    return Link(0, name, number, 1, NOW, "test", NOW + timedelta(days=1))


@pytest.fixture
def outbound(databases: Databases) -> SqlOutboundStore:
    """The requests."""
    return SqlOutboundStore(databases.calls)


@pytest.fixture
def links(databases: Databases) -> SqlOneTapStore:
    """The links."""
    return SqlOneTapStore(databases.calls)


def claim(outbound: SqlOutboundStore, at: datetime = NOW, reasons: tuple[Reason, ...] = ALL) -> OutboundRequest | None:
    """One look, at one call a second."""
    return outbound.claim(at, reasons, gap_seconds=1.0)


def claimed(outbound: SqlOutboundStore, at: datetime = NOW) -> OutboundRequest:
    """The request that is claimed, and there must be one."""
    request = claim(outbound, at)
    assert request
    return request


def test_the_same_key_is_one_request(outbound: SqlOutboundStore) -> None:
    """Asked again, it stays as it was."""
    first = outbound.request(asked())
    again = outbound.request(asked(number=OTHER))
    assert again == first
    assert outbound.find("one_tap:1") == first == outbound.get(first.id)


def test_of_many_processes_one_gets_the_request(outbound: SqlOutboundStore) -> None:
    """A phone is rung once however many processes look at the same moment."""
    outbound.request(asked())
    with ThreadPoolExecutor(8) as pool:
        won = [request for request in pool.map(lambda _: claim(outbound), range(16)) if request]
    assert [(request.number, request.attempts, request.state) for request in won] == [
        (NUMBER, 1, OutboundState.PLACING)
    ]


def test_calls_keep_the_carrier_s_pace(outbound: SqlOutboundStore) -> None:
    """One a second over all processes; a look in between finds nobody and uses up no turn."""
    for place in range(3):
        outbound.request(asked(f"order:{place}", f"+865910000020{place}"))
    assert claim(outbound)
    assert claim(outbound, NOW + timedelta(seconds=0.9)) is None
    assert claim(outbound, NOW + timedelta(seconds=1.1))
    assert len(outbound.placed_since(NOW - timedelta(hours=1))) == 2


def test_nobody_due_uses_up_no_turn(outbound: SqlOutboundStore) -> None:
    """Who taps right after an empty look is not kept waiting for a second."""
    assert claim(outbound) is None
    outbound.request(asked())
    assert claim(outbound)


def test_who_waits_with_the_phone_in_the_hand_goes_first(outbound: SqlOutboundStore) -> None:
    """One tap before an urgent text before an ordinary callback, and that one not at all at night."""
    outbound.request(asked("c", "+8659100000201", Reason.CALLBACK_ORDER))
    outbound.request(asked("b", "+8659100000202", Reason.URGENT_TEXT))
    outbound.request(asked("a", "+8659100000203"))
    night = (Reason.ONE_TAP, Reason.URGENT_TEXT)
    moments = [NOW + timedelta(seconds=place) for place in range(3)]
    found = [claim(outbound, moment, night) for moment in moments]
    assert [request and request.key for request in found] == ["a", "b", None]
    assert claimed(outbound, SOON).key == "c"


def test_nobody_is_rung_before_the_time(outbound: SqlOutboundStore) -> None:
    """A request may name its moment."""
    outbound.request(asked(not_before=SOON))
    assert claim(outbound) is None
    assert claim(outbound, SOON)


def test_who_is_rung_or_on_the_line_is_not_rung_besides(outbound: SqlOutboundStore, databases: Databases) -> None:
    """Neither by a second request, nor while the same number talks to us already."""
    calls = SqlCallStore(databases.calls)
    on_the_line = Call("CA1", OTHER, "+862100000060", CallState.WAITING, NOW, entered_at=NOW)
    calls.open_call(on_the_line)
    outbound.request(asked("a"))
    outbound.request(asked("b", reason=Reason.URGENT_TEXT))
    outbound.request(asked("c", OTHER, Reason.URGENT_TEXT))
    assert claimed(outbound).key == "a"
    assert claim(outbound, SOON) is None
    calls.close("CA1", Outcome.CALLER_ENDED, None, at=SOON)
    assert claimed(outbound, SOON).key == "c"


def test_who_got_through_by_dialling_is_not_called_any_more(outbound: SqlOutboundStore, databases: Databases) -> None:
    """The phone was busy because its owner was talking to us."""
    calls = SqlCallStore(databases.calls)
    outbound.request(asked())
    calls.open_call(Call("CA1", NUMBER, "+862100000060", CallState.WAITING, NOW, entered_at=NOW, entry=Entry.VOICE))
    calls.answered("CA1", "lin", at=NOW + timedelta(seconds=3))
    calls.close("CA1", Outcome.SERVED, None, at=NOW + timedelta(seconds=5))
    outbound.request(asked("b", OTHER, Reason.URGENT_TEXT))
    assert claimed(outbound, SOON).key == "b"
    request = outbound.find("one_tap:1")
    assert request
    assert request.state is OutboundState.CANCELLED


def test_an_attempt_in_vain_is_tried_again_and_then_given_up(outbound: SqlOutboundStore) -> None:
    """Each word counts once; word of an earlier attempt changes nothing any more."""
    id_ = outbound.request(asked()).id
    claimed(outbound)
    outbound.rings(id_, 1, "CA1")
    assert outbound.attempt_over(id_, 1, Tried.BUSY, again_at=SOON, at=NOW)
    assert not outbound.attempt_over(id_, 1, Tried.BUSY, again_at=SOON, at=NOW)
    second = claimed(outbound, SOON)
    assert (second.attempts, second.call_sid, second.last_outcome) == (2, None, Tried.BUSY)
    outbound.rings(id_, 1, "CA1")
    assert not outbound.answered(id_, 1, "CA1", at=SOON, if_underway=True)
    assert outbound.attempt_over(id_, 2, Tried.NO_ANSWER, again_at=None, at=SOON)
    request = outbound.get(id_)
    assert request
    assert (request.state, request.ended_at) == (OutboundState.GAVE_UP, SOON)


def test_an_answered_request_is_done_with(outbound: SqlOutboundStore) -> None:
    """What comes late changes nothing; what it lasted is kept for its price."""
    id_ = outbound.request(asked()).id
    claimed(outbound)
    assert outbound.answered(id_, 1, "CA1", at=SOON)
    assert not outbound.answered(id_, 1, "CA1", at=SOON)
    assert not outbound.attempt_over(id_, 1, Tried.NO_ANSWER, again_at=None, at=SOON)
    [lasting] = outbound.placed_since(NOW - timedelta(hours=1))
    assert (lasting.number, lasting.at) == (NUMBER, NOW)
    outbound.call_lasted(id_, 1, 90)
    assert [call.minutes for call in outbound.placed_since(NOW - timedelta(hours=1))] == [1.5]


def test_a_phone_that_was_taken_for_lost_and_is_picked_up_is_rung_no_more(outbound: SqlOutboundStore) -> None:
    """Word of it came late; who talks to us needs no second call."""
    id_ = outbound.request(asked()).id
    claimed(outbound)
    outbound.attempt_over(id_, 1, Tried.LOST, again_at=SOON, at=NOW)
    assert outbound.answered(id_, 1, "CA1", at=NOW)
    assert claim(outbound, SOON) is None


def test_an_attempt_the_carrier_had_no_room_for_did_not_happen(outbound: SqlOutboundStore) -> None:
    """Neither counted as an attempt nor against a ceiling."""
    outbound.request(asked())
    assert outbound.put_back(claimed(outbound), not_before=SOON)
    assert outbound.placed_since(NOW - timedelta(hours=1)) == []
    assert claimed(outbound, SOON).attempts == 1


def test_what_was_forgotten_is_found(outbound: SqlOutboundStore) -> None:
    """Attempts without word and requests nobody could place; ordinary callbacks may wait for the morning."""
    outbound.request(asked("a"))
    claimed(outbound)
    outbound.request(asked("b", OTHER))
    outbound.request(asked("c", "+8659100000104", Reason.CALLBACK_ORDER))
    assert [request.key for request in outbound.without_word(SOON)] == ["a"]
    assert outbound.without_word(NOW) == []
    [late] = outbound.overdue(SOON)
    assert late.key == "b"
    assert outbound.give_up(late.id, Tried.EXPIRED, at=SOON)
    assert not outbound.give_up(late.id, Tried.EXPIRED, at=SOON)


def test_a_request_is_taken_back_while_it_waits(outbound: SqlOutboundStore) -> None:
    """A phone that rings already is not."""
    outbound.request(asked())
    assert outbound.cancel("one_tap:1", at=NOW)
    assert not outbound.cancel("one_tap:1", at=NOW)
    assert claim(outbound) is None


def test_a_ceiling_is_told_once_an_hour(outbound: SqlOutboundStore) -> None:
    """By whichever process comes first."""
    hour = timedelta(hours=1)
    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(lambda _: outbound.tell_ceiling(at=NOW, told_before=NOW - hour), range(8)))
    assert sum(told) == 1
    assert outbound.tell_ceiling(at=NOW + 2 * hour, told_before=NOW + hour)


def test_law_7_numbers_are_erased(outbound: SqlOutboundStore, links: SqlOneTapStore) -> None:
    """Requests keep no number and links are gone once they are old; open requests need theirs."""
    outbound.request(asked("a"))
    outbound.request(asked("b", OTHER))
    outbound.cancel("a", at=NOW)
    links.add(new_link(), most_per_day=5)
    assert outbound.erase_before(SOON) == 1
    assert outbound.erase_before(SOON) == 0
    assert [request.number for request in outbound.newest(5)] == [OTHER, ""]
    assert links.erase_before(NOW + timedelta(days=2)) == 1
    assert links.find("a" * 16) is None


def test_however_often_the_button_is_pressed_one_call_is_asked_for(
    outbound: SqlOutboundStore, links: SqlOneTapStore
) -> None:
    """Sixteen presses at once, on two links of one number."""
    pair = [links.add(new_link(letter * 16), most_per_day=5) for letter in "ab"]

    def press(place: int) -> bool:
        link = pair[place % 2]
        assert link
        return links.use(link, asked(link.outbound_key), allowed=lambda taps: taps.of_number_within_hour < 3)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(press, range(16)))
    assert len(outbound.newest(10)) == 1


def test_too_many_taps_use_up_nothing(outbound: SqlOutboundStore, links: SqlOneTapStore) -> None:
    """The link is still good when there is room again."""
    link = links.add(new_link(), most_per_day=5)
    assert link
    seen: list[Taps] = []
    outbound.request(asked("before"))
    outbound.cancel("before", at=NOW)
    assert not links.use(link, asked(link.outbound_key), allowed=lambda taps: bool(seen.append(taps)))
    assert seen == [Taps(1, 1)]
    kept = links.find(link.name)
    assert kept
    assert kept.used_at is None
    assert links.use(link, asked(link.outbound_key), allowed=lambda _: True)
    assert outbound.find(link.outbound_key)


def test_an_expired_link_asks_for_nothing(outbound: SqlOutboundStore, links: SqlOneTapStore) -> None:
    """Even when its page was loaded in time."""
    link = links.add(new_link(), most_per_day=5)
    assert link
    late = asked(link.outbound_key, requested_at=link.expires_at)
    links.use(link, late, allowed=lambda _: True)
    assert outbound.newest(1) == []


def test_a_number_gets_so_many_links_a_day(links: SqlOneTapStore) -> None:
    """Others are not kept from theirs."""
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda place: links.add(new_link(f"{place:016}"), most_per_day=3), range(8)))
    assert sum(link is not None for link in made) == 3
    assert links.add(new_link("o" * 16, OTHER), most_per_day=3)
