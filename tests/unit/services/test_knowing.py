"""What is known of a caller, and when it changes."""

from __future__ import annotations

import pytest

from dialects.evidence import Source
from elder_channel.calls.model import Call, CallState, Entry, RecognitionState
from elder_channel.customers.model import NOBODY
from elder_channel.services.knowing import Knowing
from elder_channel.services.line import LineService
from tests.fakes.line import LineInMemory

ELDER = "+862000000101"
STRANGER = "+8659100000155"
HOTLINE = "+862100000060"
ENGLISH = "Hello, I need some help with my policy please"


@pytest.fixture
def service(at: LineInMemory) -> LineService:
    """What happens to calls."""
    return LineService(at.line)


@pytest.fixture
def knowing(at: LineInMemory) -> Knowing:
    """The service under test."""
    return Knowing(at.line)


def the_call(at: LineInMemory) -> Call:
    """The call as it stands."""
    call = at.line.calls.get("CA1")
    assert call is not None
    return call


def note_of(at: LineInMemory) -> str:
    """The note as it stands."""
    note = at.line.calls.handover("CA1")
    assert note is not None
    return note.text


def hear(knowing: Knowing, text: str, *, english: float = 0.0, final: bool = True) -> None:
    """Something was recognized."""
    posterior = {"zh": 1 - english, "en": english}
    knowing.heard("CA1", text=text, recognizer="ours", language_posterior=posterior, final=final)


def test_number_and_books_speak_before_a_word_is_said(knowing: Knowing, at: LineInMemory) -> None:
    """A known customer's dialect outweighs the area; a withheld number says nothing (law 5)."""
    at_number = at.line.customers.at_number(ELDER)
    known = knowing.before_a_word(ELDER, at_number)
    assert (known.top[0], known.abstained) == ("guangzhou", False)
    assert {item.source for item in known.evidence} == {"number", "customer"}
    assert knowing.before_a_word("anonymous", NOBODY).abstained


def test_what_was_heard_changes_posterior_and_note(at: LineInMemory, service: LineService, knowing: Knowing) -> None:
    """Words, need and recognizer are kept; the note is written anew."""
    service.arrive("CA1", STRANGER, HOTLINE)
    hear(knowing, "我要报案")
    call = the_call(at)
    assert (call.transcript, call.recognizer, call.recognition) == ("我要报案", "ours", RecognitionState.HEARD)
    assert call.need
    assert call.identification
    assert "acoustic" in {item.source for item in call.identification.evidence}
    assert sum(call.identification.posterior.values()) == pytest.approx(1.0)
    assert "「我要报案」" in note_of(at)


def test_law_2_a_late_transcript_reaches_a_talking_call(
    at: LineInMemory, service: LineService, knowing: Knowing
) -> None:
    """The agent talks already; the note in front of them is completed all the same."""
    service.arrive("CA1", ELDER, HOTLINE)
    at.line.calls.assign("CA1", "chen-jiaming", matched="exact", at=at.clock())
    service.agent_answered("CA1", "chen-jiaming")
    hear(knowing, "我要报案")
    assert the_call(at).state is CallState.TALKING
    assert "「我要报案」" in note_of(at)


def test_english_speech_switches_the_language(at: LineInMemory, service: LineService, knowing: Knowing) -> None:
    """Who merely spoke up came in by English; the note says so in both languages."""
    service.arrive("CA1", STRANGER, HOTLINE)
    service.spoke_up("CA1")
    hear(knowing, ENGLISH, english=0.98)
    assert (the_call(at).language, the_call(at).entry) == ("en", Entry.ENGLISH)
    assert "Caller speaks English" in note_of(at)


def test_a_known_elder_who_speaks_english_stays_one(at: LineInMemory, service: LineService, knowing: Knowing) -> None:
    """The language changes, how the call came in does not."""
    service.arrive("CA1", ELDER, HOTLINE)
    hear(knowing, ENGLISH, english=0.98)
    assert (the_call(at).language, the_call(at).entry) == ("en", Entry.KNOWN_ELDER)


