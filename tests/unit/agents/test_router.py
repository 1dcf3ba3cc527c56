"""Who takes a call."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from elder_channel.agents.matching import Match, Team
from elder_channel.agents.model import AgentDefinition
from elder_channel.agents.router import FreeAgent, WaitingCall, choose, in_order
from elder_channel.agents.settings import RelaxationStep, RoutingSettings

START = datetime(2026, 11, 22, 8, tzinfo=UTC)
SETTINGS = RoutingSettings()
GROUPS = {
    "fuzhou": "min",
    "minnan": "min",
    "chaoshan": "min",
    "guangzhou": "yue",
    "shanghai": "wu",
    "putonghua": "mandarin",
}
BRANCHES = {**{id_: id_ for id_ in GROUPS}, "minnan": "southern", "chaoshan": "southern"}


def agent(
    id_: str,
    idle_seconds: float = 60,
    languages: dict[str, int] | None = None,
    about: dict[str, Any] | None = None,
    **dialects: int,
) -> FreeAgent:
    """A free agent with these dialects."""
    definition = AgentDefinition(
        id=id_, name=id_, contact="client:" + id_, dialects=dialects, languages=languages or {"zh": 5}, **(about or {})
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
    everyone = [free.definition for free in [*agents, *(busy or [])]]
    choice = choose(
        call,
        agents,
        team=Team(everyone, branch_of=BRANCHES.__getitem__, group_of=GROUPS.__getitem__, min_proficiency=3),
        present={definition.id for definition in everyone},
        now=START + timedelta(seconds=after),
        settings=SETTINGS,
    )
    return (choice.agent_id, choice.matched) if choice else None


FUZHOU, MINNAN, PLAIN = agent("fu", fuzhou=5), agent("min", minnan=5), agent("plain")


def test_the_agent_who_speaks_the_dialect_takes_the_call() -> None:
    """An exact match goes before a neighbour and before anyone."""
    assert pick(waiting(), [PLAIN, MINNAN, FUZHOU]) == ("fu", "exact")


@pytest.mark.parametrize(
    ("after", "expected"),
    [(0, None), (8.9, None), (9, ("min", "group")), (11.9, ("min", "group")), (12, ("min", "group"))],
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
    assert [call.sid for call in in_order([late, early, late_elder], settings=SETTINGS)] == ["elder", "early", "late"]


def test_a_near_dialect_is_asked_before_the_rest_of_the_group() -> None:
    """For a caller from Chaozhou an agent from Xiamen is nearer than one from Fuzhou, and asked two seconds sooner."""
    call = waiting({"chaoshan": 0.9, "putonghua": 0.1})
    busy = [agent("chao", chaoshan=5)]
    assert pick(call, [FUZHOU, MINNAN], 6.9, busy) is None
    assert pick(call, [FUZHOU, MINNAN], 7, busy) == ("min", "group")
    assert pick(call, [FUZHOU], 8.9, busy) is None
    assert pick(call, [FUZHOU], 9, busy) == ("fu", "group")


def test_a_step_nobody_can_meet_takes_no_time() -> None:
    """With only the group at work, and busy, its own seconds are waited for, not those of an exact match."""
    assert pick(waiting(), [PLAIN], 1.9, busy=[MINNAN]) is None
    assert pick(waiting(), [PLAIN], 3, busy=[MINNAN]) == ("plain", "any")


def test_old_callers_get_who_is_trained_for_them_before_just_anyone() -> None:
    """Before the last widening somebody trained for elders is asked, and among the free always first."""
    trained = agent("kind", about={"elder_trained": True})
    assert pick(waiting(elder=True), [PLAIN, trained]) == ("kind", "any")
    assert pick(waiting(elder=True), [PLAIN], 11.5, busy=[FUZHOU, trained]) is None
    assert pick(waiting(), [PLAIN, trained], 12, busy=[FUZHOU]) in (("plain", "any"), ("kind", "any"))


def test_an_elder_of_unknown_dialect_does_not_wait_for_the_trained() -> None:
    """Training is a preference among the free, nothing to keep an old caller waiting for."""
    unknown = waiting(elder=True, posterior={"putonghua": 0.3, "fuzhou": 0.3}, abstained=True)
    assert pick(unknown, [PLAIN], 0, busy=[agent("kind", about={"elder_trained": True})]) == ("plain", "any")


def test_neither_chinese_nor_english_asks_for_an_interpreter_first() -> None:
    """A language nobody could name goes to who can reach an interpreter, then to anyone."""
    call = waiting(language="und", posterior={}, abstained=True)
    interpreter = agent("bridge", about={"interpreter": True})
    assert pick(call, [PLAIN, interpreter]) == ("bridge", "exact")
    assert pick(call, [PLAIN], 12, busy=[interpreter]) == ("plain", "any")


def test_the_nearer_site_decides_among_equals_only() -> None:
    """A colleague of the caller's province goes first among equal matches; a better match elsewhere goes before."""
    home = agent("home", 5, about={"site": "fuzhou"}, fuzhou=5)
    away = agent("away", 500, about={"site": "chengdu"}, fuzhou=5)
    call = waiting(sites={"fuzhou": 0, "chengdu": 1})
    assert pick(call, [away, home]) == ("home", "exact")
    assert pick(call, [away, agent("local", about={"site": "fuzhou"})]) == ("away", "exact")


