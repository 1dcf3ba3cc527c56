"""Known elders, relatives, shared numbers, hearing mode, unknown languages: what the line makes of a caller."""

from __future__ import annotations

from datetime import date

import pytest

from elder_channel.calls.model import CallState, Outcome
from elder_channel.calls.steps import Ask, EnterQueue
from elder_channel.customers.model import Customer, Mark
from elder_channel.services.accounts import Account
from elder_channel.services.accounts_file import Role
from elder_channel.services.endpointing import endpointing_for
from elder_channel.services.errors import MarkRefusedError, NotAllowedError
from elder_channel.services.knowing import Knowing
from elder_channel.services.line import LineService
from elder_channel.services.marks import CallerMarks
from tests.fakes.line import LineInMemory

HOTLINE = "+862100000060"
STRANGER, OWN, FAMILY, SHARED = "+8659100000155", "+8659100000181", "+8659100000182", "+8659100000183"
LEAD = Account("lead", Role.SUPERVISOR)
"""Who may mark any call; what agents may is in `test_marks`."""
OLD = Customer(81, "郑示例", (OWN, SHARED), date(1940, 5, 1), dialect="fuzhou", family_numbers=(FAMILY,))
YOUNG = Customer(82, "何示例", (SHARED,), date(1999, 5, 1), dialect="guangzhou")


class Directory:
    """The accounts of the site: one team lead."""

    def find(self, username: str) -> Account | None:
        """The account of this name."""
        return LEAD if username == LEAD.username else None


@pytest.fixture
def service(at: LineInMemory) -> LineService:
    """The line, with an elder, their relative's number and a number of two people in the books."""
    at.line.customers.load([OLD, YOUNG])
    return LineService(at.line)


@pytest.fixture
def marks(at: LineInMemory) -> CallerMarks:
    """What agents say of callers."""
    return CallerMarks(at.line, Directory())


def note(at: LineInMemory, sid: str = "CA1") -> str:
    """The handover note as it stands."""
    written = at.line.calls.handover(sid)
    assert written
    return written.text


@pytest.mark.parametrize("number", [OWN, FAMILY, SHARED])
def test_law_3_an_elders_own_family_and_shared_number_go_straight_to_a_person(
    at: LineInMemory, service: LineService, number: str
) -> None:
    """No prompt, and the patience for long pauses that elders get."""
    steps = service.arrive("CA1", number, HOTLINE)
    call = at.line.calls.get("CA1")
    assert call
    assert any(isinstance(step, EnterQueue) for step in steps)
    assert (call.elder, call.state) == (True, CallState.WAITING)
    assert endpointing_for(at.line, "CA1") == at.line.settings.endpointing_elder


def test_a_family_number_says_that_a_relative_may_be_calling(at: LineInMemory, service: LineService) -> None:
    """The caller is nobody's for certain, the name is shown by its first character only."""
    service.arrive("CA1", FAMILY, HOTLINE)
    call = at.line.calls.get("CA1")
    assert call
    assert call.customer_id is None
    assert "客户郑**的家属号码" in note(at)
    assert "a relative may be calling" in note(at)


def test_a_number_in_the_books_twice_is_nobodys_in_particular(at: LineInMemory, service: LineService) -> None:
    """Both are named, neither is picked, and both dialects are as likely."""
    service.arrive("CA1", SHARED, HOTLINE)
    call = at.line.calls.get("CA1")
    assert call
    assert call.identification
    assert call.customer_id is None
    assert "此号码在册 2 人:郑**(长者)、何**" in note(at)
    both = {item.text for item in call.identification.evidence}
    assert any("福州" in text and "广州" in text for text in both)
    service.arrive("CA2", OWN, HOTLINE)
    certain = at.line.calls.get("CA2")
    assert certain
    assert certain.identification
    likelier = call.identification.posterior["guangzhou"] / certain.identification.posterior["guangzhou"]
    assert likelier > 10  # the area still speaks for Fuzhou


def test_a_wrong_mark_is_removed_by_one_word(at: LineInMemory, service: LineService, marks: CallerMarks) -> None:
    """The next call hears the prompt; the history says who, when, why; loading the books anew keeps it."""
    service.arrive("CA1", OWN, HOTLINE)
    marks.set_elder("CA1", elder=False, by=LEAD, reason="says he is the son")
    at.line.customers.load([OLD, YOUNG])
    call = at.line.calls.get("CA1")
    assert call
    assert not call.elder
    assert "长者来电" not in note(at)
    assert any(isinstance(step, Ask) for step in service.arrive("CA2", OWN, HOTLINE))
    marks.set_elder("CA2", elder=True, by=LEAD)
    assert not any(isinstance(step, Ask) for step in service.arrive("CA3", OWN, HOTLINE))
    history = [(each.mark, each.after, each.changed_by, each.reason) for each in marks.history("CA3")]
    assert history == [
        (Mark.ELDER, False, "lead", "says he is the son"),
        (Mark.ELDER, True, "lead", ""),
    ]


def test_what_is_noted_of_a_stranger_ends_with_the_call(
    at: LineInMemory, service: LineService, marks: CallerMarks
) -> None:
    """A number that is not in the books is not kept for a note (law 7)."""
    service.arrive("CA1", STRANGER, HOTLINE)
    marks.set_elder("CA1", elder=True, by=LEAD)
    assert marks.history("CA1")[0].number is None
    call = at.line.calls.get("CA1")
    assert call
    assert call.elder
    assert any(isinstance(step, Ask) for step in service.arrive("CA2", STRANGER, HOTLINE))


