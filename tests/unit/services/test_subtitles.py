"""What a caller said, for who may not follow it: as heard, in Mandarin, in English, each with where it is from."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from types import ModuleType

import pytest

from dialects.catalogue import load_catalogue
from dialects.evidence import Identification
from dialects.glossary_words import Field
from elder_channel.calls.handover import write_handover
from elder_channel.calls.model import Call, CallState
from elder_channel.services.subtitles import Subtitles, subtitles, words_in
from elder_channel.services.translating import State, Translations

CATALOGUE = load_catalogue()
NO_ENGINE = Translations(lambda: "")


def call(said: str | None, dialect: str, *, probability: float = 0.9, abstained: bool = False, **given: object) -> Call:
    """A call whose caller said this in this dialect, as far as the line knows."""
    others = [class_id for class_id in CATALOGUE.classes if class_id != dialect]
    rest = {class_id: (1 - probability) / len(others) for class_id in others}
    return Call(
        sid="CA1",
        caller_number="+8659100000101",
        called_number="+862100000060",
        state=CallState.WAITING,
        started_at=datetime(2026, 11, 22, tzinfo=UTC),
        transcript=said,
        recognizer="whisper-base-ct2",
        identification=Identification({dialect: probability, **rest}, abstained, ()),
        **given,  # type: ignore[arg-type]
    )


def of(said: str, dialect: str, **given: object) -> Subtitles:
    found = subtitles(call(said, dialect, **given), CATALOGUE, NO_ENGINE)  # type: ignore[arg-type]
    assert found
    return found


def test_the_dialect_s_words_are_marked_where_they_stand_and_explained() -> None:
    """Word, sound, Mandarin, English and source; everything else stays as it was heard."""
    found = of("我而家头晕,个仔跌咗", "guangzhou")
    assert "".join(piece.text for piece in found.heard) == "我而家头晕,个仔跌咗"
    assert [piece.text for piece in found.heard if piece.word] == ["而家"]
    [word] = found.words
    assert (word.mandarin, word.english, word.source) == ("现在", "now", "beida")
    assert word.ipa
    assert found.word_by_word == "我现在头晕,个仔跌咗"


def test_words_of_illness_and_family_are_known_too() -> None:
    """害病 is 生病, 婆娘 is the wife; from the same survey, in a field of their own."""
    found = of("我婆娘害病了", "sichuan")
    assert found.word_by_word == "我妻子生病了"
    assert {word.field for word in found.words} == {Field.INSURANCE}
    assert [word.english for word in found.words] == ["wife", "fall ill"]


def test_an_english_caller_is_subtitled_in_reverse() -> None:
    """The words of the trade with their Chinese, whole words only, in any case."""
    found = of("I want to claim, my Policies and the beneficiary reclaimed", "putonghua", language="en")
    assert [piece.text for piece in found.heard if piece.word] == ["claim", "Policies", "beneficiary"]
    assert [word.mandarin for word in found.words] == ["索赔", "保单", "受益人"]
    assert found.word_by_word is None
    assert found.english.state is State.OFF


@pytest.mark.parametrize(
    ("said", "dialect"),
    [
        pytest.param("我要报案", "putonghua", id="Mandarin"),
        pytest.param("我要报案", "siyi", id="a dialect nobody listed"),
        pytest.param("我要报案", "guangzhou", id="no word of the list"),
    ],
)
def test_where_nothing_is_known_only_the_original_is_shown(said: str, dialect: str) -> None:
    """No gloss is made up and no machine is asked."""
    found = of(said, dialect)
    assert [(piece.text, piece.word) for piece in found.heard] == [(said, None)]
    assert (found.words, found.word_by_word) == ((), None)
    assert (found.mandarin.state, found.english.state) == (State.OFF, State.OFF)


def test_law_5_the_words_of_a_guess_are_called_a_guess() -> None:
    """While the line abstains; below a fifth nothing is guessed."""
    assert of("我而家", "guangzhou", probability=0.4, abstained=True).is_guess
    assert not of("我而家", "guangzhou", probability=0.1, abstained=True).words


def test_before_a_word_there_are_no_subtitles() -> None:
    """Nothing was heard."""
    assert subtitles(call(None, "guangzhou"), CATALOGUE, NO_ENGINE) is None


def test_the_operator_s_engine_is_told_the_dialect_and_stands_beside_the_original(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Named, for both languages, and the gloss stays."""

    class Engine:
        name = "test engine"

        def translate(self, text: str, *, source: str, target: str) -> str:
            return f"{source}>{target}:{text}"

    module = ModuleType("engine_of_a_test")
    module.make = Engine  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    translations = Translations(lambda: "engine_of_a_test:make")
    until = time.monotonic() + 10
    while True:
        found = subtitles(call("我而家", "guangzhou"), CATALOGUE, translations)
        assert found
        if found.english.state is found.mandarin.state is State.READY:
            break
        assert time.monotonic() < until
        time.sleep(0.002)
    assert found.mandarin.text == "yue-x-guan1279>zh-CN:我而家"
    assert found.english.text == "yue-x-guan1279>en:我而家"
    assert found.english.engine == "test engine"
    assert found.word_by_word == "我现在"


def test_the_handover_note_tells_the_words_and_that_it_is_no_translation() -> None:
    """For who has no desk before them."""
    talked = call("我婆娘害病了", "sichuan")
    words = [(word.word, word.mandarin) for word in words_in(talked, CATALOGUE)]
    note = write_handover(talked, dialect_name=CATALOGUE.name, words=words)
    assert "逐词对照(不是翻译):婆娘=妻子、害病=生病。" in note.text
    assert "逐词对照" not in write_handover(talked, dialect_name=CATALOGUE.name).text
