"""Recorded prompts on the line: approved, then heard by a waiting caller of the dialect, through real webhooks."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import numpy as np
import pytest

from dialects.audio.decode import decode_audio
from elder_channel.customers.model import Customer
from elder_channel.placing import wait_until
from elder_channel.prompts.tables import prompt_takes
from elder_channel.services.prompt_takes import PromptTakes
from elder_channel.storage import approved_prompts
from tests.fakes.line import LineInMemory
from tests.fakes.takes import APPROVER, RECORDER, Staff, ToldEar, recording, speech, wav
from tests.fakes.webhooks import BASE, Carrier

SPEAKS_CANTONESE = "+862000000102"
LATER = recording(wav(speech(5.4)), message_id="still_connecting", voice_tag="guangzhou", token="t2")


@pytest.fixture
def takes(at: LineInMemory, monkeypatch: pytest.MonkeyPatch) -> PromptTakes:
    """Where recordings are handed in and approved; the line looks for news ten times a second."""
    monkeypatch.setattr(approved_prompts, "FRESH_SECONDS", 0.1)
    at.line.customers.load([Customer(7, "示例", (SPEAKS_CANTONESE,), dialect="guangzhou", elder_flag=True)])
    return PromptTakes(at.line, Staff(), ToldEar(away="unreachable"))


def played(carrier: Carrier, sid: str) -> list[str]:
    """What a new caller who speaks Cantonese is played while waiting: paths of sounds, in order."""
    carrier.ask("incoming", sid, From=SPEAKS_CANTONESE)
    document = ET.fromstring(carrier.ask("wait", sid, "round=0", From=SPEAKS_CANTONESE).text)
    return [(play.text or "").removeprefix(BASE) for play in document.iter("Play")]


def test_what_is_approved_is_heard_from_the_next_document_on(
    at: LineInMemory, carrier: Carrier, takes: PromptTakes
) -> None:
    """No restart; as mu-law at 8 kHz; withdrawn, it is played no more and given out no more (law 7)."""
    take = takes.record(recording(), by=RECORDER)
    assert not any(take.sha256 in path for path in played(carrier, "CA1"))
    takes.approve(take.id, by=APPROVER)
    assert wait_until(lambda: at.line.recorded_prompts.find("invitation", "guangzhou"), seconds=5)
    [path] = [path for path in played(carrier, "CA2") if take.sha256 in path]
    answer = carrier.http.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/x-wav")
    heard = decode_audio(answer.content, rate_hz=None)
    assert heard.rate_hz == 8_000
    assert heard.seconds == pytest.approx(take.seconds, abs=0.4)
    assert np.abs(heard.samples).max() > 0.1
    takes.withdraw(take.id, reason="she wishes it", by=RECORDER)
    assert wait_until(lambda: not at.line.recorded_prompts.find("invitation", "guangzhou"), seconds=5)
    assert not any(take.sha256 in path for path in played(carrier, "CA3"))
    assert carrier.http.get(path).status_code == 404


def test_law_1_a_recording_of_other_words_or_a_lost_file_is_not_played(
    at: LineInMemory, carrier: Carrier, takes: PromptTakes
) -> None:
    """The caller hears the prompt that was built, or the carrier's voice, and the call goes on."""
    other, lost = (takes.record(each, by=RECORDER) for each in (recording(), LATER))
    for take in (other, lost):
        takes.approve(take.id, by=APPROVER)
    at.line.take_sounds.delete(lost.sha256)
    with at.line.databases.calls.begin() as connection:
        said_something_else = prompt_takes.update().where(prompt_takes.c.id == other.id)
        connection.execute(said_something_else.values(wording_key="of other words"))
    assert wait_until(lambda: at.line.recorded_prompts.find("still_connecting", "guangzhou"), seconds=5)
    assert at.line.recorded_prompts.find("invitation", "guangzhou")
    assert not any(take.sha256 in path for take in (other, lost) for path in played(carrier, "CA1"))
    document = ET.fromstring(carrier.ask("wait", "CA1", "round=1", From=SPEAKS_CANTONESE).text)
    assert [verb for verb in document.iter() if verb.tag in ("Play", "Say")]
