"""The line's sounds over HTTP: what a carrier is told to play it can fetch, and keep."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import av
import pytest

from bilingual.messages import say
from bilingual.prompt_audio.recorded import NoRecordedPrompts
from bilingual.prompt_audio.shelf import Shelf
from bilingual.prompt_audio.sounds import PromptSounds
from elder_channel.telephony.speech import Speech
from tests.fakes.line import LineInMemory
from tests.fakes.webhooks import Carrier, carrier_of


def played(document: str) -> list[str]:
    """The paths of the sounds in a document, in order."""
    return [urlsplit(play.text or "").path for play in ET.fromstring(document).iter("Play")]


def test_what_the_greeting_plays_can_be_fetched_and_says_the_words(carrier: Carrier) -> None:
    """Mu-law at 8 kHz, to be kept for ever; nothing is asked of who fetches it."""
    paths = played(carrier.ask("incoming").text)
    assert len(paths) == len(say("greeting_choice", "zh"))
    for path, phrase in zip(paths, say("greeting_choice", "zh"), strict=True):
        answer = carrier.http.get(path)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "audio/x-wav"
        assert "immutable" in answer.headers["cache-control"]
        with av.open(io.BytesIO(answer.content)) as container:
            assert container.metadata["title"] == phrase.text
            assert container.streams.audio[0].codec_context.name == "pcm_mulaw"


def test_it_can_be_asked_about_and_asked_for_again(carrier: Carrier) -> None:
    """HEAD tells length and type; who has it already gets no body."""
    path = played(carrier.ask("incoming").text)[0]
    whole = carrier.http.get(path)
    head = carrier.http.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(whole.content))
    again = carrier.http.get(path, headers={"If-None-Match": whole.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "name", ["0" * 32, "..%2f..%2fmanifest", "manifest", "x" * 500, "%00", f"{'0' * 64}-plain", f"{'0' * 64}-loudest"]
)
def test_anything_else_is_not_there(carrier: Carrier, name: str) -> None:
    """Nothing but sounds of the line can be fetched."""
    assert carrier.http.get(f"/prompt-audio/{name}.wav").status_code == 404


def test_the_carriers_voice_says_everything_where_the_site_wants_it(at: LineInMemory, tmp_path: Path) -> None:
    """`prompts.audio: say`, from the next document on."""
    site = tmp_path / "site"
    (site / "prompts.yaml").write_text("schema: 1\naudio: say\nsay_voice_zh: Some.Voice\n", encoding="utf-8")
    at.line.source.reload()
    with carrier_of(at.line) as carrier:
        document = carrier.ask("incoming").text
    assert played(document) == []
    assert "Some.Voice" in document


def test_law_1_without_its_sounds_the_line_speaks_all_the_same(at: LineInMemory) -> None:
    """A folder that is gone costs our voice, not the call."""
    line = replace(at.line, sounds=PromptSounds(Shelf([Path("nowhere")]), NoRecordedPrompts()))
    with carrier_of(line) as carrier:
        document = carrier.ask("incoming").text
    spoken = [verb.text for verb in ET.fromstring(document).iter("Say")]
    assert spoken == [piece.text for piece in Speech().message("greeting_choice", "zh")]
