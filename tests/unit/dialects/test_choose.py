"""Which recognizer is tried for a dialect."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialects.catalogue import Catalogue, load_catalogue
from dialects.errors import UnknownDialectError
from dialects.recognizers.choose import Fitness, Offer, choose_better, choose_recognizers, is_recognizable
from dialects.recognizers.models import Engine, load_models
from dialects.recognizers.port import Capabilities

WHISPER = Offer(Capabilities(name="whisper", languages=frozenset({"zh", "en"}), reports_language=True))
SPECIALISTS = {
    model.id: Offer(model.capabilities, model.answers_to)
    for model in load_models().values()
    if model.engine is Engine.SHERPA
}
ALL = [WHISPER, *SPECIALISTS.values()]
CLASSES = [*load_catalogue().dialects, "putonghua", "english"]


def names(class_id: str, offers: list[Offer], catalogue: Catalogue) -> list[str]:
    return [choice.offer.capabilities.name for choice in choose_recognizers(class_id, offers, catalogue=catalogue)]


@pytest.mark.parametrize(
    ("class_id", "part_of_first"),
    [
        ("shanghai", "wenetspeech-wu"),
        ("guangzhou", "wenetspeech-yue"),
        ("sichuan", "paraformer"),
        ("dongbei", "qwen3-asr"),
        ("minnan", "qwen3-asr"),
        ("changsha", "fire-red"),
        ("hakka", "funasr-nano"),
        ("putonghua", "whisper"),
    ],
)
def test_the_catalogue_s_recommendation_is_first(class_id: str, part_of_first: str, catalogue: Catalogue) -> None:
    """When everything is installed, a dialect gets the model judged best for it."""
    assert part_of_first in names(class_id, ALL, catalogue)[0]


def test_a_model_that_is_absent_is_passed_over(catalogue: Catalogue) -> None:
    """Without its library or its files a recognizer is not tried, however good."""
    best, *others = choose_recognizers("shanghai", ALL, catalogue=catalogue)
    for lacking in (replace(best.offer, installed=False), replace(best.offer, present=False)):
        offers = [lacking if offer is best.offer else offer for offer in ALL]
        assert list(choose_recognizers("shanghai", offers, catalogue=catalogue)) == others


def test_what_only_hears_comes_last_and_says_so(catalogue: Catalogue) -> None:
    """Whisper knows Mandarin: of Min it writes something, and nobody relies on it."""
    (choice,) = choose_recognizers("fuzhou", [WHISPER], catalogue=catalogue)
    assert choice.fitness is Fitness.HEARS
    (choice,) = choose_recognizers("henan", [WHISPER], catalogue=catalogue)
    assert choice.fitness is Fitness.KNOWS_THE_GROUP


def test_only_who_knows_more_hears_again(catalogue: Catalogue) -> None:
    """After Whisper a specialist of the dialect, and never one that only hears it too."""

    def again(class_id: str, *, before: list[Offer] | None = None, after: list[Offer] | None = None) -> list[str]:
        choices = choose_better(class_id, WHISPER, before=before or [], after=after or [], catalogue=catalogue)
        return [choice.offer.capabilities.name for choice in choices]

    wu = next(offer for offer in SPECIALISTS.values() if offer.capabilities.name == "wenetspeech-wu")
    mandarin = Offer(replace(WHISPER.capabilities, name="mandarin"))
    assert again("shanghai", after=[mandarin, wu]) == ["wenetspeech-wu"]
    assert again("hakka", before=[wu, mandarin]) == []
    assert again("henan", after=[mandarin]) == []
    assert again("henan", before=[mandarin]) == ["mandarin"]  # the operator has named it: it wins a draw
    assert again("english", after=ALL[1:]) == []


def test_english_goes_to_who_knows_english(catalogue: Catalogue) -> None:
    """A recognizer for Wu alone is not asked."""
    chosen = names("english", ALL, catalogue)
    assert "whisper" in chosen
    assert not any("wenetspeech-wu" in name for name in chosen)


def test_nine_dialects_are_for_a_person_to_understand(catalogue: Catalogue) -> None:
    """No open recognizer is known to be reliable for them."""
    assert sum(not is_recognizable(class_id, catalogue=catalogue) for class_id in catalogue.dialects) == 9
    assert is_recognizable("putonghua", catalogue=catalogue)


def test_a_dialect_nobody_knows_is_an_error(catalogue: Catalogue) -> None:
    """A misspelt id is told, not guessed."""
    with pytest.raises(UnknownDialectError):
        choose_recognizers("klingon", ALL, catalogue=catalogue)


@given(class_id=st.sampled_from(CLASSES), usable=st.lists(st.booleans(), min_size=len(ALL), max_size=len(ALL)))
def test_choosing_is_sorting_what_can_be_used(class_id: str, usable: list[bool]) -> None:
    """Whatever is installed: only what is usable is chosen, each once, best first."""
    offers = [replace(offer, present=present) for offer, present in zip(ALL, usable, strict=True)]
    chosen = choose_recognizers(class_id, offers, catalogue=load_catalogue())
    assert all(choice.offer.present for choice in chosen)
    assert len({choice.offer.capabilities.name for choice in chosen}) == len(chosen)
    assert [choice.fitness for choice in chosen] == sorted((choice.fitness for choice in chosen), reverse=True)
