"""How far a transcript is to be trusted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialects.catalogue import Catalogue, load_catalogue
from dialects.recognizers.choose import is_recognizable
from dialects.recognizers.trust import Trust, judge_trust

WHISPER = "whisper-base-int8"


@pytest.mark.parametrize(
    ("dialect", "recognizer", "trust"),
    [
        ("fuzhou", WHISPER, Trust.PERSON),
        ("fuzhou", "funasr-nano", Trust.PERSON),  # recommended, and yet nobody calls it reliable
        ("fuzhou", None, Trust.PERSON),
        ("shanghai", WHISPER, Trust.KEY_WORDS),
        ("shanghai", "wenetspeech-wu", Trust.UNSURE),  # partial, says the catalogue
        ("shanghai", "wenetspeech-yue", Trust.KEY_WORDS),
        ("shanghai", "wenetspeech-wu + whisper-base-int8", Trust.KEY_WORDS),  # the weaker of two decides
        ("shanghai", None, None),
        ("guangzhou", "wenetspeech-yue", Trust.GOOD),
        ("henan", WHISPER, Trust.UNSURE),
        ("henan", "qwen3-asr-0.6b", Trust.GOOD),
        ("minnan", "qwen3-asr-0.6b", Trust.UNSURE),
        ("putonghua", WHISPER, Trust.GOOD),
        ("putonghua", "carrier", Trust.GOOD),
        ("hakka", "carrier", Trust.KEY_WORDS),
    ],
)
def test_who_heard_which_dialect_decides(
    dialect: str, recognizer: str | None, trust: Trust | None, catalogue: Catalogue
) -> None:
    """By what the recognizer was made for and what the catalogue says of its quality."""
    assert judge_trust(recognizer, {dialect: 1.0}, is_english=False, catalogue=catalogue) is trust


def test_all_nine_dialects_are_for_a_person(catalogue: Catalogue) -> None:
    """Whoever heard them."""
    nine = [id_ for id_ in catalogue.dialects if not is_recognizable(id_, catalogue=catalogue)]
    assert len(nine) == 9
    for class_id in nine:
        assert judge_trust(WHISPER, {class_id: 1.0}, is_english=False, catalogue=catalogue) is Trust.PERSON


def test_law_5_an_abstention_is_judged_by_its_mass(catalogue: Catalogue) -> None:
    """Nobody knows which of the eastern Min it is, and for each of them a person must listen."""
    unsure = {"fuzhou": 0.4, "puxian": 0.2, "minbei": 0.1, "putonghua": 0.3}
    assert judge_trust(WHISPER, unsure, is_english=False, catalogue=catalogue) is Trust.PERSON
    assert judge_trust(WHISPER, {"fuzhou": 0.3, "hakka": 0.4, "putonghua": 0.3}, is_english=False,
                       catalogue=catalogue) is Trust.KEY_WORDS  # fmt: skip


def test_english_is_whispers_own(catalogue: Catalogue) -> None:
    """Whatever the number says of the dialect."""
    assert judge_trust(WHISPER, {"fuzhou": 1.0}, is_english=True, catalogue=catalogue) is Trust.GOOD
    assert judge_trust(None, {"fuzhou": 1.0}, is_english=True, catalogue=catalogue) is None
    assert judge_trust(WHISPER, {}, is_english=False, catalogue=catalogue) is None


@given(st.dictionaries(st.sampled_from(load_catalogue().classes), st.floats(0.01, 1), min_size=1))
def test_it_is_never_better_than_the_likeliest_dialect_or_half_of_all(weights: dict[str, float]) -> None:
    """A warning that belongs to what the agent reads first is never left out."""
    catalogue = load_catalogue()
    order = list(Trust)

    def rank(posterior: dict[str, float]) -> int:
        told = judge_trust(WHISPER, posterior, is_english=False, catalogue=catalogue)
        assert told is not None
        return order.index(told)

    posterior = {class_id: weight / sum(weights.values()) for class_id, weight in weights.items()}
    told = rank(posterior)
    assert told <= rank({max(posterior, key=lambda class_id: posterior[class_id]): 1.0})
    assert sum(p for class_id, p in posterior.items() if rank({class_id: 1.0}) < told) < 0.5
