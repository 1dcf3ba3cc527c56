"""A reply that may be an opt-out: nothing is sent to its number until a person has read it, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from elder_channel.services import replies as replies_service
from elder_channel.services.consents import ShellOperator
from elder_channel.services.replies import Replies
from elder_channel.services.reply_watch import UnreadReplies, unread_replies
from elder_channel.storage.workorders import OrderQuery
from greeting_sms import consent
from greeting_sms.dispatch import Sent
from greeting_sms.holds import end_hold, end_holds_of, held, hold, unread
from greeting_sms.inbound.labels import PERHAPS_OPT_OUT, PERHAPS_URGENT, Classified, Decider, Label
from greeting_sms.last_checks import LOOK_AGAIN
from tests.fakes.greetings import MORNING, Post, number_of, planned
from tests.fakes.line import LineInMemory, open_test_line

SHELL = ShellOperator()
SENDER = "+12025550143"
HELD = {"is": Classified(None, Decider.PERSON, 0.4, rule=PERHAPS_OPT_OUT, guess=Label.OPT_OUT, holds=True)}


@pytest.fixture
def post(greetings_engine: Engine) -> Iterator[Post]:
    """The outbox of an empty database."""
    opened = Post(greetings_engine)
    yield opened
    opened.close()


def came(post: Post, n: int, text_sid: str = "SM1") -> None:
    """A doubtful reply of person `n`."""
    with post.engine.begin() as connection:
        hold(connection, number_of(n), text_sid=text_sid, at=post.clock())


def read(post: Post, text_sid: str = "SM1", *, opted_out: bool) -> bool:
    """A person has read the reply."""
    with post.engine.begin() as connection:
        if opted_out:
            consent.record_opt_out(connection, number_of(1), at=post.clock(), source="reply")
        return end_hold(connection, text_sid, at=post.clock(), by="wang.min", opted_out=opted_out)


def test_law_6_a_held_number_is_passed_over_and_greeted_when_it_is_released(post: Post) -> None:
    """Inside the claim: the others go, this one waits, and goes as soon as somebody has let it go."""
    post.plan(planned(1), planned(2))
    came(post, 1)
    assert post.sender.drain() == Sent(claimed=2, accepted=1, held=1)
    assert post.states() == {"c1": "planned: unread_reply", "c2": "accepted"}
    assert post.sender.drain() == Sent()
    assert read(post, opted_out=False)
    assert post.sender.drain() == Sent(claimed=1, accepted=1)
    assert post.states() == {"c1": "accepted", "c2": "accepted"}


def test_law_6_a_held_number_that_opted_out_is_never_greeted(post: Post) -> None:
    """Confirmed by the reader: what waited ends as every opt-out does."""
    post.plan(planned(1))
    came(post, 1)
    post.sender.drain()
    assert read(post, opted_out=True)
    assert not read(post, opted_out=False)
    assert post.sender.drain() == Sent(claimed=1, held=1)
    assert post.states() == {"c1": "suppressed: opted_out"}
    assert post.carrier.texts() == []


def test_a_hold_between_claim_and_request_counts(post: Post) -> None:
    """The last look is in the transaction that writes the attempt."""
    post.plan(planned(1))
    wording = post.campaigns.wording
    post.campaigns.wording = lambda row: (came(post, 1), wording(row))[1]  # type: ignore[method-assign]
    post.sender.drain()
    assert post.states() == {"c1": "planned: unread_reply"}


def test_what_nobody_reads_in_time_is_not_sent_late(post: Post) -> None:
    """It is looked at again and again, and ends with its window."""
    post.plan(planned(1))
    came(post, 1)
    post.sender.drain()
    post.clock.move(seconds=LOOK_AGAIN.total_seconds())
    assert post.sender.drain() == Sent(claimed=1, held=1)
    post.clock.move(hours=12)
    post.sender.drain()
    assert post.states() == {"c1": "expired: unread_reply"}
    assert read(post, opted_out=False)
    assert post.sender.drain() == Sent()


def test_a_number_is_held_while_one_of_its_replies_is(post: Post) -> None:
    """Two doubtful ones: reading one is not enough; the same text once more after it was read holds nothing."""
    post.plan(planned(1))
    came(post, 1, "SM1")
    came(post, 1, "SM2")
    assert read(post, "SM1", opted_out=False)
    came(post, 1, "SM1")
    post.sender.drain()
    assert post.states() == {"c1": "planned: unread_reply"}
    with post.engine.begin() as connection:
        assert held(connection, [number_of(1), number_of(2)]) == {number_of(1)}
        assert unread(connection, before=MORNING) == 0
        assert unread(connection, before=MORNING + timedelta(seconds=1)) == 1
        assert end_holds_of(connection, number_of(1), at=MORNING, by="customer") == 1
        assert held(connection, [number_of(1)]) == frozenset()


def test_the_dead_are_told_before_the_unread(post: Post) -> None:
    """What ends a greeting for good outweighs what only holds it."""
    post.plan(planned(1), known=False)
    came(post, 1)
    post.sender.drain()
    assert post.states() == {"c1": "suppressed: not_a_recipient"}


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A line."""
    opened = open_test_line(tmp_path)
    yield opened
    opened.line.databases.dispose()


