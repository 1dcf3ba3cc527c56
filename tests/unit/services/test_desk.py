"""The agent desk on real books: who may do what, what is seen when, and that nobody waits for a desk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urldefrag

import pytest
import yaml

from elder_channel.agents.model import Presence
from elder_channel.calls.desk import Act, CallResult
from elder_channel.calls.model import CallState, Entry, Outcome
from elder_channel.calls.steps import EnterQueue
from elder_channel.customers.model import Customer
from elder_channel.services.accounts import Account, Role
from elder_channel.services.corrections import Corrections, Verdict
from elder_channel.services.desk import MAX_NOTE_CHARACTERS, Desk, DeskCall, WrapUp
from elder_channel.services.desk_orders import CallOrders
from elder_channel.services.endings import Endings
from elder_channel.services.errors import ChangedMeanwhileError, DeskRefusedError, NotAllowedError, ServiceError
from elder_channel.services.knowing import Knowing
from elder_channel.services.line import LineService
from elder_channel.services.routing import RoutingService
from elder_channel.storage.calls import SqlCallStore
from elder_channel.telephony.errors import CarrierError
from tests.fakes.line import LineInMemory, open_test_line

HOTLINE = "+862100000060"
NUMBER = "+8659100000101"
AT_DESK, ON_PHONE = "zheng", "liu"
ME = Account("zheng.guodong", Role.AGENT, AT_DESK)
COLLEAGUE = Account("liu.meihua", Role.AGENT, ON_PHONE)
PEOPLE = {
    account.username: account
    for account in (
        ME,
        COLLEAGUE,
        Account("viewer", Role.VIEWER, AT_DESK),
        Account("nobody", Role.AGENT),
        Account("gone", Role.AGENT, "not-there"),
    )
}


class People:
    """The accounts, as a directory."""

    def find(self, username: str) -> Account | None:
        """The account as it is now."""
        return PEOPLE.get(username)


@dataclass
class Scene:
    """A line with one agent who answers on the desk and one whose phone rings at once."""

    at: LineInMemory
    desk: Desk
    calls: LineService
    router: RoutingService

    def call_comes(self, text: str = "汝好,我要报案", *, number: str = NUMBER, dialect: str = "fuzhou") -> None:
        """A call of Fuzhou is in the queue, heard, and given to somebody."""
        self.calls.arrive("CA1", number, HOTLINE)
        self.calls.enter("CA1", EnterQueue(Entry.ONE_KEY, "zh"))  # a known elder has entered already
        Knowing(self.at.line).heard(
            "CA1", text=text, recognizer="ours", language_posterior={"zh": 0.95}, acoustic={dialect: 0.95}, final=True
        )
        self.at.clock.forward(3)
        self.route()

    def route(self) -> None:
        """One look of the router."""
        for move in self.router.tick():
            self.router.carry_out(move)

    def answered(self) -> DeskCall:
        """The offered call is accepted and picked up."""
        self.desk.accept("CA1", by=ME)
        Endings(self.at.line).agent_answered("CA1", AT_DESK)
        return self.on_desk()

    def on_desk(self, by: Account = ME) -> DeskCall:
        """The call on the desk."""
        call = self.desk.look(by=by).call
        assert call
        return call

    @property
    def books(self) -> SqlCallStore:
        """The calls."""
        return self.at.line.calls


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """The desk is preferred for Fuzhou; the colleague's phone takes what is left."""
    (tmp_path / "site").mkdir()
    agents = [
        {
            "id": AT_DESK,
            "name": "郑国栋",
            "contact": "client:zheng",
            "dialects": {"fuzhou": 5},
            "answer": "desk",
            "wrap_up_seconds": 60,
        },
        {"id": ON_PHONE, "name": "刘美华", "contact": "client:liu", "dialects": {"hakka": 5}, "hunt_group": True},
    ]
    (tmp_path / "site" / "agents.yaml").write_text(
        yaml.safe_dump({"schema": 1, "agents": agents}, allow_unicode=True), encoding="utf-8"
    )
    at = open_test_line(tmp_path)
    at.line.customers.load([Customer(70, "林示例", (NUMBER,), dialect="fuzhou", elder_flag=True)])
    calls = LineService(at.line)
    corrections = Corrections(at.line, People())
    desk = Desk(at.line, People(), corrections, orders=CallOrders(at.line))
    yield Scene(at, desk, calls, RoutingService(at.line, calls))
    at.line.databases.dispose()


