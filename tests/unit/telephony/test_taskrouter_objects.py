"""What TaskRouter is told: workers, queues and the workflow, and that they mean what our own router does."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.loader import load
from dialects.catalogue import load_catalogue
from elder_channel.agents.companies import MAX_COMPANIES, Company
from elder_channel.agents.matching import Match, Team
from elder_channel.agents.model import AgentDefinition
from elder_channel.agents.router import WaitingCall, widest_match
from elder_channel.agents.settings import RelaxationStep
from elder_channel.simulator.taskrouter.expressions import compiled
from elder_channel.simulator.taskrouter.workflows import Way, read_workflow
from elder_channel.telephony.taskrouter.errors import LimitExceededError
from elder_channel.telephony.taskrouter.generate import objects_of
from elder_channel.telephony.taskrouter.limits import check_limits, workflow_bytes
from elder_channel.telephony.taskrouter.names import COLLEAGUE, EVERYONE, agent_id, plain
from elder_channel.telephony.taskrouter.objects import Json, Objects, compact
from elder_channel.telephony.taskrouter.tasks import OURS, Told, task_of
from elder_channel.telephony.taskrouter.workers import worker_of
from elder_channel.telephony.taskrouter.workflow import step_seconds

CATALOGUE = load_catalogue()
SETTINGS = load(site=None, env={})
NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
LEAST = SETTINGS.routing.min_proficiency


@cache
def objects(agents: tuple[AgentDefinition, ...] | None = None) -> Objects:
    """The objects of the demonstration's settings, or of these agents."""
    agents = SETTINGS.agents if agents is None else agents
    return objects_of(
        agents,
        CATALOGUE,
        routing=SETTINGS.routing,
        desk=SETTINGS.desk,
        companies=SETTINGS.companies,
        settings=SETTINGS.taskrouter,
    )


@cache
def way() -> Way:
    """The demonstration's workflow as the carrier reads it."""
    made = objects()
    sids = {queue.name: queue.name for queue in made.queues}
    return read_workflow(json.dumps(made.workflow.with_sids(sids)), set(sids))


def team(agents: tuple[AgentDefinition, ...] = SETTINGS.agents) -> Team:
    """The agents as our own router knows them."""
    return Team(agents, branch_of=CATALOGUE.branch_of, group_of=CATALOGUE.group_of, min_proficiency=LEAST)


def waiting(dialect: str | None, *, language: str = "zh", elder: bool = False, waited: float = 0.0,
            **more: object) -> WaitingCall:  # fmt: skip
    """A call of this wish."""
    posterior = {dialect: 0.9} if dialect else {}
    values = {"abstained": dialect is None, "more_is_coming": False, **more}
    entered = NOW - timedelta(seconds=waited)
    return WaitingCall("CA1", entered, language, elder, posterior, **values)  # type: ignore[arg-type]


def attributes(
    call: WaitingCall,
    *,
    pool: str = EVERYONE,
    people: Team | None = None,
    present: frozenset[str] | None = None,
    told: Told | None = None,
) -> Json:
    """What the task of the call says."""
    people = people or team()
    everybody = frozenset(agent.id for agent in people.agents)
    return task_of(
        call,
        team=people,
        present=everybody if present is None else present,
        now=NOW,
        made_at=NOW,
        pool=pool,
        settings=SETTINGS.routing,
        catalogue=CATALOGUE,
        told=told,
    ).attributes


def test_the_demonstration_fits_with_room_to_spare() -> None:
    """Well under the limits, and the same twice."""
    made = objects()
    check_limits(made)
    assert workflow_bytes(made) < 600_000
    assert made == objects.__wrapped__()


def test_nine_companies_fit_too() -> None:
    """As many as one line has."""
    companies = [Company(id=f"company-{number}", zh="示例", en="Example") for number in range(MAX_COMPANIES)]
    made = objects_of(
        SETTINGS.agents,
        CATALOGUE,
        routing=SETTINGS.routing,
        desk=SETTINGS.desk,
        companies=companies,
        settings=SETTINGS.taskrouter,
    )
    check_limits(made)


