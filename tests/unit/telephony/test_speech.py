"""Documents play our sounds where there are any, and have the carrier's voice say the rest."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from bilingual.manner import PLAIN, Manner
from bilingual.messages import Spoken, say
from bilingual.prompt_audio.sounds import Played
from elder_channel.calls.steps import Ask
from elder_channel.telephony import twiml
from elder_channel.telephony.document_lint import lint_document, names_keys
from elder_channel.telephony.speech import Speech, seconds_of

ADDRESSES = twiml.Addresses("https://line.example", overrides="ct=2000")
VOICES = {"zh-CN": "Some.Chinese", "en-US": "Some.English"}


class HalfASecond:
    """Every Chinese phrase lasts half a second; of English there is no sound."""

    def of_phrase(self, spoken: Spoken, manner: Manner) -> Played | None:
        return Played("a" * 32, spoken.text, 0.5) if spoken.language == "zh-CN" and manner == PLAIN else None

    def of_message(self, message_id: str, voice_tag: str, manner: Manner) -> Played | None:
        return None


SPEECH = Speech(VOICES, HalfASecond())
EACH_DOCUMENT = pytest.mark.parametrize(
    "document",
    [
        twiml.answer((Ask("greeting_choice", 1, "zh"),), ADDRESSES, token="t", timeout_seconds=8, speech=SPEECH),
        twiml.wait_document(["invitation"], ("zh", "en"), ADDRESSES, round_=0, speech=SPEECH),
        twiml.notice_document(["recording_notice"], ("zh", "en"), ADDRESSES, speech=SPEECH),
        twiml.enqueue_again("no_answer_next", ("zh", "en"), ADDRESSES, speech=SPEECH),
        twiml.farewell(["callback_promised"], "zh", ADDRESSES, speech=SPEECH),
        twiml.called_document(
            (*say("still_connecting", "zh"), *say("still_connecting", "en")), ADDRESSES, token="t", speech=SPEECH
        ),
    ],
    ids=["prompt", "wait", "notice", "enqueue again", "farewell", "called"],
)


@EACH_DOCUMENT
def test_a_sound_is_played_and_what_has_none_is_said(document: str) -> None:
    """In the order of the words, by the voice of the settings, from an address that a carrier can keep for ever."""
    spoken = [verb for verb in ET.fromstring(document).iter() if verb.tag in ("Say", "Play")]
    assert {verb.tag for verb in spoken} == {"Say", "Play"}
    assert {verb.text for verb in spoken if verb.tag == "Play"} == {
        f"https://line.example/prompt-audio/{'a' * 32}.wav#ct=2000"
    }
    assert {verb.get("voice") for verb in spoken if verb.tag == "Say"} == {"Some.English"}


def test_a_manner_without_a_sound_is_asked_of_the_carriers_voice() -> None:
    """Slowly and loud all the same."""
    slow = twiml.wait_document(["invitation"], ("zh",), ADDRESSES, round_=0, manner=Manner(75, "x-loud"), speech=SPEECH)
    assert 'prosody rate="75%" volume="x-loud"' in slow
    assert "<Play>" not in slow


def test_law_1_the_document_at_the_carrier_needs_none_of_our_sounds() -> None:
    """Who is rung while we are down hears the carrier's voice: ours could not be fetched."""
    document = twiml.hunt_group_document(
        [twiml.Hunted("a", "+12025550101")], caller_id="+862100000060", again_url="https://x", speech=SPEECH
    )
    assert "<Play>" not in document
    assert "Some.Chinese" in document


def test_the_length_of_what_is_said_is_the_real_one_where_there_is_a_sound() -> None:
    """Two sounds of half a second, and a second of quiet after each."""
    pieces = SPEECH.message("invitation", "zh")
    assert seconds_of(pieces) == pytest.approx(2 * 0.5 + 2 * 1.0)
    assert seconds_of(Speech(VOICES).message("invitation", "zh")) > 4


def test_the_lint_reads_a_sound_by_its_words_and_its_real_length() -> None:
    """What is played is held to the same rules as what is said; a sound nobody knows is a finding."""
    document = twiml.wait_document(["invitation"], ("zh",), ADDRESSES, round_=0, speech=SPEECH)
    known = {"a" * 32: Played("a" * 32, "找人，请按零。", 4.0)}
    assert lint_document(document, sounds=known.get) == ()
    assert names_keys(document, sounds=known.get)
    assert any("nobody knows" in finding for finding in lint_document(document))
    hasty = {"a" * 32: Played("a" * 32, "好" * 40, 1.0)}
    assert any("characters a minute" in finding for finding in lint_document(document, sounds=hasty.get))
