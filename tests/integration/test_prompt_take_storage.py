"""Takes of prompts and which is in force, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from elder_channel.prompts.model import NewTake, Take, TakeAct, TakeDone, TakeState
from elder_channel.storage.engine import Databases
from elder_channel.storage.prompt_takes import SqlPromptTakeStore

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
NEW = NewTake(
    message_id="invitation", voice_tag="guangzhou", token="t0", sha256="0" * 64, telephone_sha256="f" * 64,
    seconds=5.125, wording="正在为您接人。", wording_key="a" * 64, speaker="阿陈", consent="form", recorded_at=NOW,
    findings=({"code": "noisy", "severity": "caution", "fields": {"snr": 17.5}},), recorded_by="chen", role="agent",
)  # fmt: skip


@pytest.fixture
def takes(databases: Databases) -> SqlPromptTakeStore:
    """The takes."""
    return SqlPromptTakeStore(databases.calls)


def new(number: int, **changes: str) -> NewTake:
    """Another take of the same message."""
    return replace(NEW, token=f"t{number}", sha256=f"{number:064x}", **changes)  # type: ignore[arg-type]


def added(takes: SqlPromptTakeStore, number: int = 1, **changes: str) -> Take:
    """The take, kept."""
    take = takes.add(new(number, **changes))
    assert take
    return take


def done(take: Take, act: TakeAct, by: str = "lin") -> TakeDone:
    """Something done a minute later."""
    return TakeDone(take.id, NOW + timedelta(minutes=1), by, "approver", act, "why")


def test_a_take_comes_back_as_it_was(takes: SqlPromptTakeStore) -> None:
    """Every field, with its number, its version and where it stands."""
    take = added(takes)
    assert takes.get(take.id) == take == takes.with_token("t1") == takes.with_sound(f"{1:064x}")
    assert take == Take(**vars(new(1)), id=take.id, version=1, state=TakeState.WAITING)
    assert [added(takes, 2).version, added(takes, 3, voice_tag="minnan").version] == [2, 1]
    assert [each.act for each in takes.acts([take.id])] == [TakeAct.RECORDED]


def test_the_same_form_is_one_take_and_the_same_sound_none(takes: SqlPromptTakeStore) -> None:
    """Until that sound is gone."""
    first = added(takes)
    assert takes.add(new(1, message_id="passing_on")) == first
    assert takes.add(replace(new(2), sha256=first.sha256)) is None
    assert takes.decide(done(first, TakeAct.REJECTED), TakeState.REJECTED)
    assert takes.add(replace(new(2), sha256=first.sha256))


def test_many_at_once_get_a_version_each(takes: SqlPromptTakeStore) -> None:
    """Nobody's take is lost, and no number is given twice."""
    with ThreadPoolExecutor(4) as pool:
        kept = list(pool.map(lambda number: added(takes, number), range(1, 13)))
    assert sorted(take.version for take in kept) == list(range(1, 13))


def test_of_two_who_decide_at_once_one_is_heard(takes: SqlPromptTakeStore) -> None:
    """And who recorded it is not heard at all."""
    take = added(takes)
    assert not takes.decide(done(take, TakeAct.APPROVED, by="chen"), TakeState.APPROVED)
    acts = (TakeAct.APPROVED, TakeState.APPROVED), (TakeAct.REJECTED, TakeState.REJECTED)
    with ThreadPoolExecutor(2) as pool:
        heard = list(pool.map(lambda each: takes.decide(done(take, each[0]), each[1]), acts))
    assert sorted(heard) == [False, True]
    assert len(takes.acts([take.id])) == 2
    assert (takes.in_force() == {take.id}) == heard[0]


def test_what_is_in_force_moves_back_and_forth(takes: SqlPromptTakeStore) -> None:
    """One of a message in a voice at most; every step is an act, so that a running line notices it."""
    one, two, elsewhere = added(takes, 1), added(takes, 2), added(takes, 3, voice_tag="minnan")
    seen = [takes.newest_act()]
    for take in (one, two, elsewhere):
        assert takes.decide(done(take, TakeAct.APPROVED), TakeState.APPROVED)
        seen.append(takes.newest_act())
    assert takes.in_force() == {two.id, elsewhere.id}
    assert takes.put_back(done(one, TakeAct.PUT_BACK))
    assert not takes.put_back(done(one, TakeAct.PUT_BACK))
    assert takes.in_force() == {one.id, elsewhere.id}
    assert takes.withdraw(done(one, TakeAct.WITHDRAWN))
    assert not takes.withdraw(done(one, TakeAct.WITHDRAWN))
    assert not takes.put_back(done(one, TakeAct.PUT_BACK))
    assert takes.take_out(done(elsewhere, TakeAct.TAKEN_OUT))
    assert takes.in_force() == frozenset()
    assert [take.id for take in takes.approved()] == [two.id, elsewhere.id]
    assert seen == sorted(set(seen))
    assert takes.newest_act() > seen[-1]