def test_no_expression_and_no_name_of_a_worker_has_a_hyphen() -> None:
    """TaskRouter's expressions know none; every id comes back as it was."""
    made = objects()
    told = json.dumps(made.workflow.configuration) + "".join(queue.target_workers for queue in made.queues)
    assert "-" not in told
    assert [agent_id(worker.name) for worker in made.workers] == [agent.id for agent in SETTINGS.agents]
    assert "-" not in "".join(compact(worker.attributes) for worker in made.workers)


def test_a_worker_has_neither_name_nor_number() -> None:
    """Law 7: what the carrier need not know of an agent, it is not told."""
    told = "".join(compact(worker.attributes) for worker in objects().workers)
    for agent in SETTINGS.agents:
        assert agent.name not in told
        assert agent.contact not in told


def test_the_workflow_is_one_the_carrier_reads() -> None:
    """Every queue it names is there, every timeout a positive whole number, and no two filters take the same task."""
    read = way()
    for dialect in (*CATALOGUE.classes, None):
        for waited in (0.0, 8.0, 60.0):
            asked = attributes(waiting(dialect, waited=waited))
            assert sum(each.matches(asked) for each in read.filters) == 1


@pytest.mark.parametrize(
    ("steps", "from_step", "seconds"),
    [
        ((7.0, 2.0, 2.0, 1.0), 0, [7, 2, 2, 1]),
        ((7.0, 2.0, 2.0, 1.0), 2, [0, 0, 2, 1]),
        ((7.0, 2.0, 2.0, 1.0), 4, [0, 0, 0, 0]),
        ((1.5, 1.5, 1.5), 0, [2, 1, 2]),  # ends at 1.5, 3 and 4.5, half seconds up
        ((0.4, 0.4), 0, [0, 1]),
    ],
)
def test_steps_are_told_in_whole_seconds(steps: tuple[float, ...], from_step: int, seconds: list[int]) -> None:
    """The ends are rounded, so that no rounding adds up."""
    matches = [Match.EXACT, Match.BRANCH, Match.GROUP, Match.ELDER_TRAINED]
    asked = [RelaxationStep(match=match, seconds=length) for match, length in zip(matches, steps, strict=False)]
    assert step_seconds(asked, from_step) == seconds


AGENTS = st.builds(
    AgentDefinition,
    id=st.from_regex(r"[a-z][a-z-]{0,8}", fullmatch=True),
    name=st.just("示例"),
    contact=st.just("client:a"),
    dialects=st.dictionaries(st.sampled_from(CATALOGUE.classes), st.integers(1, 5), max_size=4),
    languages=st.dictionaries(st.sampled_from(["zh", "en"]), st.integers(1, 5), max_size=2),
    elder_trained=st.booleans(),
    interpreter=st.booleans(),
)


@given(agent=AGENTS, dialect=st.sampled_from(CATALOGUE.classes), elder=st.booleans())
def test_law_4_every_step_takes_whom_our_own_router_takes(agent: AgentDefinition, dialect: str, elder: bool) -> None:
    """For any agent and any dialect: the expressions of each step, and the queue's, agree with our matching."""
    fit = team((agent,)).fits(language="zh", dialect=dialect, elder=elder)[agent.id]
    worker = worker_of(agent, CATALOGUE, min_proficiency=LEAST, companies=()).attributes
    asked = attributes(waiting(dialect, elder=elder), people=team((agent,)))
    found = way().after(-1, asked | {"from_step": 0})
    assert found
    timed = [target for target in found[1] if target.seconds]
    queues = {queue.name: compiled(queue.target_workers) for queue in objects().queues}
    for step, target in zip(SETTINGS.routing.steps, timed, strict=True):
        assert target.expression
        taken = queues[target.queue_sid](worker) and target.expression({"task": asked, "worker": worker})
        assert taken is (fit.rank <= step.match.rank)