def test_english_that_turns_out_to_be_chinese_is_taken_back(
    at: LineInMemory, service: LineService, knowing: Knowing
) -> None:
    """An elder's first syllables may sound English to a machine; the next sentence decides."""
    service.arrive("CA1", ELDER, HOTLINE)
    hear(knowing, ENGLISH, english=0.98, final=False)
    hear(knowing, "我要报案", english=0.1)
    assert the_call(at).language == "zh"


@pytest.mark.parametrize("final", [True, False])
def test_a_choice_by_key_stands(at: LineInMemory, service: LineService, knowing: Knowing, final: bool) -> None:
    """Who pressed nine gets English, whatever is heard in the background."""
    service.arrive("CA1", STRANGER, HOTLINE)
    service.gathered("CA1", 1, digits="9", speech="")
    hear(knowing, "我要报案", final=final)
    assert (the_call(at).language, the_call(at).entry) == ("en", Entry.ENGLISH)


def test_noise_changes_no_language(at: LineInMemory, service: LineService, knowing: Knowing) -> None:
    """A syllable that looks English is no English."""
    service.arrive("CA1", STRANGER, HOTLINE)
    hear(knowing, "Thank you.", english=0.7)
    assert the_call(at).language == "zh"


def test_nothing_understood_is_kept_as_heard_without_words(
    at: LineInMemory, service: LineService, knowing: Knowing
) -> None:
    """The sound may still speak for a dialect; no transcript is invented."""
    service.arrive("CA1", STRANGER, HOTLINE)
    hear(knowing, "")
    assert (the_call(at).transcript, the_call(at).recognition) == (None, RecognitionState.HEARD)
    assert "「" not in note_of(at)


def test_law_1_the_note_says_that_recognition_was_off(at: LineInMemory, service: LineService, knowing: Knowing) -> None:
    """So that the agent asks, and does not take silence for an answer."""
    service.arrive("CA1", STRANGER, HOTLINE)
    knowing.cannot_listen("CA1")
    assert "recognition was off" in note_of(at)
    hear(knowing, "我要报案")
    knowing.cannot_listen("CA1")
    assert the_call(at).recognition is RecognitionState.HEARD
    assert "recognition was off" not in note_of(at)


def test_what_is_heard_of_a_call_nobody_knows_is_forgotten(at: LineInMemory, knowing: Knowing) -> None:
    """No row, no note, no fault."""
    hear(knowing, "我要报案")
    knowing.cannot_listen("CA1")
    assert at.line.calls.get("CA1") is None
    assert at.line.calls.handover("CA1") is None


def test_the_need_is_told_with_what_it_was_known_by(at: LineInMemory, service: LineService, knowing: Knowing) -> None:
    """Heard as written or only by its sound: the agent reads which, and how sure it is."""
    service.arrive("CA1", STRANGER, HOTLINE)
    hear(knowing, "我要报案", final=False)
    assert "来意:报案(听到「报案」,可信度约 95%)。" in note_of(at)
    hear(knowing, "我要抱安")
    assert "来意:报案(像「报案」,听写为「抱安」,可信度约 48%)。" in note_of(at)


def test_an_urgent_need_stays_though_a_second_hearing_misses_it(
    at: LineInMemory, service: LineService, knowing: Knowing
) -> None:
    """Whoever once called for help is not put back in line."""
    service.arrive("CA1", STRANGER, HOTLINE)
    hear(knowing, "救命啊", final=False)
    hear(knowing, "我要查保单")
    assert the_call(at).need == "help"
    assert note_of(at).startswith("【紧急】请立即接听。")
    assert "来意:紧急求助(先前听到)。" in note_of(at)
    assert the_call(at).transcript == "我要查保单"


