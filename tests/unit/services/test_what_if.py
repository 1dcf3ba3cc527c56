"""What if a number called: the line's own decision, told with its reasons, with nothing kept and nobody rung."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from elder_channel.agents.model import Presence
from elder_channel.agents.standing import Way
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.customers.model import Customer, ElderWhy
from elder_channel.services.accounts import Account
from elder_channel.services.accounts_file import Role
from elder_channel.services.errors import NotAllowedError, WhatIfRefusedError
from elder_channel.services.knowing import Knowing
from elder_channel.services.line import LineService
from elder_channel.services.routing import RoutingService
from elder_channel.services.sites import SiteSwitches
from elder_channel.services.what_if import WhatIf
from elder_channel.services.what_if_model import Decision, Ending, Listed, Question
from tests.fakes.line import LineInMemory, open_test_line
from tests.fakes.people import People
from tests.fakes.sites import AGENTS, write_sites

BOSS = Account("lin.fang", Role.SUPERVISOR)
HOTLINE, ELDERS_LINE = "+862100000060", "+862100000061"
ELDER, STRANGER = "+8659100000101", "+8659100000155"
DAY = datetime(2026, 11, 23, 10, tzinfo=HOTLINE_ZONE)
NIGHT = datetime(2026, 11, 23, 2, tzinfo=HOTLINE_ZONE)


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A line of three sites, of which Fuzhou's is closed at night, with one known elder."""
    write_sites(tmp_path / "site")
    opened = open_test_line(tmp_path)
    opened.line.customers.load([Customer(93, "林示例", (ELDER,), born_on=date(1941, 11, 2), dialect="fuzhou")])
    yield opened
    opened.line.databases.dispose()


def ask(
    at: LineInMemory, /, *, by: Account = BOSS, number: str = STRANGER, called: str = HOTLINE, **more: object
) -> Decision:
    """The decision on a call on Monday at ten."""
    question = Question(number, called, **{"at": DAY, **more})  # type: ignore[arg-type]
    return WhatIf(at.line, People(by)).decide(question, by=by)


def everything(at: LineInMemory) -> dict[str, list[object]]:
    """Every row of the books, and every file of the state folder."""
    rows: dict[str, list[object]] = {}
    for engine in (at.line.databases.calls, at.line.databases.greetings):
        tables = sa.inspect(engine).get_table_names()
        with engine.begin() as connection:
            for table in tables:
                found = connection.execute(sa.text(f"SELECT * FROM {table}")).all()
                rows[f"{engine.url.database}/{table}"] = [tuple(row) for row in found]
    rows["files"] = sorted(str(path) for path in at.line.state.rglob("*") if not path.name.endswith(("-shm", "-wal")))
    return rows


def test_a_known_elder_goes_to_who_speaks_the_dialect_and_every_reason_is_told(at: LineInMemory) -> None:
    """Who it is (masked) and why an elder, no prompt, the dialect with its evidence, the site, the agent."""
    told = ask(at, number=ELDER, words="我要报案")
    assert (told.ending, told.call.entry, told.call.agent_name) == (Ending.GIVEN, "known_elder", "福")
    assert (told.who.listed, told.who.names, told.who.why_elder) == (Listed.CUSTOMER, ("林**",), ElderWhy.OF_AGE)
    assert told.call.posterior[0][0] == "fuzhou"
    assert {"number", "customer"} <= {source for source, _, _ in told.call.evidence}
    assert told.asked is not None
    assert (told.asked.dialect, told.asked.province, told.asked.way) == ("福州话", "福建", Way.OWN)
    assert told.asked.first_sites == ("福州中心",)
    assert (told.candidates[0].name, told.candidates[0].chosen) == ("福", True)
    assert told.candidates[0].speaks == ("福州话 5",)
    assert told.heard[0].message_id == "invitation"
    assert told.call.handover is None


def test_what_is_tried_leaves_the_books_as_they_were_and_rings_nobody(at: LineInMemory) -> None:
    """Not a row, not a file, not a request to the carrier; not even where the caller says that they hear badly."""
    before = everything(at)
    ask(at, number=ELDER, words="我听不清，请大声点，我要报案")
    ask(at, number=STRANGER, key="8")
    ask(at, number="", words="I want to speak English", at=None)
    assert everything(at) == before
    assert (at.carrier.redirects, at.carrier.placed, at.carrier.documents) == ([], [], [])


@pytest.mark.parametrize("words", ["我要报案", ""])
def test_the_answer_is_what_a_real_call_would_get(at: LineInMemory, words: str) -> None:
    """The same number and words on the line itself: same entry, same probabilities, same agent."""
    told = ask(at, number=ELDER, words=words, at=at.line.clock())
    calls = LineService(at.line)
    calls.arrive("CA1", ELDER, HOTLINE)
    if words:
        Knowing(at.line).heard("CA1", text=words, recognizer="typed", language_posterior={}, final=True)
    at.clock.forward(told.after_seconds + 4)
    RoutingService(at.line, calls).tick()
    real = at.line.calls.get("CA1")
    assert real is not None
    assert real.identification is not None
    assert (told.call.entry, told.call.agent_id) == (real.entry, real.agent_id)
    assert [p for _, _, p in told.call.posterior] == pytest.approx([p for _, p in real.identification.best()])


