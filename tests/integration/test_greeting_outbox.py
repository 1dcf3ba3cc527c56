"""Law 6: one greeting a person and year, on SQLite and on PostgreSQL alike, whatever happens on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from greeting_sms.adapters.loopback import Fault, ScriptedFaults
from greeting_sms.channel import Action, Receipt, Wording
from greeting_sms.consent import record_opt_out
from greeting_sms.dispatch import Sent
from greeting_sms.due import texts_to
from greeting_sms.greeting import ClaimedGreeting, Planned
from greeting_sms.prices import flat
from greeting_sms.receipts import Applied, apply
from greeting_sms.sending_limits import CampaignRules
from greeting_sms.spending import Caps, Spent, spent_on_channel
from greeting_sms.states import GreetingState
from greeting_sms.status import status_of
from greeting_sms.stops import EVERYTHING, Stop, go_on, of_channel, stop
from greeting_sms.tables import attempts, bad_numbers, greetings, opt_outs, receipts, recipients
from tests.fakes.greetings import BIRTHDAY, MORNING, RULES, Post, number_of, planned, slower


@pytest.fixture
def post(greetings_engine: Engine) -> Iterator[Post]:
    """The outbox of an empty database."""
    opened = Post(greetings_engine)
    yield opened
    opened.close()


def receive(post: Post, *words: Receipt) -> Applied:
    """Receipts come in."""
    with post.engine.begin() as connection:
        return apply(connection, words)


def test_law_6_a_person_has_one_row_a_year(post: Post) -> None:
    """Planning twice adds nothing, whatever the second time says."""
    rows = [planned(n) for n in range(3)]
    assert post.outbox.plan(rows, at=MORNING) == Planned(3, 0)
    again = [row._replace(campaign_id="other", number="+12025550100") for row in rows]
    assert post.outbox.plan([*again, planned(3), planned(0, greeting_year=2027)], at=MORNING) == Planned(2, 3)
    assert post.outbox.plan([], at=MORNING) == Planned(0, 0)


def test_law_6_two_planners_at_once_plan_everybody_once(post: Post) -> None:
    """Whoever comes second finds the row."""
    rows = [planned(n) for n in range(400)]
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda part: post.outbox.plan(part, at=MORNING), [rows, rows[::-1]]))
    assert sum(each.new for each in done) == 400
    assert sum(each.already for each in done) == 400


def test_a_greeting_goes_out_and_its_receipts_come_back(post: Post) -> None:
    """Planned, accepted, delivered; with the attempt and the words' digest on record."""
    post.plan(planned(1), planned(2))
    assert post.sender.drain() == Sent(claimed=2, accepted=2)
    assert set(post.states().values()) == {"accepted"}
    assert receive(post, *post.channel.fetch_receipts()) == Applied(changed=2, kept=2)
    assert set(post.states().values()) == {"delivered"}
    assert [text.body for text in post.carrier.texts(number_of(1))] == ["【平安】陈1，生日快乐！"]
    with post.engine.begin() as connection:
        kept = connection.execute(sa.select(attempts)).all()
    assert {(row.outcome, bool(row.ended_at), bool(row.carrier_sid)) for row in kept} == {("accepted", True, True)}


def test_law_6_many_senders_send_each_once(post: Post) -> None:
    """Three of them, small batches."""
    post.batch = 7
    post.plan(*(planned(n) for n in range(120)))
    senders = [post.another_sender(str(n)) for n in range(3)]
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda sender: sender.drain(), senders))
    for sender in senders:
        sender.close()
    assert sum(each.accepted for each in done) == 120
    assert len({text.number for text in post.carrier.texts()}) == len(post.carrier.texts()) == 120


def test_law_7_old_greetings_are_forgotten_with_all_that_hangs_on_them(post: Post) -> None:
    """In small pieces, and the younger ones stay."""
    post.plan(*(planned(n) for n in range(3)), planned(9, birthday_on=BIRTHDAY + timedelta(days=1)))
    post.sender.drain()
    receive(post, *post.channel.fetch_receipts())
    forgotten = [post.outbox.forget_before(BIRTHDAY + timedelta(days=1), most=2) for _ in range(3)]
    assert forgotten == [2, 1, 0]
    assert post.states() == {"c9": "delivered"}
    with post.engine.begin() as connection:
        left = [
            connection.execute(sa.select(sa.func.count()).select_from(table)).scalar() for table in (attempts, receipts)
        ]
    assert left == [1, 2]