@given(
    present=st.frozensets(st.sampled_from([agent.id for agent in SETTINGS.agents])),
    dialect=st.sampled_from(CATALOGUE.classes),
    elder=st.booleans(),
    seconds=st.integers(0, 20),
)
def test_law_4_the_wish_widens_when_our_own_router_widens_it(
    present: frozenset[str], dialect: str, elder: bool, seconds: int
) -> None:
    """Whoever is at work, the targets' times end when our steps end: a step nobody can meet takes none."""
    people = team()
    possible = people.possible(present, language="zh", dialect=dialect, elder=elder)
    ours = widest_match(seconds, possible, SETTINGS.routing)
    asked = attributes(waiting(dialect, elder=elder), people=people, present=present)
    found = way().after(-1, asked)
    assert found
    ends, theirs = 0.0, Match.ANY
    timed = [target for target in found[1] if target.seconds]
    steps = SETTINGS.routing.steps[int(asked["from_step"]) :]
    for step, target in zip(steps, timed, strict=True):
        ends += target.seconds or 0.0
        if seconds < ends:
            theirs = step.match
            break
    assert theirs is ours


@pytest.mark.parametrize(
    ("call", "wish"),
    [
        (waiting("minnan"), "dialect"),
        (waiting(None), "none"),
        (waiting(None, more_is_coming=True), "hold"),
        (waiting(None, more_is_coming=True, waited=5), "none"),
        (waiting("minnan", urgent=True), "none"),
        (waiting(None, language="en"), "language"),
        (waiting(None, language="und"), "interpreter"),
    ],
    ids=["dialect", "nothing known", "awaited", "awaited long enough", "urgent", "english", "neither"],
)
def test_what_a_call_wishes(call: WaitingCall, wish: str) -> None:
    """Law 2: the hold ends by itself; who needs help at once wishes for nobody in particular."""
    assert attributes(call)["wish"] == wish


def test_a_task_counts_as_waiting_since_before_for_an_elder() -> None:
    """The head start ages: it is a moment, not a priority, so nobody starves. Only help at once has a priority."""

    def task(**more: object) -> tuple[int, float]:
        made = task_of(
            waiting("minnan", waited=10, **more),  # type: ignore[arg-type]
            team=team(), present=frozenset(), now=NOW, made_at=NOW, pool=EVERYONE, settings=SETTINGS.routing,
            catalogue=CATALOGUE,
        )  # fmt: skip
        return made.priority, (NOW - made.virtual_start_at).total_seconds()

    assert task() == (1, 10)
    assert task(elder=True) == (1, 70)
    assert task(urgent=True) == (2, 610)
    assert task(behind_seconds=60.0) == (0, 10)  # behind by its priority, for a moment to come is refused
    assert task(behind_seconds=5.0) == (1, 5)


def test_words_are_cut_to_what_a_task_takes() -> None:
    """4,096 characters with the carrier's own; the routing's part is never cut."""
    long = "听" * 5000
    asked = attributes(waiting("minnan"), told=Told(need="report_claim", words=long))
    assert len(compact(asked)) <= 4096
    assert asked[OURS]["need"] == "report_claim"
    assert asked[OURS]["words"]


def test_a_call_for_one_colleague_is_kept_for_that_worker() -> None:
    """By the worker's name, for the time of the setting; then for anybody."""
    call = waiting("minnan", only_agents=frozenset({"lin-xiulan"}), wish_from=NOW)
    asked = attributes(call, pool=COLLEAGUE)
    found = way().after(-1, asked)
    assert asked["colleague"] == plain("lin-xiulan")
    assert found
    first, *rest = found[1]
    assert first.known_worker == ("friendly_name", "colleague")
    assert first.seconds == SETTINGS.routing.transfer_hold_seconds
    assert rest[-1].expression is None


def test_too_much_is_refused_by_name() -> None:
    """An agent with more skills than a worker takes, and a name too long."""
    many = dict.fromkeys(CATALOGUE.classes, 5)
    agent = AgentDefinition(id="a", name="示例", contact="client:a", dialects=many, companies=("x" * 24,) * 200)
    with pytest.raises(LimitExceededError, match="the attributes of a have"):
        check_limits(objects.__wrapped__((agent,)))