def test_a_call_is_offered_on_the_desk_before_the_phone_rings(scene: Scene) -> None:
    """It stays in the carrier's queue until the agent accepts, and only then the phone rings."""
    scene.call_comes()
    assert scene.at.carrier.redirects == []
    assert scene.on_desk().state == "offered"
    call = scene.books.get("CA1")
    assert call
    assert not scene.calls.must_leave_queue(call)
    assert scene.calls.given_to(call) is None
    scene.desk.accept("CA1", by=ME)
    [(sid, url)] = scene.at.carrier.redirects
    assert (sid, url.rsplit("/", 1)[1]) == ("CA1", f"connect?agent={AT_DESK}")
    assert scene.on_desk().state == "ringing"


def test_accepting_twice_is_once(scene: Scene) -> None:
    """A second click moves nothing."""
    scene.call_comes()
    scene.desk.accept("CA1", by=ME)
    scene.desk.accept("CA1", by=ME)
    assert len(scene.at.carrier.redirects) == 1


def test_law_1_an_offer_nobody_takes_goes_on_and_its_agent_is_absent(scene: Scene) -> None:
    """After the configured seconds, in its old place, to somebody whose phone rings."""
    scene.call_comes()
    entered_at = scene.books.get("CA1").entered_at  # type: ignore[union-attr]
    scene.at.clock.forward(scene.at.line.settings.desk.accept_seconds + 1)
    scene.route()
    assert scene.at.line.agents.states()[AT_DESK].presence is Presence.ABSENT
    scene.at.clock.forward(40)
    scene.route()
    call = scene.books.get("CA1")
    assert call
    assert (call.agent_id, call.entered_at, call.agents_tried) == (ON_PHONE, entered_at, (AT_DESK,))
    assert [url for _, url in scene.at.carrier.redirects] == [
        urldefrag(scene.at.line.addresses.url("/voice/connect", agent=ON_PHONE)).url
    ]
    with pytest.raises(ChangedMeanwhileError):
        scene.desk.accept("CA1", by=ME)
    assert [act.act for act in scene.at.line.desk.of_call("CA1")] == [Act.LAPSED]


def test_who_accepts_in_the_last_moment_keeps_the_call(scene: Scene) -> None:
    """The router does not take away what was accepted."""
    scene.call_comes()
    scene.at.clock.forward(scene.at.line.settings.desk.accept_seconds + 1)
    scene.desk.accept("CA1", by=ME)
    scene.route()
    call = scene.books.get("CA1")
    assert call
    assert (call.state, call.agent_id) == (CallState.RINGING, AT_DESK)


def test_declining_leaves_the_call_to_the_next_without_being_absent(scene: Scene) -> None:
    """The agent stays at work, and the same call does not come back at once."""
    scene.call_comes()
    scene.desk.decline("CA1", by=ME)
    assert scene.at.line.agents.states()[AT_DESK].presence is Presence.IDLE
    scene.at.clock.forward(40)
    scene.route()
    call = scene.books.get("CA1")
    assert call
    assert call.agent_id == ON_PHONE
    with pytest.raises(ChangedMeanwhileError):
        scene.desk.decline("CA1", by=ME)


def test_a_ringing_phone_is_declined_on_the_desk_too(scene: Scene) -> None:
    """The call is taken away from the phone, back to the queue."""
    scene.call_comes("我要报案", dialect="hakka", number="+8675300000155")
    assert scene.on_desk(COLLEAGUE).state == "ringing"
    scene.desk.decline("CA1", by=COLLEAGUE)
    [(sid, document)] = scene.at.carrier.documents
    assert sid == "CA1"
    assert "<Enqueue" in document
    assert scene.books.get("CA1").state is CallState.WAITING  # type: ignore[union-attr]


def test_law_1_a_carrier_that_fails_at_accepting_does_not_lose_the_call(scene: Scene) -> None:
    """The wait document goes to the agent by itself then."""
    scene.call_comes()
    scene.at.carrier.failure = CarrierError("down", code="down", retryable=True)
    scene.desk.accept("CA1", by=ME)
    scene.at.clock.forward(5)
    call = scene.books.get("CA1")
    assert call
    assert scene.calls.must_leave_queue(call)
    given = scene.calls.given_to(call)
    assert given
    assert given.id == AT_DESK