@pytest.mark.parametrize(
    ("moved", "state"),
    [
        ({"hours": -2}, "planned"),  # before its window
        ({"hours": 11}, "expired: window_over"),
        ({"days": 40}, "expired: window_over"),
    ],
    ids=["too early", "too late", "long after"],
)
def test_law_6_nothing_goes_out_beyond_its_window(post: Post, moved: dict[str, float], state: str) -> None:
    """A worker that was down for a day does not greet a day late."""
    post.plan(planned(1))
    post.clock.move(**moved)
    post.sender.drain()
    assert post.states() == {"c1": state}
    assert post.carrier.texts() == []


def test_rows_of_a_campaign_that_rests_expire_as_well(post: Post) -> None:
    """Nobody claims them, so the clock ends them."""
    post.plan(planned(1), planned(2, not_after=MORNING + timedelta(days=2)))
    post.clock.move(hours=11)
    assert post.outbox.expire("loopback", "birthday", post.clock()) == 1
    assert post.states() == {"c1": "expired: window_over", "c2": "planned"}


HAPPENED = {
    "died": ({"held_back": "deceased"}, "suppressed: deceased"),
    "complained": ({"held_back": "complaint"}, "suppressed: complaint"),
    "another number": ({"number": number_of(99)}, "suppressed: number_changed"),
    "no number": ({"number": None}, "suppressed: number_changed"),
}


@pytest.mark.parametrize("what", HAPPENED)
def test_law_6_what_happened_since_it_was_planned_counts(post: Post, what: str) -> None:
    """The books are read once more right before the request."""
    changed, state = HAPPENED[what]
    post.plan(planned(1))
    with post.engine.begin() as connection:
        connection.execute(recipients.update().values(**changed))
    assert post.sender.drain() == Sent(claimed=1, held=1)
    assert post.states() == {"c1": state}
    assert post.carrier.texts() == []


def test_law_6_nobody_is_greeted_after_an_opt_out(post: Post) -> None:
    """It came between planning and sending."""
    post.plan(planned(1))
    with post.engine.begin() as connection:
        record_opt_out(connection, number_of(1), at=MORNING, source="reply")
    post.sender.drain()
    assert post.states() == {"c1": "suppressed: opted_out"}


def test_law_6_an_opt_out_between_claim_and_request_counts(post: Post) -> None:
    """The last look is in the transaction that writes the attempt, not in the claim before it."""
    post.plan(planned(1))

    def opt_out_meanwhile(row: object) -> None:
        with post.engine.begin() as connection:
            record_opt_out(connection, number_of(1), at=MORNING, source="reply")

    wording = post.campaigns.wording
    post.campaigns.wording = lambda row: (opt_out_meanwhile(row), wording(row))[1]  # type: ignore[method-assign]
    post.sender.drain()
    assert post.states() == {"c1": "suppressed: opted_out"}


def test_a_person_who_left_the_books_is_not_greeted(post: Post) -> None:
    """Erased on request, for one."""
    post.plan(planned(1), known=False)
    post.sender.drain()
    assert post.states() == {"c1": "suppressed: not_a_recipient"}


def test_a_template_that_is_gone_holds_its_rows_only(post: Post) -> None:
    """The others go."""
    post.plan(planned(1, template="gone"), planned(2))
    post.sender.drain()
    assert post.states() == {"c1": "suppressed: no_wording", "c2": "accepted"}


@pytest.mark.parametrize(("days", "state"), [(299, "suppressed: greeted_lately"), (300, "accepted")])
def test_law_6_no_second_greeting_within_300_days(post: Post, days: int, state: str) -> None:
    """Whose calendar changed would otherwise be greeted under two greeting years."""
    before = planned(1, greeting_year=2025, birthday_on=date(2026, 11, 22) - timedelta(days=days))
    post.plan(before)
    post.sender.drain()
    post.plan(planned(1), known=False)
    post.sender.drain()
    with post.engine.begin() as connection:
        asked = sa.select(greetings.c.state, greetings.c.reason).where(greetings.c.greeting_year == 2026)
        found = connection.execute(asked).one()
    assert ": ".join(filter(None, found)) == state


