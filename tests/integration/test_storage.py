"""The stores, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from dialects.evidence import Identification, Source, WeighedEvidence
from elder_channel.agents.model import Presence
from elder_channel.calls.desk import Act, CallResult, DeskAct, PickUp
from elder_channel.calls.model import Call, CallState, Entry, Handover, Matched, Outcome, RecognitionState
from elder_channel.calls.tables import calls as calls_table
from elder_channel.calls.tables import handovers, readings, turns
from elder_channel.customers.model import Customer, DialectFrom
from elder_channel.storage.agents import SqlAgentStore
from elder_channel.storage.assigning import Assignment
from elder_channel.storage.calls import SqlCallStore
from elder_channel.storage.customers import SqlCustomerStore
from elder_channel.storage.desk import SqlDeskStore
from elder_channel.storage.engine import Databases
from elder_channel.storage.migrate import migrate, pending
from elder_channel.storage.schema import METADATA
from greeting_sms.consent import is_suppressed, record_opt_out

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
KNOWN = Identification({"fuzhou": 0.9, "putonghua": 0.1}, False, (WeighedEvidence(Source.NUMBER, "区号 0591", 1.2),))


def ringing(sid: str = "CA1", **changes: object) -> Call:
    """A call that has just come in."""
    return Call(**{"sid": sid, "caller_number": "+8659100000101", "called_number": "+862100000060",
                   "state": CallState.PROMPTED, "started_at": NOW, **changes})  # type: ignore[arg-type] # fmt: skip


@pytest.fixture
def calls(databases: Databases) -> SqlCallStore:
    """The call store."""
    return SqlCallStore(databases.calls)


@pytest.fixture
def agents(databases: Databases) -> SqlAgentStore:
    """Two agents at work."""
    store = SqlAgentStore(databases.calls)
    store.sync(["lin", "chen"], at=NOW)
    return store


def test_the_migrations_make_exactly_the_declared_tables(databases: Databases) -> None:
    """Every table the packages declare, and no other, in the newest version; a second run changes nothing."""
    assert pending(databases) == []
    migrate(databases)
    for name, metadata in METADATA.items():
        with databases.engine(name).connect() as connection:
            context = MigrationContext.configure(connection)
            assert compare_metadata(context, list(metadata)) == []


def test_a_call_is_opened_once(calls: SqlCallStore) -> None:
    """The second of two equal webhooks finds the call as the first left it."""
    calls.open_call(ringing(identification=KNOWN))
    again = calls.open_call(ringing(caller_number="+1"))[0]
    assert again.caller_number == "+8659100000101"
    assert again.identification == KNOWN
    assert again.started_at == NOW


def test_law_2_of_many_events_that_race_to_enter_one_wins(calls: SqlCallStore) -> None:
    """Onset, key and Gather result may arrive together; the first decides how the call came in."""
    calls.open_call(ringing())

    def race(entry: Entry) -> bool:
        return calls.enter("CA1", entry=entry, language="zh", at=NOW)

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(race, [Entry.VOICE, Entry.ONE_KEY, Entry.PROMPTED, Entry.ENGLISH] * 4))
    assert sum(won) == 1
    call = calls.get("CA1")
    assert call
    assert call.state is CallState.WAITING


def test_an_agent_gets_one_call_and_a_call_one_agent(calls: SqlCallStore, agents: SqlAgentStore) -> None:
    """Several routers may tick at once: assignment is one conditional update of both."""
    for sid in ("CA1", "CA2", "CA3"):
        calls.open_call(ringing(sid, state=CallState.WAITING, entered_at=NOW))
    pairs = [(sid, agent) for sid in ("CA1", "CA2", "CA3") for agent in ("lin", "chen")] * 3
    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(lambda pair: calls.assign(*pair, matched="exact", at=NOW), pairs))
    assert sum(won) == 2
    assert len(calls.waiting(entered_before=NOW + timedelta(seconds=1))) == 1
    assert {state.presence for state in agents.states().values()} == {Presence.RINGING}


def test_looks_that_cross_give_each_call_and_each_agent_once(calls: SqlCallStore, agents: SqlAgentStore) -> None:
    """Many routers, the same calls and agents in every order, callers who hang up meanwhile: no lock holds for ever."""
    sids, names = [f"CA{n}" for n in range(12)], [f"agent-{n:02}" for n in range(12)]
    agents.sync(names, at=NOW)
    for sid in sids:
        calls.open_call(ringing(sid, state=CallState.WAITING, entered_at=NOW))

    def look(turn: int) -> set[str]:
        shuffled = random.Random(turn)
        calls.close(f"CA{turn}", Outcome.CALLER_ENDED, None, at=NOW) if turn < 3 else None
        pairs = zip(shuffled.sample(sids, 10), shuffled.sample(names, 10), strict=True)
        return calls.assign_all([Assignment(*pair, "exact") for pair in pairs], at=NOW)

    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(look, range(24)))
    rung = [call for call in calls.open_calls() if call.state is CallState.RINGING]
    assert sum(map(len, given)) - len(rung) == len({"CA0", "CA1", "CA2"} & set().union(*given))
    held = {id_: state.call_sid for id_, state in agents.states().items() if state.call_sid}
    assert held == {call.agent_id: call.sid for call in rung}


def test_an_agent_who_does_not_answer_is_absent_and_the_call_keeps_its_place(
    calls: SqlCallStore, agents: SqlAgentStore
) -> None:
    """Back in the queue with the old time of entry."""
    calls.open_call(ringing(state=CallState.WAITING, entered_at=NOW))
    assert calls.assign("CA1", "lin", matched="exact", at=NOW)
    assert calls.put_back("CA1", "lin", presence=Presence.ABSENT, at=NOW + timedelta(seconds=20))
    call = calls.get("CA1")
    assert call
    assert (call.state, call.entered_at, call.agent_id, call.agents_tried) == (CallState.WAITING, NOW, None, ("lin",))
    assert agents.states()["lin"].presence is Presence.ABSENT
    assert not calls.put_back("CA1", "lin", presence=Presence.ABSENT, at=NOW)


def test_a_served_call_frees_its_agent(calls: SqlCallStore, agents: SqlAgentStore) -> None:
    """From ringing to the end; each event counts once."""
    calls.open_call(ringing(state=CallState.WAITING, entered_at=NOW))
    calls.assign("CA1", "lin", matched="group", at=NOW)
    assert calls.answered("CA1", "lin", at=NOW + timedelta(seconds=2))
    assert not calls.answered("CA1", "lin", at=NOW + timedelta(seconds=3))
    assert agents.states()["lin"].presence is Presence.TALKING
    assert calls.close("CA1", Outcome.SERVED, None, at=NOW + timedelta(minutes=3))
    assert not calls.close("CA1", Outcome.CALLBACK, None, at=NOW)
    assert agents.states()["lin"].presence is Presence.IDLE
    call = calls.get("CA1")
    assert call
    assert (call.outcome, call.matched, call.agent_id) == (Outcome.SERVED, Matched.GROUP, "lin")


def test_a_final_identification_is_not_replaced_by_a_late_interim_one(calls: SqlCallStore) -> None:
    """Results may overtake each other; the final one stays."""
    calls.open_call(ringing())
    heard = {"transcript": "听𣍐懂", "recognizer": "w", "recognition": RecognitionState.HEARD, "need": None}
    calls.keep_identification("CA1", KNOWN, finally_=True, at=NOW, heard=heard)
    late = {**heard, "transcript": "听"}
    calls.keep_identification("CA1", KNOWN, finally_=False, at=NOW, heard=late)
    call = calls.get("CA1")
    assert call
    assert (call.transcript, call.identified_finally) == ("听𣍐懂", True)


def test_who_speaks_up_in_english_came_in_by_english(calls: SqlCallStore) -> None:
    """The voice entry becomes the English one; other entries stay what they were."""
    for sid, entry in (("CA1", Entry.VOICE), ("CA2", Entry.KNOWN_ELDER)):
        calls.open_call(ringing(sid))
        calls.enter(sid, entry=entry, language="zh", at=NOW)
        assert calls.speaks(sid, language="en")
        assert not calls.speaks(sid, language="en")
    entries = {call.sid: (call.entry, call.language) for call in calls.open_calls()}
    assert entries == {"CA1": (Entry.ENGLISH, "en"), "CA2": (Entry.KNOWN_ELDER, "en")}


def test_a_repeated_event_is_one_turn(databases: Databases, calls: SqlCallStore) -> None:
    """Every webhook may come twice."""
    calls.open_call(ringing())
    assert calls.add_turn("CA1", "gather:1", "Keyed", "0", at=NOW)
    assert not calls.add_turn("CA1", "gather:1", "Keyed", "0", at=NOW)
    with databases.calls.connect() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(turns)) == 1


def test_law_7_words_are_erased_when_their_time_is_over(databases: Databases, calls: SqlCallStore) -> None:
    """Numbers, transcripts, turns and notes go; the call itself stays for the statistics."""
    calls.open_call(ringing())
    calls.add_turn("CA1", "gather:1", "Spoke", "我要报案", at=NOW)
    calls.keep_handover("CA1", Handover("来电人说…", None, "福州话", "…"), at=NOW)
    heard = {"transcript": "我要报案", "recognition": RecognitionState.HEARD, "need": "report_claim"}
    calls.keep_identification("CA1", KNOWN, finally_=True, at=NOW, heard=heard)
    calls.close("CA1", Outcome.SERVED, None, at=NOW)
    assert calls.erase_words_before(NOW) == 0
    assert calls.erase_words_before(NOW + timedelta(days=90)) == 1
    assert calls.erase_words_before(NOW + timedelta(days=90)) == 0
    call = calls.get("CA1")
    assert call
    assert (call.transcript, call.caller_number, call.outcome) == (None, "", Outcome.SERVED)
    with databases.calls.connect() as connection:
        assert not connection.execute(sa.select(turns)).all()
        assert not connection.execute(sa.select(handovers)).all()


def test_law_7_every_reading_is_recorded_once_a_day(databases: Databases, calls: SqlCallStore) -> None:
    """Who has read a call, and when first."""
    for reader, day in (("a", 22), ("a", 22), ("b", 22), ("a", 23)):
        calls.record_reading("CA1", reader, on=date(2026, 11, day), at=NOW)
    with databases.calls.connect() as connection:
        assert len(connection.execute(sa.select(readings)).all()) == 3


def test_a_number_in_the_books_twice_is_everybodys(databases: Databases) -> None:
    """The oldest is named first, none is picked; who has it alone, and for their own, is its owner."""
    store = SqlCustomerStore(databases.calls)
    store.load(
        [
            Customer(1, "年轻", ("+8659100000101",), date(1990, 1, 1)),
            Customer(2, "年长", ("+8659100000101", "+8659100000102"), date(1941, 1, 1)),
            Customer(3, "不详", ("+8659100000101",), family_numbers=("+8659100000103",)),
        ]
    )
    shared, alone = store.at_number("+8659100000101"), store.at_number("+8659100000102")
    assert ([listed.customer.id for listed in shared.people], shared.owner) == ([2, 1, 3], None)
    assert alone.owner
    assert (alone.owner.id, alone.owner.numbers) == (2, ("+8659100000101", "+8659100000102"))
    assert store.at_number("+8659100000103").owner is None
    open_ = [number for number in ("101", "102", "103") if store.at_number(f"+8659100000{number}").who_calls_is_open]
    assert open_ == ["101", "103"]
    assert store.at_number("anonymous").people == ()


@pytest.mark.parametrize(
    ("kept", "loaded", "stays"),
    [
        (("minnan", "corrected"), ("fuzhou", "loaded"), True),
        (("minnan", "corrected"), ("fuzhou", "chosen"), True),
        (("minnan", "corrected"), (None, "loaded"), True),
        (("minnan", "chosen"), ("fuzhou", "loaded"), True),
        (("minnan", "chosen"), ("fuzhou", "chosen"), False),
        (("minnan", "chosen"), ("fuzhou", "corrected"), False),
        (("minnan", "loaded"), ("fuzhou", "loaded"), False),
        (("minnan", "loaded"), (None, "loaded"), False),
        ((None, "loaded"), ("fuzhou", "loaded"), False),
    ],
    ids=str,
)
def test_loading_customers_again_keeps_the_surer_dialect(
    databases: Databases, kept: tuple[str | None, str], loaded: tuple[str | None, str], stays: bool
) -> None:
    """Corrected by an agent before chosen by the customer before loaded; everything else is as it is loaded now."""
    store, number = SqlCustomerStore(databases.calls), "+8659100000101"
    for name, (dialect, from_) in (("旧名", kept), ("新名", loaded)):
        store.load([Customer(7, name, (number,), dialect=dialect, dialect_from=DialectFrom(from_))])
    customer = store.at_number(number).owner
    assert customer
    assert (customer.dialect, str(customer.dialect_from)) == (kept if stays else loaded)
    assert customer.name == "新名"


def test_removed_agents_go_when_they_are_free(databases: Databases, calls: SqlCallStore, agents: SqlAgentStore) -> None:
    """An agent on a call stays until it is over, even when no longer configured."""
    calls.open_call(ringing(state=CallState.WAITING, entered_at=NOW))
    calls.assign("CA1", "lin", matched="any", at=NOW)
    agents.sync(["wang"], at=NOW)
    assert set(agents.states()) == {"lin", "wang"}
    assert not agents.set_presence("lin", Presence.ABSENT, at=NOW)
    assert agents.free_strays(at=NOW) == 0
    with databases.calls.begin() as connection:  # what a crash between two transactions would leave
        connection.execute(calls_table.update().values(state=CallState.ENDED))
    assert agents.free_strays(at=NOW) == 1
    agents.sync(["wang"], at=NOW)
    assert set(agents.states()) == {"wang"}


def test_law_6_an_opt_out_is_kept_once(databases: Databases) -> None:
    """A number that wants no texts is known from the first opt-out on."""
    with databases.greetings.begin() as connection:
        assert record_opt_out(connection, "+8659100000101", at=NOW, source="call")
        assert not record_opt_out(connection, "+8659100000101", at=NOW, source="text")
        assert is_suppressed(connection, "+8659100000101")
        assert not is_suppressed(connection, "+8659100000102")


@pytest.fixture
def offered(calls: SqlCallStore, agents: SqlAgentStore) -> SqlCallStore:
    """A call that is offered to lin on the desk for 15 s."""
    calls.open_call(ringing())
    calls.enter("CA1", entry=Entry.ONE_KEY, language="zh", at=NOW)
    calls.queued("CA1", at=NOW)
    assert calls.assign("CA1", "lin", matched=Matched.ANY, at=NOW, offered_until=NOW + timedelta(seconds=15))
    return calls


def test_an_offer_is_accepted_once_or_taken_back_once(offered: SqlCallStore) -> None:
    """Whoever is first decides; the other changes nothing, whichever process they are in."""
    later = NOW + timedelta(seconds=16)
    moves = (
        lambda: offered.accept_offer("CA1", "lin", at=later),
        lambda: offered.put_back("CA1", "lin", presence=Presence.ABSENT, at=later, offered=True),
    )
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda move: move(), moves))
    assert sorted(done) == [False, True]
    call = offered.get("CA1")
    assert call
    assert (call.state, call.agent_id) == ((CallState.RINGING, "lin") if done[0] else (CallState.WAITING, None))
    assert call.queued_at == NOW  # it never left the carrier's queue
    assert offered.lapsed_offers(now=later) == []


def test_an_offer_lapses_after_its_time_only(offered: SqlCallStore) -> None:
    """Not a moment before."""
    assert offered.lapsed_offers(now=NOW + timedelta(seconds=15)) == []
    assert [call.sid for call in offered.lapsed_offers(now=NOW + timedelta(seconds=16))] == ["CA1"]


def test_what_happened_on_a_desk_is_kept_once(offered: SqlCallStore, databases: Databases) -> None:
    """A pick-up by call, an act by call and token; what was closed is not asked for again."""
    store = SqlDeskStore(databases.calls)
    pick_up = PickUp("CA1", NOW, "lin", True, "report_claim", None, None, "zh", "any")
    assert store.keep_pick_up(pick_up)
    assert not store.keep_pick_up(pick_up)
    offered.answered("CA1", "lin", at=NOW)
    offered.close("CA1", Outcome.SERVED, None, at=NOW, agents_get=Presence.WRAPPING_UP)
    before = NOW - timedelta(minutes=1)
    to_close = store.to_wrap_up("lin", ended_after=before)
    assert to_close
    assert to_close.sid == "CA1"
    act = DeskAct("CA1", Act.WRAPPED_UP, "lin", "lin.fang", NOW, "t", CallResult.SETTLED, "说明")
    assert store.keep(act)
    assert not store.keep(act)
    assert store.of_call("CA1") == [act]
    assert store.to_wrap_up("lin", ended_after=before) is None


def test_earlier_calls_are_of_the_same_number_or_customer(calls: SqlCallStore, databases: Databases) -> None:
    """Newest first, not the call itself; a withheld number has no past."""
    for minute, (number, customer) in enumerate((("+86591", 7), ("+86592", 7), ("+86593", None), ("anonymous", None))):
        at = NOW + timedelta(minutes=minute)
        calls.open_call(ringing(f"CA{minute}", caller_number=number, customer_id=customer, started_at=at))
    now = ringing("CA9", caller_number="+86591", customer_id=7, started_at=NOW + timedelta(hours=1))
    withheld = ringing("CA8", caller_number="anonymous", started_at=NOW + timedelta(hours=1))
    store = SqlDeskStore(databases.calls)
    assert [call.sid for call in store.earlier_calls(now, most=5)] == ["CA1", "CA0"]
    assert store.earlier_calls(withheld, most=5) == []
