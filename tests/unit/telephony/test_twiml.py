"""Steps become documents."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from elder_channel.calls.model import Entry
from elder_channel.calls.steps import Ask, EnterQueue, Listen
from elder_channel.telephony import twiml

ADDRESSES = twiml.Addresses("https://line.example/")


def verbs(document: str) -> list[str]:
    """The verbs of a document, in order."""
    return [element.tag for element in ET.fromstring(document)]


def test_law_3_a_known_elders_first_document_already_enqueues() -> None:
    """No prompt stands between an elder and the queue."""
    document = twiml.answer((Listen(), EnterQueue(Entry.KNOWN_ELDER, "zh")), ADDRESSES, token="t", timeout_seconds=8)
    assert verbs(document) == ["Start", "Enqueue"]
    assert 'url="wss://line.example/media/t"' in document


def test_the_prompt_takes_key_and_voice_and_falls_through_to_a_person() -> None:
    """If the carrier answers no Gather at all, the next verb is the way to a person (law 1)."""
    document = twiml.answer((Listen(), Ask("greeting_choice", 1, "zh")), ADDRESSES, token="t", timeout_seconds=8)
    gather = ET.fromstring(document).find("Gather")
    assert gather is not None
    assert verbs(document) == ["Start", "Gather", "Redirect"]
    assert gather.attrib["input"] == "dtmf speech"
    assert gather.attrib["actionOnEmptyResult"] == "true"
    assert [say.attrib["language"] for say in gather.findall("Say")] == ["zh-CN", "en-US"]


def test_english_comes_first_where_the_number_suggests_it() -> None:
    """The order of the languages, nothing else, follows the number."""
    document = twiml.answer((Ask("greeting_choice", 1, "en"),), ADDRESSES, token="t", timeout_seconds=8)
    assert document.index("en-US") < document.index("zh-CN")


def test_the_wait_document_takes_a_key_and_goes_on_for_ever() -> None:
    """Waiting ends with a person, never with the document."""
    document = twiml.wait_document(["invitation"], ("zh",), ADDRESSES, round_=0)
    assert verbs(document) == ["Gather", "Redirect"]
    assert "/voice/wait?round=1" in document


def test_contacts_are_dialled_as_what_they_are() -> None:
    """A number, a SIP address and a softphone each have a noun of their own."""
    for contact, noun in (("+12025550101", "Number"), ("sip:a@agents.example", "Sip"), ("client:a", "Client")):
        document = twiml.connect_document(contact, ADDRESSES, agent_id="a", caller_id="+862100000060", ring_seconds=20)
        dial = ET.fromstring(document).find("Dial")
        assert dial is not None
        assert dial.find(noun) is not None
        assert dial.attrib["answerOnBridge"] == "true"


def test_law_1_the_fallback_needs_nothing_of_ours() -> None:
    """It dials people directly, never a queue, and asks us for no document before somebody was rung."""
    people = [twiml.Hunted("a", "+12025550101"), twiml.Hunted("b", "sip:b@agents.example")]
    document = twiml.hunt_group_document(
        people, caller_id="+862100000060", again_url="https://line.example/voice/incoming"
    )
    assert "Enqueue" not in document
    assert "statusCallback" not in document
    assert "action" not in document
    dial = ET.fromstring(document).find("Dial")
    assert dial is not None
    assert len(dial) == 2
    assert verbs(document)[-1] == "Redirect"