def test_law_6_two_years_in_one_batch_are_seen_as_well(post: Post) -> None:
    """Both planned, both due: one goes."""
    post.plan(planned(1), planned(1, greeting_year=2027))
    assert post.sender.drain() == Sent(claimed=2, accepted=1, held=1)


def test_a_phone_that_a_household_shares_gets_two_a_day(post: Post) -> None:
    """The third of the same day is held back; on another phone, or another day, people are greeted."""
    same = [planned(n, number=number_of(1)) for n in range(3)]
    other_day = planned(4, number=number_of(1), birthday_on=date(2026, 11, 23))
    post.plan(*same, other_day)
    post.sender.drain()
    assert sorted(post.states().values()) == ["accepted", "accepted", "accepted", "suppressed: household_full"]


def test_claimed_rows_of_a_dead_sender_are_sent_by_another(post: Post) -> None:
    """Nothing had left the house."""
    post.plan(planned(1))
    how = {"owner": "dead", "limit": 10, "now": MORNING, "lease": timedelta(seconds=60)}
    claimed = post.outbox.claim("loopback", "birthday", **how)
    assert [row.fence for row in claimed] == [1]
    assert post.sender.drain() == Sent()
    post.clock.move(seconds=61)
    assert post.outbox.end_leases(post.clock()) == (1, 0)
    assert post.sender.drain() == Sent(claimed=1, accepted=1)


def test_law_6_a_sender_that_wakes_up_late_sends_nothing(post: Post) -> None:
    """Its lease is over, another has the row: the fence tells."""
    post.plan(planned(1))
    sleeper = post.another_sender("sleeper")
    wording = post.campaigns.wording

    def sleep_first(row: ClaimedGreeting) -> Wording | None:
        post.campaigns.wording = wording  # type: ignore[method-assign]
        post.clock.move(seconds=301)
        post.outbox.end_leases(post.clock())
        assert post.sender.drain() == Sent(claimed=1, accepted=1)
        return wording(row)

    post.campaigns.wording = sleep_first  # type: ignore[method-assign]
    assert sleeper.round() == Sent(claimed=1)
    sleeper.close()
    assert len(post.carrier.texts()) == 1


IN_DOUBT_AND_TAKEN = [Fault.ACCEPT_THEN_TIMEOUT, Fault.ERROR_AFTER_ACCEPT, Fault.CUT_AFTER_ACCEPT]


@pytest.mark.parametrize("fault", IN_DOUBT_AND_TAKEN)
def test_law_6_a_request_in_doubt_is_found_in_the_carrier_s_books(post: Post, fault: Fault) -> None:
    """Unknown, then found by listing; never sent again."""
    post.faults = ScriptedFaults([fault])
    post.plan(planned(1))
    assert post.sender.drain() == Sent(claimed=1, unknown=1)
    assert post.states()["c1"].startswith("unknown")
    assert post.reconcile().open == 0  # receipts are given time first
    post.clock.move(minutes=2)
    assert post.reconcile().found == 1
    assert post.states() == {"c1": "sent"}
    assert len(post.carrier.texts()) == 1


@pytest.mark.parametrize("fault", IN_DOUBT_AND_TAKEN)
def test_law_6_a_receipt_ends_the_doubt(post: Post, fault: Fault) -> None:
    """It carries our own reference."""
    post.faults = ScriptedFaults([fault])
    post.plan(planned(1))
    post.sender.drain()
    receive(post, *post.channel.fetch_receipts())
    assert post.states() == {"c1": "delivered"}
    assert post.reconcile().found == 0


@pytest.mark.parametrize("fault", [Fault.ERROR, Fault.TIMEOUT])
def test_a_request_without_a_trace_is_made_once_more(post: Post, fault: Fault) -> None:
    """After a quarter of an hour, once."""
    post.faults = ScriptedFaults([fault, fault])
    post.plan(planned(1))
    post.sender.drain()
    post.clock.move(minutes=2)
    assert post.reconcile().open == 1
    assert post.sender.drain() == Sent()
    post.clock.move(minutes=14)
    assert post.reconcile().not_sent == 1
    assert post.sender.drain() == Sent(claimed=1, unknown=1)
    post.clock.move(minutes=16)
    assert post.reconcile().given_up == 1
    assert post.states() == {"c1": "unknown_final: nobody_knows"}
    assert post.sender.drain() == Sent()