def test_a_stranger_hears_a_prompt_and_speaking_ends_it(at: LineInMemory) -> None:
    """The words are understood as on the line; without a word two prompts are heard before the queue."""
    spoken = ask(at, words="我要报案")
    assert spoken.call.entry == "voice"
    assert [each.message_id for each in spoken.heard][:2] == ["greeting_choice", "invitation"]
    assert spoken.call.need is not None
    assert "报案" in spoken.call.need
    silent = ask(at)
    assert silent.call.entry == "prompted"
    assert [each.message_id for each in silent.heard][:3] == ["greeting_choice", "second_try", "invitation"]
    assert silent.heard[1].after_seconds > silent.heard[0].after_seconds + 8


@pytest.mark.parametrize(
    ("called", "key", "entry", "language"),
    [(HOTLINE, "0", "one_key", "zh-CN"), (HOTLINE, "9", "english", "en"), (ELDERS_LINE, "", "dedicated_line", "zh-CN")],
)
def test_keys_and_the_line_for_elders(at: LineInMemory, called: str, key: str, entry: str, language: str) -> None:
    """Each way in is told as it is."""
    told = ask(at, called=called, key=key)
    assert (told.call.entry, told.call.language) == (entry, language)


def test_the_wish_widens_with_waiting_and_only_steps_somebody_can_meet_take_time(tmp_path: Path) -> None:
    """Nobody free speaks it: the trial says when the next step came, and how many would do at each."""
    write_sites(tmp_path / "site")
    at = open_test_line(tmp_path)
    at.line.customers.load([Customer(93, "林示例", (ELDER,), elder_flag=True, dialect="fuzhou")])
    for busy in ("fu", "cheng"):  # who speaks it is ringing already
        LineService(at.line).arrive(f"CA{busy}", "+8659100000177", ELDERS_LINE)
    at.clock.forward(10)
    RoutingService(at.line, LineService(at.line)).tick()
    told = ask(at, number=ELDER, at=None)
    assert [(step.match, step.from_seconds, step.until_seconds) for step in told.steps] == [
        ("exact", 0.0, 7.0),
        ("branch", 7.0, 9.0),
        ("group", 9.0, 11.0),
        ("elder_trained", 11.0, 12.0),
        ("any", 12.0, None),
    ]
    assert (told.steps[0].people, told.steps[0].free) == (2, 0)
    assert told.ending is Ending.GIVEN
    assert told.after_seconds >= 12
    assert told.call.matched == "any"
    at.line.databases.dispose()


def test_by_night_the_night_site_and_with_nobody_on_shift_the_emergency_phones(tmp_path: Path) -> None:
    """The hour decides by sites and shifts, not by who is at work now."""
    write_sites(tmp_path / "site")
    by_day = AGENTS.replace("site: ", 'shifts: [{opens: "08:00", closes: "20:00"}], site: ')
    (tmp_path / "site" / "agents.yaml").write_text(by_day, encoding="utf-8")
    at = open_test_line(tmp_path)
    for agent in at.line.settings.agents:
        at.line.agents.set_presence(agent.id, Presence.ABSENT, at=at.clock())
    day, night = ask(at, words="我要报案"), ask(at, words="我要报案", at=NIGHT)
    assert day.ending is Ending.GIVEN
    assert (night.ending, night.elsewhere) == (Ending.HUNT_GROUP, ("北",))
    assert ask(at, at=None).ending is Ending.HUNT_GROUP
    at.line.databases.dispose()


def test_a_drained_line_passes_calls_on(at: LineInMemory) -> None:
    """And nothing is asked of anybody."""
    SiteSwitches(at.line).drain(None, reason="维护", by=BOSS)
    told = ask(at)
    assert (told.ending, told.elsewhere, told.steps) == (Ending.LINE_DRAINED, ("北",), ())


def test_a_withheld_number_is_nobody_s(at: LineInMemory) -> None:
    """Nothing is asked of the books, and nothing speaks for a dialect."""
    told = ask(at, number="")
    assert (told.who.listed, told.who.why_elder) == (Listed.WITHHELD, ElderWhy.NOT_LISTED)
    assert told.call.abstained
    assert told.asked is not None
    assert told.asked.dialect is None


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ({"number": "1234567890123456789"}, "what_if_number"),
        ({"words": "呀" * 501}, "what_if_words"),
        ({"key": "x"}, "what_if_key"),
    ],
)
def test_what_cannot_be_a_call_is_refused(at: LineInMemory, question: dict[str, str], code: str) -> None:
    """By a code the page has a sentence for."""
    with pytest.raises(WhatIfRefusedError) as refused:
        ask(at, **question)
    assert refused.value.code == code


@pytest.mark.parametrize("role", [Role.AGENT, Role.VIEWER])
def test_who_neither_leads_nor_writes_may_not_ask(at: LineInMemory, role: Role) -> None:
    """A number typed here tells what the books say of it."""
    with pytest.raises(NotAllowedError):
        ask(at, by=Account("chen", role))


def test_a_file_that_is_no_recording_is_refused(at: LineInMemory) -> None:
    """Before anybody listens."""
    with pytest.raises(WhatIfRefusedError) as refused:
        WhatIf(at.line, People(BOSS)).decide(Question(STRANGER, HOTLINE, DAY), by=BOSS, recording=b"no sound")
    assert refused.value.code == "what_if_sound"


def test_the_numbers_that_can_be_dialled(at: LineInMemory) -> None:
    """The hotline first, then the line for elders and those of the companies."""
    kinds = [each.kind for each in WhatIf(at.line, People(BOSS)).dialled()]
    assert kinds[:2] == ["hotline", "dedicated"]