@pytest.fixture
def doubtful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every text may be an opt-out; one that speaks of danger may be danger too."""
    danger = Classified(None, Decider.PERSON, 0.1, rule=PERHAPS_URGENT, guess=Label.URGENT, holds=True)
    monkeypatch.setattr(replies_service, "classify", lambda body: danger if "怪" in body else HELD["is"])


def numbers_off(at: LineInMemory) -> tuple[bool, bool]:
    """Whether the number has opted out, and whether it is held."""
    with at.line.databases.greetings.connect() as connection:
        return consent.is_suppressed(connection, SENDER), bool(held(connection, [SENDER]))


@pytest.mark.usefixtures("doubtful")
@pytest.mark.parametrize(
    ("label", "off"), [(Label.OPT_OUT, True), (Label.WRONG_NUMBER, True), (Label.OTHER, False), (Label.THANKS, False)]
)
def test_a_doubtful_reply_is_confirmed_or_released_by_a_person(at: LineInMemory, label: Label, off: bool) -> None:
    """Held at once and not answered, with an order that is due within the stated time; then as the reader says."""
    replies = Replies(at.line)
    received = replies.receive(sid="SM1", number=SENDER, body="唉 算了算了")
    assert received.confirmation == ""
    assert numbers_off(at) == (False, True)
    [order] = at.line.work_orders.list_orders(OrderQuery())
    assert order.due_at <= at.clock() + timedelta(minutes=at.line.settings.greetings.read_held_minutes)
    assert "已暂停" in order.note
    replies.correct("SM1", label, by=SHELL.ACCOUNT, accounts=SHELL)
    assert numbers_off(at) == (off, False)


def test_news_of_a_death_holds_and_says_what_to_do(at: LineInMemory) -> None:
    """No greeting goes to who has died; the order tells its reader to end them and to have the records mended."""
    Replies(at.line).receive(sid="SM1", number=SENDER, body="我爸上个月去世了，跟你们说一声")
    assert numbers_off(at) == (False, True)
    [order] = at.line.work_orders.list_orders(OrderQuery())
    assert "已去世" in order.note
    assert "已暂停" in order.note


@pytest.mark.usefixtures("doubtful")
def test_unread_replies_are_told_of_when_their_time_is_over(at: LineInMemory) -> None:
    """Danger within minutes, unless somebody has begun its order; a held number within hours."""
    replies, settings = Replies(at.line), at.line.settings.greetings
    replies.receive(sid="SM1", number=SENDER, body="唉")
    replies.receive(sid="SM2", number=SENDER, body="今天怪怪的")
    assert unread_replies(at.line, at.clock()) == UnreadReplies(0, 0)
    at.clock.forward(settings.read_urgent_minutes * 60 + 1)
    assert unread_replies(at.line, at.clock()) == UnreadReplies(1, 0)
    at.clock.forward(settings.read_held_minutes * 60)
    assert unread_replies(at.line, at.clock()) == UnreadReplies(1, 2)
    replies.correct("SM2", Label.OTHER, by=SHELL.ACCOUNT, accounts=SHELL)
    assert unread_replies(at.line, at.clock()) == UnreadReplies(0, 1)


@pytest.mark.usefixtures("doubtful")
def test_start_at_the_carrier_ends_a_hold(at: LineInMemory) -> None:
    """The owner of the number has said that texts are welcome."""
    replies = Replies(at.line)
    replies.receive(sid="SM1", number=SENDER, body="唉")
    replies.receive(sid="SM2", number=SENDER, body="START", carrier_says="START")
    assert numbers_off(at) == (False, False)


def test_a_wrong_number_is_held_until_somebody_says_so(at: LineInMemory) -> None:
    """No machine ends a customer's greetings for a guess."""
    replies = Replies(at.line)
    replies.receive(sid="SM1", number=SENDER, body="你发错人了")
    assert numbers_off(at) == (False, True)
    replies.correct("SM1", Label.WRONG_NUMBER, by=SHELL.ACCOUNT, accounts=SHELL)
    assert numbers_off(at) == (True, False)