def test_a_diverted_call_stays_with_its_sites_while_anybody_there_is_at_work() -> None:
    """Disaster mode sends a province to named sites, and to anyone when nobody sits there (law 1)."""
    there, elsewhere = agent("there", about={"site": "chengdu"}), agent("elsewhere", fuzhou=5)
    call = waiting(only_sites=frozenset({"chengdu"}))
    assert pick(call, [elsewhere, there], 12) == ("there", "any")
    assert pick(call, [elsewhere], 60, busy=[there]) is None
    assert pick(call, [elsewhere]) == ("elsewhere", "exact")


def test_urgent_calls_go_first_and_are_not_held() -> None:
    """Who calls for help is ahead of everybody, and no surer dialect is waited for."""
    urgent = waiting({"fuzhou": 0.5, "putonghua": 0.5}, sid="help", urgent=True, more_is_coming=True)
    elder = waiting(sid="elder", elder=True, entered_at=START - timedelta(seconds=60))
    assert in_order([elder, urgent], settings=SETTINGS)[0] is urgent
    assert pick(urgent, [FUZHOU]) == ("fu", "exact")


def test_nobody_starves_behind_elders() -> None:
    """The head start of elders is a minute: who has waited longer than that is served before those who just came."""
    patient = waiting(sid="patient", entered_at=START - timedelta(seconds=61))
    elders = [waiting(sid=f"elder{i}", elder=True, entered_at=START + timedelta(seconds=i)) for i in range(3)]
    assert in_order([*elders, patient], settings=SETTINGS)[0] is patient


@pytest.mark.parametrize(
    ("matches", "complaint"),
    [
        pytest.param((Match.GROUP, Match.EXACT), "exact cannot come after group", id="out of order"),
        pytest.param((Match.EXACT, Match.EXACT), "exact cannot come after exact", id="twice"),
        pytest.param((Match.EXACT, Match.ANY), "must not name any", id="any"),
    ],
)
def test_steps_that_do_not_widen_are_refused(matches: tuple[Match, ...], complaint: str) -> None:
    """A later step asks less than the one before."""
    with pytest.raises(ValueError, match=complaint):
        RoutingSettings(steps=tuple(RelaxationStep(match=match, seconds=1) for match in matches))


def test_law_1_who_needs_help_at_once_waits_for_no_match() -> None:
    """The best of the free agents, though a better one at work is busy; others wait their few seconds."""
    assert pick(waiting(urgent=True), [PLAIN], busy=[FUZHOU]) == ("plain", "any")
    assert pick(waiting(urgent=True), [PLAIN, FUZHOU]) == ("fu", "exact")
    assert pick(waiting(), [PLAIN], busy=[FUZHOU]) is None


def test_who_speaks_neither_chinese_nor_english_gets_an_interpreter_first_and_then_anyone() -> None:
    """An interpreter where one is free; nobody waits for ever for one who is busy."""
    interpreter = agent("in", about={"interpreter": True}, idle_seconds=1)
    call = waiting(language="und", abstained=True)
    assert pick(call, [PLAIN, FUZHOU, interpreter]) == ("in", "exact")
    assert pick(call, [PLAIN], after=60, busy=[interpreter]) == ("plain", "any")