def test_law_6_doubt_at_the_end_of_the_day_stays_doubt(post: Post) -> None:
    """Never sending twice comes before certainly sending once; and late is never."""
    post.faults = ScriptedFaults([Fault.TIMEOUT])
    post.plan(planned(1))
    post.clock.move(hours=9, minutes=50)
    post.sender.drain()
    post.clock.move(minutes=16)
    assert post.reconcile().given_up == 1
    assert post.carrier.texts() == []


def test_a_sender_that_died_while_posting_leaves_doubt_not_a_repeat(post: Post) -> None:
    """The attempt was written before the request."""
    post.plan(planned(1))

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    post.sender._write_down = die  # type: ignore[assignment, method-assign]
    with pytest.raises(KeyboardInterrupt):
        post.sender.drain()
    assert post.states() == {"c1": "posting"}
    post.clock.move(minutes=6)
    assert post.outbox.end_leases(post.clock()) == (0, 1)
    assert post.reconcile().found == 1
    assert len(post.carrier.texts()) == 1


def test_law_6_two_of_one_household_in_doubt_are_told_apart(post: Post) -> None:
    """Same phone, same words: one text in the carrier's books is not counted for both."""
    post.faults = ScriptedFaults([Fault.ACCEPT_THEN_TIMEOUT, Fault.TIMEOUT])
    post.plan(*(planned(n, number=number_of(1), salutation="您好") for n in range(2)))
    post.sender.drain()
    post.clock.move(minutes=16)
    done = post.reconcile()
    assert (done.found, done.not_sent) == (1, 1)


def test_a_busy_carrier_is_left_alone_and_asked_again(post: Post) -> None:
    """429: nothing was taken, so nothing counts as an attempt, nor as spent."""
    post.faults = ScriptedFaults([Fault.BUSY])
    post.plan(planned(1))
    assert post.sender.drain() == Sent(claimed=2, not_taken=1, waiting=1)
    with post.engine.begin() as connection:
        assert spent_on_channel(connection, BIRTHDAY, "loopback") == Spent()
    post.clock.move(seconds=3)
    assert post.sender.drain() == Sent(claimed=1, accepted=1)


def test_who_refused_at_the_carrier_has_opted_out(post: Post) -> None:
    """21610 goes into our own list."""
    post.faults = ScriptedFaults([Fault.OPTED_OUT])
    post.plan(planned(1))
    post.sender.drain()
    assert post.states() == {"c1": "failed: opted_out"}
    with post.engine.begin() as connection:
        assert connection.execute(sa.select(opt_outs.c.source)).scalar() == "carrier"


def test_a_channel_that_cannot_work_is_shut_and_nobody_loses_a_greeting(post: Post) -> None:
    """21408: the rest waits until the gate opens."""
    post.faults = ScriptedFaults([Fault.NO_GEO])
    post.plan(*(planned(n) for n in range(6)))
    assert post.sender.drain() == Sent(claimed=7, accepted=5, not_taken=1, waiting=1)
    post.clock.move(seconds=901)
    post.sender.drain()
    assert set(post.states().values()) == {"accepted"}


def test_a_number_that_takes_no_texts_is_remembered(post: Post) -> None:
    """Whoever else has it is not greeted on it."""
    post.plan(planned(1))
    post.sender.drain()
    sid = post.carrier.texts()[0].sid
    receive(post, Receipt(sid, GreetingState.UNDELIVERED, MORNING, "30005", Action.STOP_NUMBER))
    post.plan(planned(2, number=number_of(1)))
    post.sender.drain()
    assert post.states() == {"c1": "undelivered: carrier_30005", "c2": "suppressed: bad_number"}
    with post.engine.begin() as connection:
        assert connection.execute(sa.select(bad_numbers.c.code)).scalar() == "30005"