def test_law_7_who_is_calling_is_masked_until_the_agent_has_the_call(scene: Scene) -> None:
    """Number and name after accepting; what the books say only after the questions were answered."""
    scene.call_comes()
    before = scene.on_desk().note
    assert (before.caller, before.name) == ("+86591****01", "林**")
    note = scene.answered().note
    assert (note.caller, note.name, note.born_on) == (NUMBER, "林示例", None)
    assert note.ask_first == scene.at.line.settings.desk.ask_first["report_claim"]
    assert note.questions == scene.at.line.settings.desk.questions["default"]


SHARED, FAMILY = "+8659100000183", "+8659100000182"
WANG = Customer(71, "王示例", (SHARED,), date(1939, 3, 4), dialect="fuzhou", family_numbers=(FAMILY,))
HE = Customer(72, "何示例", (SHARED,), date(1999, 5, 1), dialect="guangzhou")


def test_law_7_of_a_number_that_is_several_people_s_nothing_of_anybody_is_shown(scene: Scene) -> None:
    """Not the oldest's name and birthday, not what either of them called for, before the agent has asked who it is."""
    scene.at.line.customers.load([WANG, HE])
    scene.calls.arrive("CA0", SHARED, HOTLINE)
    Knowing(scene.at.line).heard("CA0", text="我要投诉", recognizer="x", language_posterior={"zh": 1.0}, final=True)
    scene.calls.ended("CA0")
    scene.at.clock.forward(60)
    scene.call_comes("汝好", number=SHARED)
    offered, talking = scene.on_desk().note, scene.answered().note
    for note in (offered, talking):
        assert (note.name, note.people, note.who_calls_is_open) == ("王**、何**", 2, True)
        assert (note.born_on, note.earlier, note.orders) == (None, (), ())
    written = scene.books.handover("CA1")
    assert written
    assert "此号码有会办单 1 件" in written.text
    assert "投诉" not in written.text
    scene.desk.identity_checked("CA1", by=ME)
    asked = scene.on_desk().note
    assert (asked.name, asked.born_on) == ("王**、何**", None), "who of them answered, nobody has told the line"
    assert (len(asked.earlier), len(asked.orders)) == (1, 1)


def test_law_7_a_relative_s_number_shows_nothing_of_the_customer_before_the_questions(scene: Scene) -> None:
    """Who has the call sees for whom a relative may be calling, by one character; the rest once it was asked."""
    scene.at.line.customers.load([WANG])
    scene.call_comes("汝好", number=FAMILY)
    note = scene.answered().note
    assert (note.caller, note.name, note.born_on, note.who_calls_is_open) == (FAMILY, "王**", None, True)
    scene.desk.identity_checked("CA1", by=ME)
    asked = scene.on_desk().note
    assert (asked.name, asked.born_on) == ("王示例", date(1939, 3, 4))


def test_the_birthday_is_told_once_the_caller_has_answered(scene: Scene) -> None:
    """The agent says so, and that is kept with what was asked."""
    scene.at.line.customers.load([Customer(70, "林示例", (NUMBER,), date(1941, 11, 2), dialect="fuzhou")])
    scene.call_comes()
    with pytest.raises(DeskRefusedError):
        scene.desk.identity_checked("CA1", by=ME)
    scene.answered()
    scene.desk.identity_checked("CA1", by=ME)
    scene.desk.identity_checked("CA1", by=ME)
    assert scene.on_desk().note.born_on == date(1941, 11, 2)
    checks = [act for act in scene.at.line.desk.of_call("CA1") if act.act is Act.IDENTITY_CHECKED]
    assert len(checks) == 1
    assert "出生年月日" in (checks[0].note or "")


