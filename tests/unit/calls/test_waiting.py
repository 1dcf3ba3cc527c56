"""What who waits is told: rounded up, not too early, the offer in time, and a yes that is one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elder_channel.calls.settings import WaitingSettings
from elder_channel.calls.waiting import (
    accepts_callback,
    estimates_due,
    offers_due,
    quiet_seconds,
    told_as,
    wait_seconds,
)

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
        pytest.param(14.9, False, 0, 0, id="too early"),
        pytest.param(15, False, 0, 1, id="offered in time for the second sentence"),
        pytest.param(15, True, 0, 1, id="elders too"),
        pytest.param(30, False, 1, 1, id="told after a while"),
        pytest.param(30, True, 1, 1, id="elders as well"),
        pytest.param(74.9, False, 1, 1, id="not all the time"),
        pytest.param(75, False, 1, 2, id="offered again after a minute"),
        pytest.param(500, True, 8, 9, id="and again"),
    ],
)
def test_what_is_due_by_the_wait_itself(waited: float, elder: bool, told: int, offered: int) -> None:
    """Rounds are as long as what is said in them: what is due goes by the seconds the caller has waited."""
    assert estimates_due(waited, elder=elder, settings=SETTINGS) == told
    assert offers_due(waited, elder=elder, settings=SETTINGS) == offered


def test_a_site_may_leave_its_elders_alone() -> None:
    """Neither told nor offered; everybody else is."""
    quiet = WaitingSettings(tell_elders=False, offer_callback_to_elders=False)
    assert (estimates_due(500, elder=True, settings=quiet), offers_due(500, elder=True, settings=quiet)) == (0, 0)
    assert (estimates_due(500, elder=False, settings=quiet), offers_due(500, elder=False, settings=quiet)) == (8, 9)


@pytest.mark.parametrize(
    ("usual", "waited", "said", "quiet"),
    [
        pytest.param(10, 0.3, 8.0, 10, id="one language leaves time to speak"),
        pytest.param(10, 0.3, 14.0, 10, id="and so do two"),
        pytest.param(9, 24.0, 0.0, 4, id="not after two languages and the notice"),
        pytest.param(10, 17.0, 6.5, 4, id="a key was answered in the meantime"),
        pytest.param(10, 20.0, 8.0, 3, id="never no pause at all"),
        pytest.param(10, 30.0, 5.0, 10, id="later there is time"),
    ],
)
def test_the_pause_is_shorter_where_the_offer_would_come_late(
    usual: int, waited: float, said: float, quiet: int
) -> None:
    """The next sentence begins within thirty seconds of entering, and the way to us and back is reckoned with."""
    assert quiet_seconds(usual, waited_seconds=waited, said_seconds=said, elder=False, settings=SETTINGS) == quiet


@given(st.floats(0, 60), st.floats(0, 30), st.integers(3, 10))
def test_no_pause_makes_an_offer_late_that_could_be_in_time(waited: float, said: float, usual: int) -> None:
    """What is over at 25 s is followed in time; no pause is longer than usual or shorter than three seconds."""
    quiet = quiet_seconds(usual, waited_seconds=waited, said_seconds=said, elder=True, settings=SETTINGS)
    assert 3 <= quiet <= usual
    if waited < 30 and waited + said <= 25:
        assert waited + said + quiet <= 28


@pytest.mark.parametrize(
    ("settings", "elder"),
    [
        (WaitingSettings(offer_callback_after_seconds=90), False),
        (WaitingSettings(offer_callback_to_elders=False), True),
    ],
    ids=["a site that offers later", "elders who are not offered it"],
)
def test_where_no_offer_comes_the_pause_is_the_usual_one(settings: WaitingSettings, elder: bool) -> None:
    """Nothing is hurried for nothing."""
    assert quiet_seconds(10, waited_seconds=24, said_seconds=5, elder=elder, settings=settings) == 10


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
        ("", "下午给我打过来吧", True),
        ("", "昨天你们给我打电话了", False),
        ("", "刚才有人给我回电", False),
        ("", "你们给我打过电话", False),
        ("", "我那个保险到期的事情,你们要给我回个电话讲清楚怎么办手续", False),
        ("", "You said you would call me back", False),
        ("", "", False),
    ],
)
def test_only_a_yes_is_a_yes(digits: str, speech: str, yes: bool) -> None:
    """In doubt the caller keeps waiting: 0 is still a person."""
    assert accepts_callback(digits=digits, speech=speech) is yes