def test_a_phone_that_was_off_is_tried_once_more_the_same_day(post: Post) -> None:
    """30003, twice: then it stays undelivered."""
    post.faults = ScriptedFaults([Fault.UNDELIVERED, Fault.UNDELIVERED])
    post.plan(planned(1))
    for state in ("planned: carrier_30003", "undelivered: carrier_30003"):
        assert post.sender.drain() == Sent(claimed=1, accepted=1)
        first = post.channel.fetch_receipts()
        receive(post, *first)
        assert post.states() == {"c1": state}
        assert receive(post, *first).repeated == 2
    assert post.sender.drain() == Sent()


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 1, 0, 1), (1, 1, 0, 0)], ids=str)
@pytest.mark.parametrize("early", [False, True], ids=["after the answer", "before the answer"])
def test_receipts_count_once_in_any_order(post: Post, order: tuple[int, ...], early: bool) -> None:
    """A late "sent" never undoes "delivered"; with our reference or without."""
    post.plan(planned(1))
    words = (GreetingState.SENT, GreetingState.DELIVERED)
    if early:
        take = post.carrier.take

        def tell_first(number: str, body: str, reference: str, fault: Fault | None = None) -> object:
            text = take(number, body, reference, fault)
            receive(post, *(Receipt(text.sid, words[n], MORNING) for n in order))
            return text

        post.carrier.take = tell_first  # type: ignore[assignment, method-assign]
    post.sender.drain()
    if not early:
        sid = post.carrier.texts()[0].sid
        receive(post, *(Receipt(sid, words[n], MORNING, "", Action.NOTE, 1, 1) for n in order))
    assert post.states() == {"c1": "delivered"}


def test_law_6_a_receipt_that_comes_late_stops_the_second_attempt(post: Post) -> None:
    """The carrier's books were empty, then it says that it has it."""
    post.faults = ScriptedFaults([Fault.TIMEOUT])
    post.plan(planned(1))
    post.sender.drain()
    post.clock.move(minutes=16)
    assert post.reconcile().not_sent == 1
    receive(post, Receipt("late", GreetingState.SENT, post.clock(), "", Action.NOTE, 1, 1))
    assert post.sender.drain() == Sent()
    assert post.states() == {"c1": "sent"}


def test_the_pace_is_kept_in_segments(post: Post) -> None:
    """Ten at once, then as time brings tokens; all senders share them."""
    post.rules = slower(RULES, 1.0)
    sender = post.another_sender("slow")
    post.plan(*(planned(n, segments=2) for n in range(8)))
    assert sender.drain().accepted == 5
    assert post.another_sender("other").drain().accepted == 0
    post.clock.move(seconds=4)
    assert sender.drain().accepted == 2
    sender.close()


def test_a_clock_set_back_repeats_nothing(post: Post) -> None:
    """Neither greetings nor tokens."""
    post.plan(planned(1))
    post.sender.drain()
    for days in (-1, -30, 31):
        post.clock.move(days=days)
        post.outbox.plan([planned(1)], at=post.clock())
        post.sender.drain()
        post.outbox.end_leases(post.clock())
        post.reconcile()
    assert len(post.carrier.texts()) == 1


@pytest.mark.parametrize(
    "caps", [Caps(segments=3), Caps(messages=3), Caps(cost_micros=150_000)], ids=["segments", "messages", "money"]
)
@pytest.mark.parametrize("whose", ["channel", "campaign"])
def test_caps_of_a_day_hold(post: Post, caps: Caps, whose: str) -> None:
    """What is over them waits for another day, and its window."""
    rules = replace(RULES, prices=flat(50_000))
    post.rules = replace(rules, caps=caps) if whose == "channel" else rules
    if whose == "campaign":
        post.campaigns.running_now = (CampaignRules("birthday", caps=caps),)
    sender = post.another_sender("capped")
    post.plan(*(planned(n) for n in range(5)))
    assert sender.drain().accepted == 3
    assert sender.drain().accepted == 0
    sender.close()
    assert sorted(post.states().values()) == ["accepted"] * 3 + ["planned"] * 2


@pytest.mark.parametrize("scope", [EVERYTHING, of_channel("loopback")])
def test_a_stop_counts_at_once(post: Post, scope: str) -> None:
    """And only until it is taken back."""
    post.plan(planned(1))
    with post.engine.begin() as connection:
        assert stop(connection, Stop(scope, "tester", "typo in the signature", MORNING))
        assert not stop(connection, Stop(scope, "other", "", MORNING))
    assert post.sender.drain() == Sent()
    with post.engine.begin() as connection:
        assert go_on(connection, scope)
        assert not go_on(connection, scope)
    assert post.sender.drain().accepted == 1


