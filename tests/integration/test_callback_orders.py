"""A call's callbacks, repeated, out of order and racing: the books end the same.

A document asked for after the last word reopens the call, for the carrier shows somebody to be there (law 1); the
reconciliation, which runs every minute, then asks the carrier and closes it. So it is part of every play.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from elder_channel.agents.model import Presence
from elder_channel.calls.model import CallState, Matched, Outcome
from elder_channel.calls.tables import calls, turns
from elder_channel.services.line import LineService
from elder_channel.web.app import voice_app
from elder_channel.workorders.tables import work_orders
from tests.fakes.line import LineInMemory, open_test_line
from tests.fakes.webhooks import PUBLIC, Carrier, TestClient

AGENT = "lin-xiulan"


@dataclass(frozen=True)
class Word:
    """One callback of the carrier."""

    name: str
    query: str = ""
    fields: tuple[tuple[str, str], ...] = ()


ENTERED = (
    Word("incoming", fields=(("CallStatus", "ringing"),)),
    Word("gather", "attempt=1", (("Digits", "0"), ("CallStatus", "in-progress"))),
    Word("wait", "round=0", (("CallStatus", "in-progress"),)),
)
LEFT = (
    Word("dequeued", fields=(("QueueResult", "hangup"), ("CallStatus", "completed"))),
    Word("status", fields=(("CallStatus", "completed"),)),
)
TALKED = (
    Word("dequeued", fields=(("QueueResult", "redirected"), ("CallStatus", "in-progress"))),
    Word("connect", f"agent={AGENT}", (("CallStatus", "in-progress"),)),
    Word("agent-status", f"agent={AGENT}", (("CallStatus", "ringing"), ("ParentCallSid", "CA1"))),
    Word("agent-status", f"agent={AGENT}", (("CallStatus", "in-progress"), ("ParentCallSid", "CA1"))),
    Word("agent-status", f"agent={AGENT}", (("CallStatus", "completed"), ("ParentCallSid", "CA1"))),
    Word(
        "dialed",
        f"agent={AGENT}",
        (("DialCallStatus", "completed"), ("DialBridged", "true"), ("CallStatus", "completed")),
    ),
    Word("status", fields=(("CallStatus", "completed"),)),
)


class Play:
    """One call on a line of its own, with nobody at work but the agent it is given to."""

    def __init__(self, folder: Path) -> None:
        self.at: LineInMemory = open_test_line(folder, **PUBLIC)
        # No lifespan: nothing moves by itself, so that what happens is the callbacks' doing alone.
        self.carrier = Carrier(TestClient(voice_app(self.at.line)))

    def send(self, word: Word, token: str) -> int:
        """One signed callback."""
        return self.carrier.ask(word.name, query=word.query, token=token, **dict(word.fields)).status_code

    def give_to_agent(self) -> None:
        """What the router does between the two halves of a call that is answered."""
        self.at.line.calls.assign("CA1", AGENT, matched=Matched.ANY, at=self.at.clock())
        contact = next(agent.contact for agent in self.at.line.settings.agents if agent.id == AGENT)
        self.at.carrier.answerers["CA1"] = contact  # what the carrier tells who asks

    def reconcile(self) -> None:
        """A minute later: the carrier counts the call as over."""
        self.at.carrier.over.add("CA1")
        self.at.clock.forward(600)
        LineService(self.at.line).reconcile(older_than=timedelta(seconds=300))

    def books(self) -> dict[str, object]:
        """What is left in the end."""
        with self.at.line.databases.calls.connect() as connection:
            (call,) = connection.execute(sa.select(calls)).all()
            orders = connection.scalar(sa.select(sa.func.count()).select_from(work_orders))
            keys = list(connection.scalars(sa.select(turns.c.key)))
        agents = self.at.line.agents.states().values()
        return {
            "state": call.state,
            "outcome": call.outcome,
            "entry": call.entry,
            "orders": orders,
            "turns": sorted(keys),
            "held": sorted(agent.call_sid for agent in agents if agent.call_sid),
            "busy": sorted(agent.presence for agent in agents if agent.presence is not Presence.IDLE),
        }

    def close(self) -> None:
        """Give the files back."""
        self.at.line.databases.dispose()


def played(first: Sequence[Word], rest: Sequence[int], words: Sequence[Word], *, answered: bool) -> dict[str, object]:
    """The books after the first callbacks in order and the rest in the order of their numbers."""
    with tempfile.TemporaryDirectory() as folder, structlog.testing.capture_logs():
        play = Play(Path(folder))
        try:
            for index, word in enumerate(first):
                assert play.send(word, f"first{index}") == 200
            if answered:
                play.give_to_agent()
            for turn, index in enumerate(rest):
                # A repetition has the token of the first; an event told anew has another.
                token = f"rest{index}" if turn % 2 else f"rest{index}-{turn}"
                assert play.send(words[index], token) == 200
            play.reconcile()
            return play.books()
        finally:
            play.close()


def orders_of(words: Sequence[Word]) -> st.SearchStrategy[list[int]]:
    """Every callback at least once, in any order, some of them again."""
    every = list(range(len(words)))
    return st.lists(st.sampled_from(every), max_size=4).flatmap(lambda more: st.permutations(every + more))


few = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))


@few
@given(orders_of(TALKED))
def test_an_answered_call_ends_served_in_whatever_order_its_words_come(order: list[int]) -> None:
    """One call, no work order, no agent still held, whichever word was first and however often it came."""
    books = played(ENTERED, order, TALKED, answered=True)
    assert (books["state"], books["outcome"], books["orders"]) == (CallState.ENDED, Outcome.SERVED, 0)
    assert (books["held"], books["busy"]) == ([], [])


@few
@given(orders_of(ENTERED + LEFT))
def test_law_1_a_call_that_was_never_answered_always_leaves_one_order(order: list[int]) -> None:
    """Even when the last word comes first, and the first ring last: who asked for a person is called back, once."""
    words = ENTERED + LEFT
    books = played((), [*order, words.index(LEFT[1])], words, answered=False)
    assert (books["state"], books["outcome"], books["orders"]) == (CallState.ENDED, Outcome.CALLBACK, 1)
    assert len(books["turns"]) <= 1  # type: ignore[arg-type]
    assert (books["held"], books["busy"]) == ([], [])


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.permutations(range(len(TALKED))))
def test_racing_words_end_in_the_same_books(order: list[int]) -> None:
    """All at once, each twice, from eight threads."""
    with tempfile.TemporaryDirectory() as folder, structlog.testing.capture_logs():
        play = Play(Path(folder))
        try:
            for index, word in enumerate(ENTERED):
                play.send(word, f"first{index}")
            play.give_to_agent()
            jobs = [(TALKED[index], f"{index}") for index in order] * 2
            with play.carrier.http, ThreadPoolExecutor(8) as pool:  # one event loop for all, as in the process
                assert set(pool.map(lambda job: play.send(*job), jobs)) == {200}
            play.reconcile()
            books = play.books()
        finally:
            play.close()
    assert (books["state"], books["outcome"], books["orders"]) == (CallState.ENDED, Outcome.SERVED, 0)
    assert (books["held"], books["busy"]) == ([], [])
