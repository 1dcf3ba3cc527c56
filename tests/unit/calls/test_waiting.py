"""What who waits is told: rounded up, not too early, no pressure on elders, and a yes that is one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elder_channel.calls.settings import WaitingSettings
from elder_channel.calls.waiting import accepts_callback, estimates_due, offers_due, told_as, wait_seconds

SETTINGS = WaitingSettings()


@pytest.mark.parametrize(
    ("seconds", "message"),
    [(0, "wait_one"), (60, "wait_one"), (61, "wait_two"), (200, "wait_five"), (301, "wait_ten"), (601, "wait_longer")],
)
def test_a_wait_is_rounded_up(seconds: float, message: str) -> None:
    """The line may be quicker than its word."""
    assert told_as(seconds) == message


@given(st.integers(1, 500), st.integers(1, 500), st.floats(10, 3600))
def test_who_comes_later_is_not_told_less(position: int, agents: int, handling: float) -> None:
    """More in front, longer; more agents, shorter."""
    here = wait_seconds(position=position, agents=agents, handling_seconds=handling)
    behind = wait_seconds(position=position + 1, agents=agents, handling_seconds=handling)
    helped = wait_seconds(position=position, agents=agents + 1, handling_seconds=handling)
    assert helped < here < behind  # type: ignore[operator]


def test_with_nobody_at_work_nothing_is_promised() -> None:
    """No division, and no number."""
    assert wait_seconds(position=3, agents=0, handling_seconds=240) is None


@pytest.mark.parametrize(
    ("waited", "elder", "told", "offered"),
    [
        pytest.param(44.9, False, 0, 0, id="too early"),
        pytest.param(45, False, 1, 0, id="told after a while"),
        pytest.param(60, True, 0, 0, id="elders are not pressed"),
        pytest.param(90, False, 1, 1, id="offered after a long wait"),
        pytest.param(90, True, 0, 1, id="elders too"),
        pytest.param(104.9, False, 1, 1, id="not all the time"),
        pytest.param(105, False, 2, 1, id="told again after a minute"),
        pytest.param(500, False, 8, 7, id="and again"),
    ],
)
def test_what_is_due_by_the_wait_itself(waited: float, elder: bool, told: int, offered: int) -> None:
    """Rounds are as long as what is said in them: what is due goes by the seconds the caller has waited."""
    assert estimates_due(waited, elder=elder, settings=SETTINGS) == told
    assert offers_due(waited, elder=elder, settings=SETTINGS) == offered


@pytest.mark.parametrize(
    ("digits", "speech", "yes"),
    [
        ("1", "", True),
        ("0", "", False),
        ("9", "", False),
        ("", "回电", True),
        ("", "好的,你打回来吧,就是回电话", True),
        ("", "给我打过来", True),
        ("", "Call me back please", True),
        ("", "不要回电", False),
        ("", "别打回来", False),
        ("", "please don't call me back", False),
        ("", "我要报案", False),
        ("", "", False),
    ],
)
def test_only_a_yes_is_a_yes(digits: str, speech: str, yes: bool) -> None:
    """In doubt the caller keeps waiting: 0 is still a person."""
    assert accepts_callback(digits=digits, speech=speech) is yes