def test_a_later_need_replaces_one_that_is_not_urgent(at: LineInMemory, service: LineService, knowing: Knowing) -> None:
    """The whole utterance says more than its beginning."""
    service.arrive("CA1", STRANGER, HOTLINE)
    hear(knowing, "我要查保单", final=False)
    hear(knowing, "我要查保单，不对，我要退保险")
    assert the_call(at).need == "surrender"


def test_law_1_a_fault_in_the_matching_costs_the_need_and_nothing_else(
    at: LineInMemory, service: LineService, knowing: Knowing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words and dialect are kept, the note is written, the call goes on."""

    def broken(*_: object) -> None:
        raise RuntimeError("index")

    monkeypatch.setattr("elder_channel.services.knowing.find_need", broken)
    service.arrive("CA1", STRANGER, HOTLINE)
    hear(knowing, "我要报案")
    assert (the_call(at).transcript, the_call(at).need) == ("我要报案", None)
    assert "「我要报案」" in note_of(at)


def accents(at: LineInMemory) -> list[str]:
    """What the sound was said to speak for."""
    identification = the_call(at).identification
    assert identification is not None
    return [item.text for item in identification.evidence if item.source is Source.ACOUSTIC]


@pytest.mark.parametrize("settled_by", ["speech", "key before", "key after"])
def test_the_sound_of_an_english_caller_names_no_chinese_dialect(
    at: LineInMemory, service: LineService, knowing: Knowing, settled_by: str
) -> None:
    """The head finds everybody like something; once the language is settled that is no evidence."""
    service.arrive("CA1", STRANGER, HOTLINE)
    if settled_by == "key before":
        service.gathered("CA1", 1, digits="9", speech="")
    head = {"shanghai": 0.5, "guangzhou": 0.05, "sichuan": 0.05, "hakka": 0.05, "minnan": 0.05, "english": 0.3}
    sure = 0.98 if settled_by == "speech" else 0.2
    text = ENGLISH if settled_by == "speech" else "Thank you."
    knowing.heard("CA1", text=text, recognizer="ours", language_posterior={"zh": 1 - sure, "en": sure}, acoustic=head,
                  final=True)  # fmt: skip
    if settled_by == "key after":
        assert "上海话" in accents(at)[0]
        service.keyed_while_waiting("CA1", "9", round_=1)
    assert accents(at) == ["说的是英语，口音不作方言依据"]
    assert "听口音" not in note_of(at)


def test_what_a_specialist_wrote_is_read_and_is_no_evidence(
    at: LineInMemory, service: LineService, knowing: Knowing
) -> None:
    """A recognizer made for Wu writes Wu of everybody; the dialect is judged by what Whisper wrote."""
    service.arrive("CA1", STRANGER, HOTLINE)
    heard = {"language_posterior": {"zh": 0.9}, "final": True}
    knowing.heard("CA1", text="我要报案", recognizer="whisper-base-int8", **heard)
    before = the_call(at).identification
    knowing.heard("CA1", text="侬好阿拉要报案", recognizer="wenetspeech-wu", first_text="我要报案", **heard)
    call = the_call(at)
    assert (call.transcript, call.recognizer, call.identification) == ("侬好阿拉要报案", "wenetspeech-wu", before)
    assert call.need
    assert "引擎 wenetspeech-wu):「侬好阿拉要报案」" in note_of(at)


def test_the_note_says_where_the_person_is_the_recognizer(
    at: LineInMemory, service: LineService, knowing: Knowing
) -> None:
    """Fuzhou by number: before a word and after it, in both languages; English needs no such warning."""
    service.arrive("CA1", STRANGER, HOTLINE)
    assert "没有可靠的识别引擎" in note_of(at)
    hear(knowing, "我要报案")
    assert "没有可靠的识别引擎:请直接听来电人说,文字仅供参考" in note_of(at)
    assert "no reliable recognizer" in note_of(at)
    hear(knowing, ENGLISH, english=0.98)
    assert "没有可靠的识别引擎" not in note_of(at)