def test_a_campaign_that_rests_sends_nothing_and_a_cancelled_one_gives_its_people_back(post: Post) -> None:
    """Another campaign may greet them the same year."""
    post.plan(planned(1), planned(2))
    post.campaigns.running_now = ()
    assert post.sender.drain() == Sent()
    assert post.outbox.withdraw("birthday") == 2
    assert post.outbox.plan([planned(1, campaign_id="other")], at=MORNING) == Planned(1, 0)


def test_too_many_filtered_shut_the_channel(post: Post) -> None:
    """Of the answers of the last minutes; who opted out is not counted."""
    post.faults = ScriptedFaults([Fault.OPTED_OUT] * 30)
    post.plan(*(planned(n) for n in range(40)))
    assert post.sender.drain().refused == 30
    assert len(post.carrier.texts()) == 10


def test_no_statement_of_sending_reads_a_whole_table(post: Post) -> None:
    """However many greetings there are: each statement of a round, of leases, doubts and status finds its index."""
    if post.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL scans a table of a few rows whatever its indexes")
    asked: list[tuple[str, object]] = []

    def note(_c: object, _cursor: object, text: str, values: object, _context: object, many: bool) -> None:
        asked.append((text, values[0] if many else values))  # type: ignore[index]

    post.faults = ScriptedFaults([Fault.ACCEPT_THEN_TIMEOUT, Fault.OPTED_OUT])
    post.plan(*(planned(n) for n in range(3)))
    sa.event.listen(post.engine, "before_cursor_execute", note)
    post.sender.drain()
    receive(post, *post.channel.fetch_receipts())
    post.clock.move(minutes=2)
    post.outbox.end_leases(post.clock())
    post.reconcile()
    with post.engine.begin() as connection:
        status_of(connection, BIRTHDAY, ("loopback",))
        texts_to(connection, [number_of(1)], day=BIRTHDAY, days=7)
    sa.event.remove(post.engine, "before_cursor_execute", note)
    tables = ("greetings", "other", "mine", "recipients", "greeting_attempts", "greeting_receipts")
    whole = re.compile(rf"SCAN ({'|'.join(tables)})(?! USING)")
    with post.engine.begin() as connection:
        for text, values in asked:
            if text.startswith(("SELECT", "UPDATE", "WITH")):
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values).all()
                assert not [row for row in plan if whole.match(row[3])], text


@pytest.mark.parametrize("key", [("lunar", 10, 14), ("lunar", 3, 3), ("solar", 5, 20)], ids=["lunar", "other", "moved"])
def test_law_6_the_last_look_finds_everybody_under_whatever_birthday(post: Post, key: tuple[str, int, int]) -> None:
    """Who stands under another birthday by now is greeted as planned, and held back as surely as all others."""
    post.plan(*(planned(n) for n in range(1, 5)))
    calendar, month, day = key
    with post.engine.begin() as connection:
        connection.execute(recipients.update().values(calendar=calendar, birth_month=month, birth_day=day))
        person = recipients.c.group_customer_id
        connection.execute(recipients.update().where(person == "c2").values(held_back="deceased"))
        connection.execute(recipients.update().where(person == "c3").values(number="+8659100000999"))
        connection.execute(recipients.delete().where(person == "c4"))
    post.sender.drain()
    why = {"c2": "deceased", "c3": "number_changed", "c4": "not_a_recipient"}
    assert post.states() == {"c1": "accepted", **{person: f"suppressed: {each}" for person, each in why.items()}}


def test_texts_to_a_number_are_counted_day_by_day(post: Post) -> None:
    """Those of the days before, not the day's own, and none that did not go."""
    days = [BIRTHDAY - timedelta(days=back) for back in range(4)]
    post.plan(*(planned(n, number=number_of(1), birthday_on=day) for n, day in enumerate(days)))
    post.plan(planned(9, number=number_of(2), birthday_on=days[1]))
    with post.engine.begin() as connection:
        connection.execute(greetings.update().where(greetings.c.birthday_on == days[2]).values(state="expired"))
        asked = [number_of(n) for n in (1, 2, 3)]
        assert texts_to(connection, asked, day=BIRTHDAY, days=4) == {number_of(1): 2, number_of(2): 1}
        assert texts_to(connection, asked, day=BIRTHDAY, days=1) == {}
