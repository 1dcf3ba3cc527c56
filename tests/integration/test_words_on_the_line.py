"""What a caller hears at the moment it fits: language, danger, a wrong number, good-bye; and when words are bad."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bilingual.language import UNKNOWN_LANGUAGE
from elder_channel.calls.model import Call, Entry
from elder_channel.services.greeting import greeting_words
from elder_channel.services.knowing import Knowing
from elder_channel.telephony import twiml
from elder_channel.telephony.words import words_of
from tests.fakes.line import LineInMemory, open_test_line
from tests.fakes.webhooks import PUBLIC, STRANGER, Carrier

ADDRESSES = twiml.Addresses("https://line.example/")
MARKUP = '<break time="10s"/>&</Say><Hangup/>'


@pytest.fixture
def at(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[LineInMemory]:
    """A line whose carrier speaks: which words are said is looked at here, not which sound there is of them."""
    opened = open_test_line(tmp_path, **PUBLIC, ELDER_CHANNEL_PROMPTS__AUDIO="say", **getattr(request, "param", {}))
    yield opened
    opened.line.databases.dispose()


def said(document: str) -> str:
    """Everything a document says, in order."""
    return " ".join("".join(say.itertext()) for say in ET.fromstring(document).iter("Say"))


def languages(document: str) -> set[str]:
    """The languages it is said in."""
    return {say.attrib["language"] for say in ET.fromstring(document).iter("Say")}


def the_call(at: LineInMemory, sid: str = "CA1") -> Call:
    """The call as it stands."""
    call = at.line.calls.get(sid)
    assert call
    return call


def in_queue(at: LineInMemory, carrier: Carrier, *, speech: str = "", digits: str = "0", from_: str = STRANGER) -> None:
    """A caller who said something, or pressed a key, and waits."""
    carrier.ask("incoming", From=from_)
    spoken = {"SpeechResult": speech} if speech else {"Digits": digits}
    carrier.ask("gather", query="attempt=1", From=from_, **spoken)
    assert the_call(at).entered_at


def heard(at: LineInMemory, text: str, language: str) -> None:
    """The recognizer has understood something on the stream."""
    posterior = {language: 0.97, "zh" if language == "en" else "en": 0.03}
    Knowing(at.line).heard("CA1", text=text, recognizer="whisper", language_posterior=posterior, final=True)


def test_law_1_words_of_danger_bring_the_hint_and_keep_the_place(at: LineInMemory, carrier: Carrier) -> None:
    """From the first sentence in the queue, and again every other round; the call waits, urgent, for a person."""
    in_queue(at, carrier, speech="救命啊，我老伴晕倒了")
    rounds = [said(carrier.ask("wait", query=f"round={round_}").text) for round_ in range(4)]
    assert ["幺幺零" in words and "幺二零" in words for words in rounds] == [True, True, False, True]
    assert (the_call(at).state, the_call(at).need) == ("waiting", "help")


def test_danger_heard_while_waiting_is_answered_in_the_next_sentence(at: LineInMemory, carrier: Carrier) -> None:
    """Whatever round it is; an estimate or an offer comes after it."""
    in_queue(at, carrier)
    carrier.ask("wait", query="round=0")
    heard(at, "my husband is not breathing, please call an ambulance", "en")
    assert "one one zero" in said(carrier.ask("wait", query="round=2").text)
    assert "one one zero" not in said(carrier.ask("wait", query="round=4").text)


def test_a_wrong_number_is_answered_once_and_nobody_is_cut_off(at: LineInMemory, carrier: Carrier) -> None:
    """The document leads on to a person all the same."""
    in_queue(at, carrier, speech="对不起，打错了")
    first = carrier.ask("wait", query="round=0").text
    assert "打错了" in said(first)
    assert "<Hangup" not in first
    assert "打错了" not in said(carrier.ask("wait", query="round=1").text)
    assert the_call(at).state == "waiting"


def test_nine_while_waiting_is_answered_in_english_and_keeps_everything(at: LineInMemory, carrier: Carrier) -> None:
    """At once, in the same place, with what was said before."""
    in_queue(at, carrier, speech="我要报案")
    before = the_call(at)
    answer = carrier.ask("wait-key", query="round=0", Digits="9").text
    assert "English it is" in said(answer)
    assert languages(answer) == {"en-US"}
    assert languages(carrier.ask("wait", query="round=1").text) == {"en-US"}
    after = the_call(at)
    assert (after.language, after.language_chosen) == ("en", True)
    kept = ("entered_at", "entry", "state", "transcript", "need", "caller_number", "started_at")
    assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
    heard(at, "你好", "zh")
    assert the_call(at).language == "en", "the key stands"


def test_english_heard_while_waiting_is_answered_in_english_at_once(at: LineInMemory, carrier: Carrier) -> None:
    """Moved out of its sentence, the call comes back to the queue, and hears that it was understood."""
    in_queue(at, carrier)
    carrier.ask("wait", query="round=0")
    entered = the_call(at).entered_at
    heard(at, "English please, I have a question about my policy", "en")
    document = carrier.ask("language").text
    assert [verb.tag for verb in ET.fromstring(document)] == ["Enqueue"]
    wait_url = ET.fromstring(document)[0].attrib["waitUrl"]
    answer = carrier.ask("wait", query=wait_url.partition("?")[2].partition("#")[0]).text
    assert "English it is" in said(answer)
    assert languages(answer) == {"en-US"}
    assert (the_call(at).entered_at, the_call(at).state) == (entered, "waiting")


def test_who_turns_back_to_chinese_is_told_so_in_chinese(at: LineInMemory, carrier: Carrier) -> None:
    """There is no special sentence for it: the usual one, in Chinese."""
    in_queue(at, carrier)
    answer = carrier.ask("wait", query="round=1&switched=1").text
    assert languages(answer) == {"zh-CN"}
    assert "还在为您接人" in said(answer)


def test_danger_goes_before_the_answer_to_the_language(at: LineInMemory, carrier: Carrier) -> None:
    """What was said matters more than the language it was said in."""
    in_queue(at, carrier)
    heard(at, "help, my husband is not breathing, please call an ambulance", "en")
    assert "one one zero" in said(carrier.ask("wait", query="round=1&switched=1").text)


@pytest.mark.parametrize("at", [{"ELDER_CHANNEL_LINE__RECORDING_NOTICE": "true"}], indirect=True)
def test_law_7_a_notice_that_was_cut_off_is_said_again_in_the_new_language(at: LineInMemory, carrier: Carrier) -> None:
    """Who had heard it to its end is not told twice."""
    in_queue(at, carrier)
    heard(at, "English please, I have a question about my policy", "en")
    assert "We record this call" in said(carrier.ask("wait", query="round=1&switched=1").text)
    carrier.ask("wait", query="round=1&noticed=1")
    assert "We record this call" not in said(carrier.ask("wait", query="round=1&switched=1").text)


@pytest.mark.parametrize("answered", [False, True], ids=["ringing", "talking"])
def test_law_1_a_move_that_comes_too_late_rings_who_has_the_call(
    at: LineInMemory, carrier: Carrier, answered: bool
) -> None:
    """The router was quicker: the caller is brought back to that agent, to nobody else and not to the queue."""
    in_queue(at, carrier)
    at.line.calls.queued("CA1", at=at.clock())
    at.line.calls.assign("CA1", "grace-tan", matched="any", at=at.clock())
    if answered:
        at.line.calls.answered("CA1", "grace-tan", at=at.clock())
    document = ET.fromstring(carrier.ask("language").text)
    assert [verb.tag for verb in document] == ["Dial"]
    assert the_call(at).agent_id == "grace-tan"


def test_english_spoken_while_waiting_changes_the_next_sentence(at: LineInMemory, carrier: Carrier) -> None:
    """The place in the queue stays; Chinese spoken later changes it back."""
    in_queue(at, carrier)
    entered = the_call(at).entered_at
    heard(at, "English please, I have a question about my policy", "en")
    assert languages(carrier.ask("wait", query="round=1").text) == {"en-US"}
    assert (the_call(at).entered_at, the_call(at).entry) == (entered, Entry.ONE_KEY)
    heard(at, "算了，说中文吧，我要报案", "zh")
    assert languages(carrier.ask("wait", query="round=2").text) == {"zh-CN"}


def test_the_second_prompt_keeps_the_order_of_the_first(at: LineInMemory, carrier: Carrier) -> None:
    """English first for a number from abroad, both times."""
    first = carrier.ask("incoming", From="+12025550142").text
    second = carrier.ask("gather", query="attempt=1", From="+12025550142").text
    for document in (first, second):
        assert document.index("en-US") < document.index("zh-CN")


def test_eight_while_waiting_is_answered_loud_and_slow(at: LineInMemory, carrier: Carrier) -> None:
    """Who hears badly learns that it worked, and then hears the same again."""
    in_queue(at, carrier)
    answer = carrier.ask("wait-key", query="round=0", Digits="8").text
    assert "我大声说" in said(answer)
    assert "正在为您接人" in said(answer)
    assert 'rate="75%"' in answer


def test_a_promised_callback_tells_the_number_and_ends_politely(at: LineInMemory, carrier: Carrier) -> None:
    """Digit by digit, one as 幺, and good-bye in both languages; the order is written before."""
    in_queue(at, carrier)
    at.clock.forward(300)
    goodbye = carrier.ask("wait-key", query="round=2&offer=1", Digits="1").text
    assert "尾号是零幺五五" in said(goodbye)
    assert "再见" in said(goodbye)
    assert "Goodbye" in said(goodbye)
    assert [verb.tag for verb in ET.fromstring(goodbye)][-1] == "Hangup"
    assert at.line.work_orders.of_call("CA1")


@pytest.mark.parametrize(("digits", "words"), [("0", "再见"), ("9", "Goodbye")])
def test_who_is_still_there_when_the_agent_has_hung_up_hears_good_bye(
    at: LineInMemory, carrier: Carrier, digits: str, words: str
) -> None:
    """In the caller's language; who hung up first hears nothing more."""
    in_queue(at, carrier, digits=digits)
    at.line.calls.queued("CA1", at=at.clock())
    at.line.calls.assign("CA1", "grace-tan", matched="any", at=at.clock())
    done = {"DialCallStatus": "completed", "DialBridged": "true"}
    goodbye = carrier.ask("dialed", query="agent=grace-tan", CallStatus="in-progress", **done).text
    assert words in said(goodbye)
    assert [verb.tag for verb in ET.fromstring(goodbye)][-1] == "Hangup"
    silent = carrier.ask("dialed", query="agent=grace-tan", CallStatus="completed", **done).text
    assert said(silent) == ""


