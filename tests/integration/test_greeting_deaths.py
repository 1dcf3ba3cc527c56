"""Law 6 under kill -9, moment by moment: a process dies before each commit in turn, and everybody gets one text.

`test_greeting_kills.py` kills at random; here no moment between two transactions is left out.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from greeting_sms.adapters.loopback import LoopbackCarrier, LoopbackChannel
from greeting_sms.greeting import PlannedGreeting
from greeting_sms.receipts import apply
from tests.fakes.greetings import Post, add_people, number_of, planned

MOST_COMMITS = 30
"""Far more than the whole way of a greeting has."""


@pytest.fixture
def post(greetings_engine: Engine, tmp_path: Path) -> Iterator[Post]:
    """An empty outbox; the carrier's books are a file, so that they outlive who wrote there."""
    opened = Post(greetings_engine)
    opened.carrier = LoopbackCarrier(clock=opened.clock, journal=tmp_path / "carrier.jsonl")
    opened.channel = LoopbackChannel(opened.carrier, opened.clock)
    opened.sender.close()
    opened.sender = opened.another_sender("parent")
    yield opened
    opened.close()


def whole_way(post: Post, rows: list[PlannedGreeting], owner: str, *, receipts: bool = True) -> None:
    """Plan, end leases, send, take receipts and reconcile, once."""
    post.outbox.plan(rows, at=post.clock())
    post.outbox.end_leases(post.clock())
    sender = post.another_sender(owner)
    sender.drain()
    sender.close()
    if receipts:
        with post.engine.begin() as connection:
            apply(connection, post.channel.fetch_receipts())
    post.reconcile()


def dies_before_commit(post: Post, rows: list[PlannedGreeting], commit: int) -> bool:
    """Go the whole way in a process of its own that is killed right before this commit; whether it came to it."""
    child = os.fork()
    if not child:
        try:
            post.engine.dispose(close=False)  # connections are not shared with the parent
            left = iter(range(commit))

            def die_at_last(_: Connection) -> None:
                if next(left, None) is None:
                    os.kill(os.getpid(), signal.SIGKILL)

            sa.event.listen(post.engine, "commit", die_at_last)
            whole_way(post, rows, f"child {commit}")
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # from Python 3.12 on, where threads are about
@pytest.mark.parametrize("late", [False, True], ids=["receipts at once", "receipts late"])
def test_law_6_whenever_a_process_dies_everybody_gets_one_text(post: Post, late: bool) -> None:
    """Planning, claiming, writing the attempt, writing what came of it, receipts and reconciling are each cut short.

    Where receipts are late, what is in doubt must be found in the carrier's books, and is not sent again.
    """
    for commit in range(MOST_COMMITS):
        people = (2 * commit, 2 * commit + 1)
        closes = post.clock() + timedelta(hours=8)
        rows = [planned(n, not_after=closes) for n in people]
        add_people(post.engine, rows)
        killed = dies_before_commit(post, rows, commit)
        for turn in range(3):
            post.clock.move(minutes=6 * turn)
            whole_way(post, rows, f"parent {commit}.{turn}", receipts=turn == 2 or not late)
        assert [len(post.carrier.texts(number_of(n))) for n in people] == [1, 1], f"killed before commit {commit}"
        assert {post.states()[f"c{n}"] for n in people} == {"delivered"}, f"killed before commit {commit}"
        if not killed:
            break
    assert 6 <= commit < MOST_COMMITS - 1  # plan, claim, attempt, outcome, receipts, reconcile at least