def test_only_staff_notes_something_and_of_a_call_there_is(service: LineService, marks: CallerMarks) -> None:
    """Who has no account any more may note nothing."""
    service.arrive("CA1", OWN, HOTLINE)
    with pytest.raises(NotAllowedError):
        marks.set_hearing("CA1", hearing=True, by=Account("left", Role.AGENT))
    with pytest.raises(MarkRefusedError):
        marks.set_hearing("CA9", hearing=True, by=LEAD)
    with pytest.raises(MarkRefusedError):
        marks.set_hearing("CA1", hearing=True, by=LEAD, reason="x" * 201)


def test_eight_switches_the_hearing_mode_for_this_call_and_the_next(at: LineInMemory, service: LineService) -> None:
    """The prompt comes again, loud and slowly; the books remember it of a number they have."""
    at.line.customers.load([Customer(82, "何示例", (SHARED,), date(1999, 5, 1))])
    at.line.customers.load([Customer(81, "郑示例", (OWN,), date(1990, 5, 1))])
    service.arrive("CA1", OWN, HOTLINE)
    (again,) = service.gathered("CA1", 1, digits="8", speech="")
    assert isinstance(again, Ask)
    assert (again.message_id, again.attempt, again.replays) == ("hearing_choice", 1, 1)
    assert service.how_to_speak("CA1").manner.volume == "x-loud"
    assert "hard of hearing" in note(at)
    (_, asked) = service.arrive("CA2", OWN, HOTLINE)
    assert isinstance(asked, Ask)
    assert asked.message_id == "hearing_choice"
    service.arrive("CA3", STRANGER, HOTLINE)
    assert service.how_to_speak("CA3").manner.is_plain


def test_who_says_they_cannot_hear_is_spoken_to_louder(at: LineInMemory, service: LineService) -> None:
    """A word is enough, also after entering; an agent takes it back with one word."""
    service.arrive("CA1", OWN, HOTLINE)
    knowing = Knowing(at.line)
    knowing.heard("CA1", text="喂听不清", recognizer="ours", language_posterior={"zh": 0.9}, final=True)
    assert service.how_to_speak("CA1").manner.volume == "x-loud"
    CallerMarks(at.line, Directory()).set_hearing("CA1", hearing=False, by=LEAD)
    assert service.how_to_speak("CA1").manner.is_plain
    assert not at.line.customers.at_number(OWN).hearing


def test_neither_chinese_nor_english_is_noted_as_unknown(at: LineInMemory, service: LineService) -> None:
    """A person all the same, both languages while waiting, and an interpreter if there is one."""
    service.arrive("CA1", STRANGER, HOTLINE)
    service.spoke_up("CA1")
    Knowing(at.line).heard(
        "CA1", text="こんにちは今日は", recognizer="ours", language_posterior={"ja": 0.95}, final=True
    )
    call = at.line.calls.get("CA1")
    assert call
    assert (call.language, call.state) == ("und", CallState.WAITING)
    assert service.how_to_speak("CA1").languages == ("zh", "en")
    assert "语言不明,听来像日语,不确定 (language unknown, sounds like Japanese, not sure)" in note(at)


@pytest.mark.parametrize(
    ("text", "posterior", "language"),
    [("我要报案我要报案", {"zh": 0.95}, "zh"), ("I need some help please", {"en": 0.95}, "en")],
)
def test_an_unknown_language_gives_way_to_what_is_understood(
    at: LineInMemory, service: LineService, text: str, posterior: dict[str, float], language: str
) -> None:
    """It was not sure; what is said later decides."""
    service.arrive("CA1", STRANGER, HOTLINE)
    knowing = Knowing(at.line)
    knowing.heard("CA1", text="да да", recognizer="ours", language_posterior={"ru": 0.95}, final=True)
    knowing.heard("CA1", text=text, recognizer="ours", language_posterior=posterior, final=True)
    call = at.line.calls.get("CA1")
    assert call
    assert call.language == language


def test_english_by_key_stands_whatever_the_sound_is_taken_for(at: LineInMemory, service: LineService) -> None:
    """Nine while waiting, then an accent: English stays, and so does the place in the queue."""
    service.arrive("CA1", OWN, HOTLINE)
    before = at.line.calls.get("CA1")
    service.keyed_while_waiting("CA1", "9", round_=0)
    Knowing(at.line).heard("CA1", text="ja", recognizer="ours", language_posterior={"de": 0.95}, final=True)
    call = at.line.calls.get("CA1")
    assert call
    assert before
    assert (call.language, call.entered_at, call.entry) == ("en", before.entered_at, before.entry)


@pytest.mark.parametrize(
    ("digits", "outcome"),
    [
        pytest.param(None, Outcome.CALLER_ENDED, id="hung up at once"),
        pytest.param("", Outcome.CALLBACK, id="silent, then lost"),
        pytest.param("8", Outcome.CALLBACK, id="could not hear, then lost"),
        pytest.param("5", Outcome.CALLBACK, id="a wrong key, then lost"),
    ],
)
def test_law_1_who_is_lost_in_the_prompt_is_called_back(
    at: LineInMemory, service: LineService, digits: str | None, outcome: Outcome
) -> None:
    """Silence or a wrong key and then a dropped line is somebody who perhaps could not cope."""
    service.arrive("CA1", STRANGER, HOTLINE)
    if digits is not None:
        service.gathered("CA1", 1, digits=digits, speech="")
    service.ended("CA1")
    call = at.line.calls.get("CA1")
    assert call
    assert call.outcome is outcome
