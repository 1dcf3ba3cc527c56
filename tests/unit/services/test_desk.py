"""What stands on an agent's desk: what is seen when, by whom, and who may do what."""

from __future__ import annotations

from datetime import date

import pytest

from elder_channel.agents.model import Presence
from elder_channel.calls.desk import Act, CallResult
from elder_channel.customers.model import Customer
from elder_channel.services.accounts import Account, Role
from elder_channel.services.corrections import Corrections, Verdict
from elder_channel.services.desk import WrapUp
from elder_channel.services.endings import Endings
from elder_channel.services.errors import ChangedMeanwhileError, DeskRefusedError, NotAllowedError, ServiceError
from elder_channel.services.knowing import Knowing
from tests.fakes.desk import AT_DESK, HOTLINE, NUMBER
from tests.fakes.desk_scene import COLLEAGUE, ME, ON_PHONE, PEOPLE, Scene


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
    people = Corrections(scene.at.line, PEOPLE)
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
    assert note.subtitles
    assert "你好" in (note.subtitles.word_by_word or "")
    assert ("汝", "你") in [(word.word, word.mandarin) for word in note.subtitles.words]
    assert note.insurance_words
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


def test_an_agent_who_does_not_speak_the_caller_s_language_is_told(scene: Scene) -> None:
    """Nobody who does was free; said in the caller's language the note needs no warning."""
    scene.call_comes("汝好", number=NUMBER)
    assert not scene.on_desk().note.language_missing
    scene.calls.keyed_while_waiting("CA1", "9", round_=0)
    note = scene.answered().note
    assert (note.language, note.language_missing) == ("en", True)
    assert note.opening.text.startswith("Hello")