def test_the_note_has_everything_that_is_known(scene: Scene) -> None:
    """Need, dialect with reasons, words as heard and in Mandarin, what differs, what to say, what was before."""
    scene.calls.arrive("CA0", NUMBER, HOTLINE)
    Endings(scene.at.line).agent_answered("CA0", ON_PHONE)
    people = Corrections(scene.at.line, People())
    people.judge(Verdict("CA0", "fuzhou", "report_claim", "t", somebody_else=True), by=COLLEAGUE)
    scene.calls.ended("CA0")
    scene.at.clock.forward(60)
    scene.call_comes("汝好,我妈跋倒了,我要报案")
    note = scene.on_desk().note
    assert note.elder
    assert note.relative == "我妈"
    assert note.need
    assert note.need.startswith("报案")
    assert (note.posterior[0][0], note.abstained) == ("fuzhou", False)
    assert note.evidence
    assert note.mandarin
    assert "你好" in note.mandarin.text
    assert note.words
    assert len(note.words.words) == 10
    assert "替家里老人" in note.opening.text
    [earlier] = note.earlier
    assert earlier.somebody_else
    assert earlier.agent == "刘美华"


def test_an_open_order_of_the_caller_is_told(scene: Scene) -> None:
    """Who hung up in the queue last time is called back; who answers now knows."""
    scene.calls.arrive("CA0", NUMBER, HOTLINE)
    scene.calls.ended("CA0")
    scene.call_comes()
    [order] = scene.on_desk().note.orders
    assert "回拨" in order.note


@pytest.mark.parametrize("state", ["offered", "ringing", "talking"])
def test_what_is_heard_late_reaches_the_desk(scene: Scene, state: str) -> None:
    """A second hearing while the call is offered, rings or is talked on is on the desk at the next look."""
    scene.call_comes("我要报案")
    if state != "offered":
        scene.desk.accept("CA1", by=ME)
    if state == "talking":
        Endings(scene.at.line).agent_answered("CA1", AT_DESK)
    Knowing(scene.at.line).heard(
        "CA1",
        text="我要退保",
        recognizer="better",
        language_posterior={"zh": 1.0},
        acoustic={"putonghua": 0.9},
        final=True,
    )
    call = scene.on_desk()
    assert call.state == state
    assert (call.note.transcript, call.need_id) == ("我要退保", "surrender")


def test_wrapping_up_keeps_verdict_result_order_and_frees_the_agent(scene: Scene) -> None:
    """One button; the same form sent twice is one."""
    scene.call_comes()
    scene.answered()
    scene.calls.ended("CA1")
    view = scene.desk.look(by=ME)
    assert view.presence is Presence.WRAPPING_UP
    assert view.free_at == view.since + timedelta(seconds=60)
    wrap_up = WrapUp("CA1", CallResult.FOLLOW_UP, "t1", dialect="puxian", need="surrender", note="下周再打")
    for _ in range(2):
        scene.desk.wrap_up(wrap_up, by=ME)
    [kept] = scene.at.line.corrections.of_calls(["CA1"])["CA1"]
    assert (kept.to_dialect, kept.to_need, kept.confirms) == ("puxian", "surrender", False)
    order = scene.at.line.work_orders.of_call("CA1")
    assert order
    assert order.note == "下周再打"
    after = scene.desk.look(by=ME)
    assert (after.presence, after.call) == (Presence.IDLE, None)


@pytest.mark.parametrize("by", ["saving", "coming back"])
def test_an_agent_who_says_that_the_call_is_over_is_free_though_no_word_of_it_came(scene: Scene, by: str) -> None:
    """Who closes the call on the desk, or presses 我来上班, is believed once the carrier says the same."""
    scene.call_comes()
    scene.answered()
    scene.at.carrier.over.add("CA1")
    if by == "saving":
        scene.desk.wrap_up(WrapUp("CA1", CallResult.SETTLED, "t"), by=ME)
    else:
        scene.desk.set_present(True, by=ME)
    call = scene.books.get("CA1")
    assert call
    assert call.outcome is Outcome.SERVED
    assert scene.desk.look(by=ME).presence is Presence.IDLE


def test_a_rest_ends_by_itself_when_somebody_waits(scene: Scene) -> None:
    """Whoever never saves is free again after the configured seconds."""
    scene.call_comes()
    scene.answered()
    scene.calls.ended("CA1")
    scene.calls.arrive("CA2", NUMBER, HOTLINE)
    scene.at.clock.forward(61)
    scene.route()
    assert scene.books.get("CA2").agent_id == AT_DESK  # type: ignore[union-attr]


