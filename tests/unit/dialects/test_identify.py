"""Evidence adds up to a posterior, or to an abstention."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialects.area import number_evidence
from dialects.catalogue import PUTONGHUA, Catalogue, load_catalogue
from dialects.errors import UnknownDialectError
from dialects.evidence import Evidence, Source
from dialects.identify import identify
from dialects.profile import choice_evidence, customer_evidence
from dialects.settings import IdentificationSettings
from dialects.sound import language_evidence
from dialects.words import word_evidence

CLASSES = load_catalogue().classes
likelihoods = st.lists(st.floats(1e-9, 1e9), min_size=43, max_size=43).map(lambda v: dict(zip(CLASSES, v, strict=True)))
some_evidence = st.builds(
    Evidence,
    source=st.sampled_from([source for source in Source if source is not Source.CHOICE]),
    text=st.sampled_from(["a", "b", "c"]),
    likelihood=likelihoods,
)


@given(st.lists(some_evidence, max_size=5))
def test_a_posterior_sums_to_one_and_rules_nothing_out(pieces: Sequence[Evidence]) -> None:
    """Whatever the evidence, every class keeps a chance and all of them make one."""
    result = identify(pieces, catalogue=load_catalogue(), settings=IdentificationSettings())
    assert math.isclose(sum(result.posterior.values()), 1.0)
    assert set(result.posterior) == set(CLASSES)
    assert min(result.posterior.values()) > 0
    assert all(item.weight >= 0 and math.isfinite(item.weight) for item in result.evidence)


@given(st.lists(some_evidence, max_size=5).flatmap(lambda pieces: st.tuples(st.just(pieces), st.permutations(pieces))))
def test_the_order_does_not_matter(orders: tuple[list[Evidence], list[Evidence]]) -> None:
    """Evidence arrives as it will; the answer is the same to the last bit."""
    first, second = (
        identify(pieces, catalogue=load_catalogue(), settings=IdentificationSettings()) for pieces in orders
    )
    assert first == second


@given(st.lists(some_evidence, max_size=4), st.sampled_from(CLASSES))
def test_the_caller_s_choice_wins(pieces: list[Evidence], chosen: str) -> None:
    """What the caller says of the own dialect outweighs all we think we know."""
    catalogue = load_catalogue()
    evidence = [*pieces, choice_evidence(chosen, catalogue)]
    result = identify(evidence, catalogue=catalogue, settings=IdentificationSettings())
    assert result.top[0] == chosen
    assert result.top[1] > 0.9
    assert not result.abstained


@given(some_evidence)
def test_the_same_evidence_twice_counts_once(piece: Evidence) -> None:
    """A repeated webhook makes nothing more certain."""
    catalogue, settings = load_catalogue(), IdentificationSettings()
    once = identify([piece], catalogue=catalogue, settings=settings)
    assert identify([piece, piece], catalogue=catalogue, settings=settings) == once


def test_without_evidence_it_abstains(catalogue: Catalogue, settings: IdentificationSettings) -> None:
    """Nothing known: Putonghua its share, the 42 evenly, and no dialect named."""
    result = identify([], catalogue=catalogue, settings=settings)
    assert result.abstained
    assert result.evidence == ()
    assert result.posterior[PUTONGHUA] == pytest.approx(settings.putonghua_share)
    assert len({round(result.posterior[dialect_id], 12) for dialect_id in catalogue.dialects}) == 1


def test_law_5_a_doubtful_answer_is_an_abstention(catalogue: Catalogue) -> None:
    """A probability, or an abstention, never a bare guess: the threshold decides."""
    evidence = number_evidence("+8659122345678", catalogue, IdentificationSettings())
    assert evidence is not None
    strict = IdentificationSettings(abstain_below=0.9)
    assert identify([evidence], catalogue=catalogue, settings=strict).abstained
    assert not identify([evidence], catalogue=catalogue, settings=IdentificationSettings()).abstained


def test_each_evidence_is_weighed_by_what_it_changed(catalogue: Catalogue, settings: IdentificationSettings) -> None:
    """Agreeing sources raise the answer; what changed nothing weighs nothing."""
    number = number_evidence("+862022345678", catalogue, settings)
    words = word_evidence("我哋嘅嘢喺边度", catalogue)
    sound = language_evidence({"zh": 0.95}, catalogue)
    assert number is not None
    assert words is not None
    assert sound is not None
    flat = Evidence(Source.CUSTOMER, "nothing", dict.fromkeys(catalogue.classes, 1.0))
    result = identify([number, words, sound, flat], catalogue=catalogue, settings=settings)
    weights = {item.source: item.weight for item in result.evidence}
    assert result.top[0] == "guangzhou"
    assert result.top[1] > identify([number], catalogue=catalogue, settings=settings).top[1]
    assert weights[Source.WORDS] > weights[Source.ACOUSTIC] > 0
    assert weights[Source.CUSTOMER] == pytest.approx(0, abs=1e-12)


def test_a_source_switched_off_does_not_count(catalogue: Catalogue) -> None:
    """A weight of zero in the settings silences a source."""
    off = IdentificationSettings(number_weight=0)
    number = number_evidence("+8659122345678", catalogue, off)
    assert number is not None
    assert identify([number], catalogue=catalogue, settings=off).abstained


@pytest.mark.parametrize(
    ("stored", "origin", "best"),
    [
        ("hakka", None, "hakka"),
        ("hakka", "0591", "hakka"),
        (None, "0591", "fuzhou"),
        (None, "福州", "fuzhou"),
        (None, "福建省福州市", "fuzhou"),
        ("putonghua", None, "putonghua"),
    ],
)
def test_the_books_speak(
    stored: str | None, origin: str | None, best: str, catalogue: Catalogue, settings: IdentificationSettings
) -> None:
    """A stored dialect goes before the place a customer comes from."""
    evidence = customer_evidence(stored, origin, catalogue)
    assert evidence is not None
    assert identify([evidence], catalogue=catalogue, settings=settings).posterior[best] == pytest.approx(
        max(identify([evidence], catalogue=catalogue, settings=settings).posterior.values())
    )


@pytest.mark.parametrize("origin", [None, "", "纽约", "9999"])
def test_books_without_an_answer_say_nothing(origin: str | None, catalogue: Catalogue) -> None:
    """An unknown place is no evidence."""
    assert customer_evidence(None, origin, catalogue) is None


def test_an_unknown_dialect_is_refused(catalogue: Catalogue) -> None:
    """Books and keys name dialects of the catalogue only."""
    with pytest.raises(UnknownDialectError):
        customer_evidence("klingon", None, catalogue)
    with pytest.raises(UnknownDialectError):
        choice_evidence("klingon", catalogue)