@pytest.mark.parametrize("at", [{"ELDER_CHANNEL_LINE__SAY_GOOD_BYE": "false"}], indirect=True)
def test_the_good_bye_can_be_left_out(at: LineInMemory, carrier: Carrier) -> None:
    """By a setting, for who would rather have the line free at once."""
    in_queue(at, carrier)
    at.line.calls.assign("CA1", "grace-tan", matched="any", at=at.clock())
    done = {"DialCallStatus": "completed", "DialBridged": "true", "CallStatus": "in-progress"}
    assert said(carrier.ask("dialed", query="agent=grace-tan", **done).text) == ""


# Bad input


def test_markup_in_a_value_is_said_as_text_and_changes_no_document(at: LineInMemory) -> None:
    """It is escaped once, where the document is made."""
    names = at.line.settings.one_tap.model_copy(update={"line_name_zh": MARKUP})
    document = twiml.called_document(greeting_words("called_back", "zh", names), ADDRESSES, token="t")
    assert [verb.tag for verb in ET.fromstring(document)] == ["Start", "Say", "Pause", "Say", "Pause", "Enqueue"]
    assert MARKUP in said(document)
    assert "&lt;break" in document
    assert "&amp;lt;" not in document


@pytest.mark.parametrize("name", ["", "热线😀", "字" * 10_000, "\ud800"], ids=["empty", "emoji", "endless", "broken"])
def test_law_1_a_name_nobody_can_say_costs_its_sentence_only(at: LineInMemory, name: str) -> None:
    """Who was rung still hears why, and comes to a person."""
    names = at.line.settings.one_tap.model_copy(update={"line_name_zh": name})
    document = twiml.called_document(greeting_words("called_back", "zh", names), ADDRESSES, token="t")
    assert said(document) == "您之前找过我们，现在给您回电话。"
    assert "Enqueue" in document


@pytest.mark.parametrize("language", ["fr", UNKNOWN_LANGUAGE, "", "😀", "x" * 10_000])
def test_law_1_an_unknown_language_is_spoken_to_in_chinese(language: str) -> None:
    """No tag that somebody wrote into the books makes a document fail."""
    document = twiml.wait_document(["invitation"], (language,), ADDRESSES, round_=0, offer=True)
    assert languages(document) == {"zh-CN"}
    assert "正在为您接人" in said(document)


def test_law_1_a_message_nobody_wrote_leaves_the_document_whole() -> None:
    """The Gather still takes keys, and the way on is still there."""
    document = twiml.wait_document(["nobody_wrote_this"], ("zh",), ADDRESSES, round_=0)
    assert [verb.tag for verb in ET.fromstring(document)] == ["Gather", "Redirect"]
    assert words_of("nobody_wrote_this", "zh") == ()
