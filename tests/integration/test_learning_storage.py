"""Verdicts, consents and kept utterances, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from elder_channel.customers.model import Customer, DialectFrom
from elder_channel.learning.model import Consent, Correction, SoundClip
from elder_channel.storage.corrections import SqlCorrectionStore
from elder_channel.storage.customers import SqlCustomerStore
from elder_channel.storage.engine import Databases
from elder_channel.storage.sound_clips import SqlSoundClipStore

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
VERDICT = Correction(
    call_sid="CA1", number=1, corrected_at=NOW, corrected_by="lin", role="agent", customer_id=7, somebody_else=False,
    from_dialect="fuzhou", from_probability=0.8125, from_abstained=False, to_dialect="minnan", from_need=None,
    to_need="pay",
)  # fmt: skip


@pytest.fixture
def corrections(databases: Databases) -> SqlCorrectionStore:
    """The verdicts."""
    return SqlCorrectionStore(databases.calls)


@pytest.fixture
def clips(databases: Databases) -> SqlSoundClipStore:
    """Consents and kept utterances."""
    return SqlSoundClipStore(databases.calls)


def yes(clips: SqlSoundClipStore, customer_id: int = 7) -> Consent:
    """The customer agrees."""
    return clips.record_consent(customer_id, given=True, basis="form", by="lin", role="agent", at=NOW)


def clip(consent: Consent, id_: str = "a", **changes: object) -> SoundClip:
    """An utterance of the customer."""
    one = SoundClip(id_, "CA1", consent.customer_id, consent.id, NOW, 4.0, "0" * 64, "hotline", "whisper", "head@1")
    return replace(one, **changes)  # type: ignore[arg-type]


def test_a_verdict_comes_back_as_it_was(corrections: SqlCorrectionStore) -> None:
    """Every field."""
    assert corrections.keep(VERDICT, token="t1")
    assert corrections.of_calls(["CA1", "CA2"]) == {"CA1": [VERDICT]}
    assert corrections.of_calls([]) == {}


def test_a_form_sent_twice_is_one_verdict(corrections: SqlCorrectionStore) -> None:
    """The second is told that it was kept."""
    assert corrections.keep(VERDICT, token="t1")
    assert corrections.keep(VERDICT, token="t1")
    assert len(corrections.of_calls(["CA1"])["CA1"]) == 1


def test_of_two_agents_who_judge_at_once_one_is_first(corrections: SqlCorrectionStore) -> None:
    """The other is refused instead of overwriting what was not seen."""
    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(lambda n: corrections.keep(VERDICT, token=f"t{n}"), range(8)))
    assert sum(kept) == 1


def test_a_token_of_another_call_opens_nothing(corrections: SqlCorrectionStore) -> None:
    """Tokens are random; one used for another call is a refusal, not a silent yes."""
    assert corrections.keep(VERDICT, token="t1")
    assert not corrections.keep(replace(VERDICT, call_sid="CA2"), token="t1")


def test_a_second_verdict_keeps_the_first(corrections: SqlCorrectionStore) -> None:
    """History, oldest first."""
    second = replace(VERDICT, number=2, to_dialect="puxian", corrected_at=NOW + timedelta(hours=1))
    assert corrections.keep(VERDICT, token="t1")
    assert corrections.keep(second, token="t2")
    assert [one.to_dialect for one in corrections.of_calls(["CA1"])["CA1"]] == ["minnan", "puxian"]


def test_verdicts_since_a_moment_come_with_their_whole_history(corrections: SqlCorrectionStore) -> None:
    """A call judged again lately is listed with what was said before."""
    corrections.keep(VERDICT, token="t1")
    corrections.keep(replace(VERDICT, number=2, corrected_at=NOW + timedelta(days=3)), token="t2")
    corrections.keep(replace(VERDICT, call_sid="CA2"), token="t3")
    assert {sid: len(rows) for sid, rows in corrections.since(NOW + timedelta(days=2)).items()} == {"CA1": 2}
    assert set(corrections.since()) == {"CA1", "CA2"}


def test_verdict_and_books_change_together(databases: Databases, corrections: SqlCorrectionStore) -> None:
    """The customer's dialect is noted with the verdict; a refused verdict notes nothing."""
    books = SqlCustomerStore(databases.calls)
    books.load([Customer(7, "陈", ("+8659100000101",), dialect="fuzhou")])
    assert corrections.keep(VERDICT, token="t1", dialect_of_customer="minnan")
    assert not corrections.keep(VERDICT, token="t2", dialect_of_customer="hakka")
    customer = books.at_number("+8659100000101").owner
    assert customer
    assert customer.dialect == "minnan"
    books.load([Customer(7, "陈", ("+8659100000101",), dialect="fuzhou")])
    again = books.at_number("+8659100000101").owner
    assert again
    assert (again.dialect, again.dialect_from) == ("minnan", DialectFrom.CORRECTED), (
        "loaded anew, what an agent heard stays"
    )


def test_law_7_an_utterance_is_kept_only_on_the_newest_yes(clips: SqlSoundClipStore) -> None:
    """Without consent, after a withdrawal, or on a consent that is not the newest word: nothing."""
    first = yes(clips)
    assert clips.add(clip(first))
    no = clips.record_consent(7, given=False, basis="", by="lin", role="agent", at=NOW)
    assert not clips.add(clip(first, "b"))
    assert not clips.add(clip(no, "c"))
    second = yes(clips)
    assert not clips.add(clip(first, "d"))
    assert clips.add(clip(second, "e"))
    assert [one.id for one in clips.of_customer(7)] == ["a", "e"]
    assert not clips.add(clip(second, "f", customer_id=8))


def test_consents_keep_their_history_and_the_newest_counts(clips: SqlSoundClipStore) -> None:
    """Who was never asked is not listed."""
    yes(clips)
    no = clips.record_consent(7, given=False, basis="letter", by="op", role="administrator", at=NOW)
    yes(clips, 8)
    assert clips.consents_of([7, 9]) == {7: no}
    assert {id_: one.given for id_, one in clips.all_consents().items()} == {7: False, 8: True}
    assert clips.consents_of([]) == {}


def test_law_7_what_is_due_is_found(clips: SqlSoundClipStore, corrections: SqlCorrectionStore) -> None:
    """Too old, not judged in time, or refused since; a judged young one stays."""
    agreed, gone = yes(clips), yes(clips, 8)
    corrections.keep(VERDICT, token="t1")
    corrections.keep(replace(VERDICT, call_sid="CA3", to_dialect=None), token="t2")
    for id_, sid, age_days, consent in (
        ("judged", "CA1", 30, agreed),
        ("too-old", "CA1", 200, agreed),
        ("unjudged", "CA2", 8, agreed),
        ("need-only", "CA3", 8, agreed),
        ("young", "CA2", 1, agreed),
        ("withdrawn", "CA1", 1, gone),
    ):
        assert clips.add(clip(consent, id_, call_sid=sid, heard_at=NOW - timedelta(days=age_days)))
    clips.record_consent(8, given=False, basis="", by="lin", role="agent", at=NOW)
    due = clips.due(kept_before=NOW - timedelta(days=180), unjudged_before=NOW - timedelta(days=7))
    assert {one.id for one in due} == {"too-old", "unjudged", "need-only", "withdrawn"}
    clips.forget([one.id for one in due])
    assert {one.id for one in clips.all()} == {"judged", "young"}
    assert clips.has("judged")
    assert not clips.has("too-old")
    assert [one.id for one in clips.of_calls(["CA2"])] == ["young"]
