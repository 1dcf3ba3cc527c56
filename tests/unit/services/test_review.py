"""Which calls are listened to again, by whom, and how far people agree."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from elder_channel.calls.tables import readings
from elder_channel.services.accounts import Account, Role
from elder_channel.services.consents import Consents
from elder_channel.services.corrections import Corrections, Verdict
from elder_channel.services.errors import NotAllowedError, RecordingRefusedError
from elder_channel.services.review import EXPORT_FOLDER, Review, Why, agreement_of
from tests.fakes.learning import AGENT, agreed, answered_call, kept_utterance, learning_line
from tests.fakes.line import LineInMemory
from tests.fakes.people import People

LEAD, OTHER = Account("lin.fang", Role.SUPERVISOR), Account("zhou.min", Role.ADMINISTRATOR)
PEOPLE = People(AGENT, LEAD, OTHER)


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A line that keeps sound, with an answered call of a customer who agreed, and one utterance of it."""
    with learning_line(tmp_path) as opened:
        answered_call(opened)
        agreed(opened)
        kept_utterance(opened)
        yield opened


@pytest.fixture
def judging(at: LineInMemory) -> Corrections:
    """Where everybody's verdicts go."""
    return Corrections(at.line, PEOPLE)


@pytest.fixture
def review(at: LineInMemory, judging: Corrections) -> Review:
    """The service."""
    return Review(at.line, PEOPLE, judging)


def first_thought(at: LineInMemory) -> str:
    """What the line itself had the call for."""
    call = at.line.calls.get("CA1")
    assert call
    assert call.identification
    return call.identification.top[0]


def test_a_call_goes_from_uncertain_to_settled(at: LineInMemory, judging: Corrections, review: Review) -> None:
    """Corrected it wants a second person, who does not see the first word; disagreed a third; then it is done."""
    verdicts = {"puxian", "minnan"} - {first_thought(at)}
    one = verdicts.pop()
    judging.judge(Verdict("CA1", one, None, "t1"), by=AGENT)
    [item] = review.queue(by=LEAD)
    assert (item.why, item.verdicts, len(item.clips)) == (Why.CORRECTED, 1, 1)
    review.judge(item, "hakka", token="t2", by=LEAD)
    assert review.queue(by=LEAD) == ()
    [item] = review.queue(by=OTHER)
    assert item.why is Why.DISAGREED
    review.judge(item, "hakka", token="t3", by=OTHER)
    found = review.agreement(by=OTHER)
    assert (found.calls, found.agreed) == (1, 0)
    assert found.apart == ((tuple(sorted((one, "hakka"))), 1),)


def test_what_the_line_was_sure_of_and_an_agent_confirmed_needs_nobody(
    at: LineInMemory, judging: Corrections, review: Review
) -> None:
    """Nor does a call on which a relative spoke."""
    judging.judge(Verdict("CA1", first_thought(at), None, "t1"), by=AGENT)
    assert review.queue(by=LEAD) == ()


def test_only_sound_that_is_agreed_to_is_played_and_who_listens_is_recorded(at: LineInMemory, review: Review) -> None:
    """A withdrawal counts at once."""
    [clip] = at.line.sound_clips.all()
    assert review.sound(clip.id, by=LEAD).startswith(b"RIFF")
    with at.line.databases.calls.connect() as connection:
        assert LEAD.username in connection.execute(sa.select(readings.c.reader)).scalars().all()
    at.line.sound_files.path(clip.id).write_bytes(b"another sound")
    with pytest.raises(RecordingRefusedError) as refused:
        review.sound(clip.id, by=LEAD)
    assert refused.value.code == "review_damaged"
    Consents(at.line, PEOPLE).record(70, given=False, basis="said on a call", by=AGENT)
    with pytest.raises(RecordingRefusedError) as refused:
        review.sound(clip.id, by=LEAD)
    assert refused.value.code == "review_gone"
    assert review.queue(by=LEAD) == ()


def test_agents_neither_review_nor_export(review: Review) -> None:
    """And a supervisor does not export: voices leave the books with it."""
    for act in (review.queue, review.agreement, review.export):
        with pytest.raises(NotAllowedError):
            act(by=AGENT)
    with pytest.raises(NotAllowedError):
        review.export(by=LEAD)


def test_the_export_is_the_manifest_of_training(at: LineInMemory, judging: Corrections, review: Review) -> None:
    """In the state folder, with what was judged."""
    judging.judge(Verdict("CA1", "puxian", None, "t1"), by=AGENT)
    assert review.export(by=OTHER).clips == 1
    assert "puxian" in (at.line.state / EXPORT_FOLDER / "manifest.tsv").read_text(encoding="utf-8")


def test_nobody_to_agree_with_is_no_agreement() -> None:
    """No figure is made of nothing."""
    assert agreement_of({}).calls == 0
