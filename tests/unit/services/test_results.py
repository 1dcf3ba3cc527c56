"""Results that stay: each for its owner alone, worked out aside, and said to be broken off where they were."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from elder_channel.services.accounts import Account, Role
from elder_channel.services.errors import ResultRefusedError, StaffingRefusedError
from elder_channel.services.results import Progress, Result, Results, ResultState
from elder_channel.services.staffing import NEEDS_TEXT, PEAK_TEXT, StaffingDesk
from tests.fakes.line import LineInMemory
from tests.fakes.people import People
from tests.unit.services.test_staffing_desk import small_day

BOSS, OTHER = Account("lin.fang", Role.SUPERVISOR), Account("li.na", Role.SUPERVISOR)
PEOPLE = People(BOSS, OTHER)


def now(work: Callable[[], None]) -> None:
    """Do it at once."""
    work()


def found(results: Results, by: Account = BOSS) -> Result:
    """The person's last."""
    result = results.find("peak", by=by)
    assert result
    return result


def test_a_result_is_its_owners_alone_and_outlives_the_process(at: LineInMemory) -> None:
    """With what was asked and when; after the days of drafts it is gone."""
    Results(at.line, PEOPLE).keep("peak", {"times": 1.5}, "见下", by=BOSS)
    anew = Results(at.line, PEOPLE)
    result = found(anew)
    assert (result.state, result.asked, result.told, result.at) == (
        ResultState.DONE,
        {"times": 1.5},
        "见下",
        at.clock(),
    )
    assert anew.find("peak", by=OTHER) is None
    at.clock.forward(timedelta(days=at.line.settings.privacy.keep_drafts_days).total_seconds())
    assert anew.find("peak", by=BOSS) is None


def test_work_goes_on_aside_and_tells_how_far_it_is(at: LineInMemory) -> None:
    """Another of the kind is refused meanwhile, whoever else may begin one."""
    halfway, go_on, done = (threading.Event() for _ in range(3))

    def work(progress: Progress) -> str:
        progress(0.5)
        halfway.set()
        assert go_on.wait(20)
        return "42"

    def aside(work: Callable[[], None]) -> None:
        def whole() -> None:
            work()
            done.set()

        threading.Thread(target=whole).start()

    results = Results(at.line, PEOPLE, start=aside)
    results.begin("peak", {}, work, by=BOSS)
    assert halfway.wait(20)
    assert (found(results).state, found(results).progress) == (ResultState.RUNNING, 0.5)
    with pytest.raises(ResultRefusedError) as refused:
        results.begin("peak", {}, work, by=BOSS)
    assert refused.value.code == "result_running"
    go_on.set()
    assert done.wait(20)
    assert (found(results).state, found(results).told) == (ResultState.DONE, "42")


@pytest.mark.parametrize(
    ("error", "code"), [(StaffingRefusedError("staffing_too_long", ""), "staffing_too_long"), (OSError(), "failed")]
)
def test_what_goes_wrong_is_kept_with_its_code(at: LineInMemory, error: Exception, code: str) -> None:
    """And the next try is free; what stood there before is no result of this one."""
    results = Results(at.line, PEOPLE, start=now)
    results.keep("peak", {}, "old", by=BOSS)

    def work(_: Progress) -> str:
        raise error

    results.begin("peak", {}, work, by=BOSS)
    assert (found(results).state, found(results).code, found(results).told) == (ResultState.FAILED, code, "")
    results.begin("peak", {}, lambda _: "new", by=BOSS)
    assert (found(results).state, found(results).code, found(results).told) == (ResultState.DONE, "", "new")


def test_work_that_a_restart_broke_off_says_so(at: LineInMemory) -> None:
    """The new process knows of the asking, and may begin again."""
    Results(at.line, PEOPLE, start=lambda _: None).begin("peak", {"of": "x"}, lambda _: "", by=BOSS)
    anew = Results(at.line, PEOPLE, start=now)
    assert (found(anew).state, found(anew).asked) == (ResultState.BROKEN_OFF, {"of": "x"})
    anew.begin("peak", {}, lambda _: "done", by=BOSS)
    assert found(anew).state is ResultState.DONE


def test_too_long_a_result_is_refused(at: LineInMemory) -> None:
    """At once, and where it was worked out aside."""
    results = Results(at.line, PEOPLE, start=now)
    with pytest.raises(ResultRefusedError):
        results.keep("peak", {}, "x" * 300_001, by=BOSS)
    results.begin("peak", {}, lambda _: "x" * 300_001, by=BOSS)
    assert found(results).code == "result_too_long"


def test_what_the_calculator_works_out_comes_back_as_it_was(at: LineInMemory) -> None:
    """Written down and read."""
    desk = StaffingDesk(at.line, PEOPLE, hours=0.1)
    needs = desk.needs(small_day(), by=BOSS)
    played = desk.play(needs, by=BOSS).figures
    assert NEEDS_TEXT.validate_json(NEEDS_TEXT.dump_json(needs)) == needs
    assert PEAK_TEXT.validate_json(PEAK_TEXT.dump_json(played)) == played
