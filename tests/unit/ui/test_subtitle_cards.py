"""What the desk says of subtitles, worked out without a page."""

from __future__ import annotations

import pytest

from dialects.glossary import Piece
from dialects.glossary_words import GlossaryWord
from elder_channel.services.subtitles import Subtitles
from elder_channel.services.translating import State, Translated
from ui.components.subtitles import heard_html, subtitles_html
from ui.subtitle_cards import SubtitleCard, present_subtitles
from ui.words import EN, ZH

OFF = Translated(State.OFF)
WORD = GlossaryWord("而家", "ji²¹ka⁵³", "现在", "beida", "now")


def card(**given: object) -> SubtitleCard:
    """A card on three stretches, the middle one a word of the glossary."""
    parts = {"recognizer": "x", "words": (WORD,), "word_by_word": "我现在 <i>", "mandarin": OFF, "english": OFF}
    made = present_subtitles(Subtitles((Piece("我"), Piece("而家", WORD), Piece(" <i>")), **{**parts, **given}))  # type: ignore[arg-type]
    assert made
    return made


def test_nothing_heard_is_no_card() -> None:
    """The desk says so elsewhere."""
    assert present_subtitles(None) is None


def test_markup_in_what_was_heard_is_shown_as_text() -> None:
    """In every line of it."""
    shown = heard_html(card()) + subtitles_html(card())
    assert "<i>" not in shown
    assert shown.count("&lt;i&gt;") == 2
    assert '我<mark class="ec-word">而家</mark> &lt;i&gt;' in shown


@pytest.mark.parametrize(
    ("made", "told"),
    [
        pytest.param(Translated(State.WORKING), "sub.machine.working", id="working"),
        pytest.param(Translated(State.FAILED), "sub.machine.failed", id="failed"),
    ],
)
def test_a_translation_that_is_not_there_is_told(made: Translated, told: str) -> None:
    """In both languages; a machine that is off is not spoken of."""
    shown = subtitles_html(card(english=made))
    assert ZH[told] in shown
    assert EN[told] in shown
    assert ZH["sub.machine.english"] in shown
    assert ZH["sub.machine.mandarin"] not in shown


def test_a_translation_is_marked_as_the_language_it_is_in() -> None:
    """So that a screen reader changes its voice."""
    shown = subtitles_html(card(english=Translated(State.READY, "I <b> now", "X & Y")))
    assert '<p class="ec-quote" lang="en">I &lt;b&gt; now</p>' in shown
    assert "X &amp; Y" in shown


def test_a_guess_is_called_a_guess() -> None:
    """Only where words rest on it."""
    assert card(is_guess=True).guess
    assert card(is_guess=True, words=()).guess is None


def test_a_word_says_where_it_is_from() -> None:
    """Surveys by name, lists of the web as such; an English word is not explained in English."""
    english = GlossaryWord("claim", "", "索赔", "shuyang", "claim")
    assert [word.english for word in card(words=(WORD, english)).words] == ["now", ""]
    sources = card(words=(WORD, english, WORD)).sources
    assert sources
    assert ZH["sub.source.beida"] + "、" + ZH["sub.source.secondary"] in sources.zh
    assert EN["sub.source.secondary"] in sources.en
    assert card(words=()).sources is None