def test_who_was_overtaken_loses_nothing_and_writes_nothing(scene: Scene) -> None:
    """Somebody else judged the call while the form was open: neither verdict nor order nor result is kept."""
    scene.call_comes()
    scene.answered()
    Corrections(scene.at.line, People()).judge(Verdict("CA1", "hakka", None, "other"), by=COLLEAGUE)
    with pytest.raises(ChangedMeanwhileError):
        scene.desk.wrap_up(WrapUp("CA1", CallResult.FOLLOW_UP, "t1", dialect="puxian"), by=ME)
    assert scene.at.line.work_orders.of_call("CA1") is None
    assert all(act.act is not Act.WRAPPED_UP for act in scene.at.line.desk.of_call("CA1"))
    scene.desk.wrap_up(WrapUp("CA1", CallResult.SETTLED, "t2", dialect="puxian", on_top_of=1), by=ME)


@pytest.mark.parametrize(
    ("wrap_up", "code"),
    [
        (WrapUp("CA1", CallResult.SETTLED, ""), "verdict_token"),
        (WrapUp("CA1", CallResult.SETTLED, "t", note="x" * (MAX_NOTE_CHARACTERS + 1)), "desk_note_long"),
        (WrapUp("CA1", CallResult.SETTLED, "t", dialect="klingon"), "verdict_dialect"),
        (WrapUp("CA9", CallResult.SETTLED, "t"), "desk_not_yours"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_is_refused(scene: Scene, wrap_up: WrapUp, code: str) -> None:
    """With a code the page has words for."""
    scene.call_comes()
    scene.answered()
    with pytest.raises(ServiceError) as refused:
        scene.desk.wrap_up(wrap_up, by=ME)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("username", "error"),
    [
        ("viewer", NotAllowedError),
        ("nobody", DeskRefusedError),
        ("gone", DeskRefusedError),
        ("not-in-the-file", NotAllowedError),
    ],
)
def test_only_agents_have_a_desk(scene: Scene, username: str, error: type[ServiceError]) -> None:
    """By the role and the link as they are in the accounts now, whatever the page believes."""
    pretender = Account(username, Role.ADMINISTRATOR, AT_DESK)
    for act in (
        lambda: scene.desk.look(by=pretender),
        lambda: scene.desk.set_present(True, by=pretender),
        lambda: scene.desk.accept("CA1", by=pretender),
    ):
        with pytest.raises(error):
            act()


def test_nobody_touches_somebody_else_s_call(scene: Scene) -> None:
    """Accepting, declining, checking and closing are for the agent who has the call."""
    scene.call_comes()
    with pytest.raises(ChangedMeanwhileError):
        scene.desk.accept("CA1", by=COLLEAGUE)
    with pytest.raises(ChangedMeanwhileError):
        scene.desk.decline("CA1", by=COLLEAGUE)
    scene.answered()
    with pytest.raises(DeskRefusedError):
        scene.desk.identity_checked("CA1", by=COLLEAGUE)
    with pytest.raises(DeskRefusedError):
        scene.desk.wrap_up(WrapUp("CA1", CallResult.SETTLED, "t"), by=COLLEAGUE)
    assert scene.on_desk().state == "talking"


def test_coming_and_leaving(scene: Scene) -> None:
    """Not in the middle of a call."""
    scene.desk.set_present(False, by=ME)
    assert scene.desk.look(by=ME).presence is Presence.ABSENT
    scene.desk.set_present(True, by=ME)
    scene.call_comes()
    with pytest.raises(DeskRefusedError):
        scene.desk.set_present(False, by=ME)


def test_a_history_that_cannot_be_read_costs_only_the_history(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The note still reaches the agent."""

    def fail(*_: object, **__: object) -> None:
        raise OSError("disk")

    monkeypatch.setattr(type(scene.at.line.desk), "earlier_calls", fail)
    monkeypatch.setattr(type(scene.at.line.work_orders), "of_caller", fail)
    scene.call_comes()
    note = scene.on_desk().note
    assert (note.earlier, note.orders) == ((), ())
    assert note.transcript


def test_law_7_a_wrap_up_note_is_erased_with_the_call_s_words(scene: Scene) -> None:
    """What the agent wrote of the caller is kept no longer than what the caller said."""
    scene.call_comes()
    scene.answered()
    scene.calls.ended("CA1")
    scene.desk.wrap_up(WrapUp("CA1", CallResult.SETTLED, "t", note="说了很多"), by=ME)
    scene.at.clock.forward(days=100)
    scene.books.erase_words_before(scene.at.clock())
    assert all(act.note is None for act in scene.at.line.desk.of_call("CA1"))
