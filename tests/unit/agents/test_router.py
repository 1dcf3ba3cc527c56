"""Who takes a call."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from elder_channel.agents.model import AgentDefinition
from elder_channel.agents.router import FreeAgent, WaitingCall, choose, in_order
from elder_channel.agents.settings import RoutingSettings

START = datetime(2026, 11, 22, 8, tzinfo=UTC)
SETTINGS = RoutingSettings()
GROUPS = {"fuzhou": "min", "minnan": "min", "guangzhou": "yue", "shanghai": "wu", "putonghua": "putonghua"}


def agent(id_: str, idle_seconds: float = 60, languages: dict[str, int] | None = None, **dialects: int) -> FreeAgent:
    """A free agent with these dialects."""
    definition = AgentDefinition(
        id=id_, name=id_, contact="client:" + id_, dialects=dialects, languages=languages or {"zh": 5}
    )
    return FreeAgent(definition, START - timedelta(seconds=idle_seconds))


def waiting(posterior: dict[str, float] | None = None, **changes: Any) -> WaitingCall:
    """A caller whose dialect is known for sure unless said otherwise."""
    values: dict[str, Any] = {
        "sid": "CA1",
        "entered_at": START,
        "language": "zh",
        "elder": False,
        "posterior": posterior or {"fuzhou": 0.9, "putonghua": 0.1},
        "abstained": False,
        "more_is_coming": False,
    }
    return WaitingCall(**{**values, **changes})


def pick(call: WaitingCall, agents: list[FreeAgent], after: float = 0, busy: list[FreeAgent] | None = None) -> Any:
    """(agent, match) after so many seconds of waiting, or None."""
    choice = choose(
        call,
        agents,
        present=[free.definition for free in [*agents, *(busy or [])]],
        now=START + timedelta(seconds=after),
        group_of=lambda id_: GROUPS[id_],
        settings=SETTINGS,
    )
    return (choice.agent_id, choice.matched) if choice else None


FUZHOU, MINNAN, PLAIN = agent("fu", fuzhou=5), agent("min", minnan=5), agent("plain")


def test_the_agent_who_speaks_the_dialect_takes_the_call() -> None:
    """An exact match goes before a neighbour and before anyone."""
    assert pick(waiting(), [PLAIN, MINNAN, FUZHOU]) == ("fu", "exact")


@pytest.mark.parametrize(
    ("after", "expected"),
    [(0, None), (7.9, None), (8, ("min", "group")), (11.9, ("min", "group")), (12, ("min", "group"))],
)
def test_law_4_the_wish_widens_in_timed_steps(after: float, expected: tuple[str, str] | None) -> None:
    """While the only speaker is busy a call waits a few seconds, then takes the group."""
    assert pick(waiting(), [PLAIN, MINNAN], after, busy=[FUZHOU]) == expected


def test_law_4_in_the_end_anyone_takes_the_call() -> None:
    """After the last step the dialect no longer keeps anybody waiting."""
    assert pick(waiting(), [PLAIN], 11.9, busy=[FUZHOU]) is None
    assert pick(waiting(), [PLAIN], 12, busy=[FUZHOU]) == ("plain", "any")


def test_nobody_waits_for_a_match_that_nobody_at_work_can_give() -> None:
    """With no speaker of the dialect or its group present, the first free person takes the call at once."""
    assert pick(waiting(), [PLAIN]) == ("plain", "any")
    assert pick(waiting(), [PLAIN, MINNAN]) == ("min", "group")


def test_an_abstention_asks_for_nobody_in_particular() -> None:
    """What is not known is not waited for; the posterior still orders who is free."""
    call = waiting({"fuzhou": 0.3, "putonghua": 0.3, "guangzhou": 0.4}, abstained=True)
    assert pick(call, [PLAIN, agent("yue", guangzhou=5)]) == ("yue", "any")


@pytest.mark.parametrize(
    ("posterior", "more_is_coming", "after", "held"),
    [
        pytest.param({"fuzhou": 0.5, "putonghua": 0.5}, True, 3.9, True, id="unsure, more is coming"),
        pytest.param({"fuzhou": 0.5, "putonghua": 0.5}, True, 4.0, False, id="the hold is over"),
        pytest.param({"fuzhou": 0.5, "putonghua": 0.5}, False, 0.0, False, id="nothing more will come"),
        pytest.param({"fuzhou": 0.7, "putonghua": 0.3}, True, 0.0, False, id="sure already"),
    ],
)
def test_law_2_the_choice_is_held_for_a_bounded_time(
    posterior: dict[str, float], more_is_coming: bool, after: float, held: bool
) -> None:
    """Choosing whom may wait a little for a surer dialect, and never longer than configured."""
    call = waiting(posterior, more_is_coming=more_is_coming)
    assert (pick(call, [FUZHOU, PLAIN], after) is None) is held


def test_law_2_no_setting_holds_longer_than_five_seconds() -> None:
    """The bound itself cannot be configured away."""
    with pytest.raises(ValueError, match="less than or equal to 5"):
        RoutingSettings(identify_hold_seconds=6)


def test_nearly_equal_agents_take_turns_by_idle_time() -> None:
    """Among equals the one who has been idle longest takes the call."""
    agents = [agent("a", 10, fuzhou=5), agent("b", 90, fuzhou=5), agent("c", 500, fuzhou=3)]
    assert pick(waiting(), agents) == ("b", "exact")


def test_an_english_caller_gets_an_english_speaker_then_anyone() -> None:
    """English is matched by the agent's languages, and widens like a dialect."""
    english = agent("en", languages={"zh": 5, "en": 4})
    call = waiting(language="en", posterior={}, abstained=True)
    assert pick(call, [PLAIN, english]) == ("en", "exact")
    assert pick(call, [PLAIN], 11, busy=[english]) is None
    assert pick(call, [PLAIN], 12, busy=[english]) == ("plain", "any")


def test_who_did_not_answer_is_not_rung_again_while_others_are_free() -> None:
    """An agent already tried for this call comes last."""
    call = waiting(agents_tried=("fu",))
    assert pick(call, [FUZHOU, agent("fu2", fuzhou=3)]) == ("fu2", "exact")
    assert pick(call, [FUZHOU]) == ("fu", "exact")


def test_elders_are_served_first_then_who_waits_longest() -> None:
    """Order of the queue."""
    early = waiting(sid="early")
    late_elder = waiting(sid="elder", elder=True, entered_at=START + timedelta(seconds=5))
    late = waiting(sid="late", entered_at=START + timedelta(seconds=9))
    assert [call.sid for call in in_order([late, early, late_elder])] == ["elder", "early", "late"]
