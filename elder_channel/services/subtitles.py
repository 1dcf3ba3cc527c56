"""Subtitles for the agent: what was heard, in standard Mandarin and in English, each with where it comes from.

As heard is what the recognizer wrote, in simplified characters; Whisper writes Mandarin for whatever it hears, models
made for a dialect write its own words. Standard Mandarin is that text with the dialect's words replaced one by one
from published lists, and nothing more; a sentence in the other language comes from a machine the operator brings, or
not at all, and says so (`services.translating`).
"""

from __future__ import annotations

from dataclasses import dataclass

from dialects.catalogue import PUTONGHUA, Catalogue
from dialects.glossary import Piece, in_mandarin, mark, mark_english
from dialects.glossary_words import GlossaryWord
from elder_channel.calls.model import Call
from elder_channel.services.translating import State, Translated, Translations

ENGLISH = "en"
MANDARIN_TAG, ENGLISH_TAG = "zh-CN", "en"
LIKELY_ENOUGH = 0.2
"""While the line abstains, the words of the first guess are still shown from this probability on, as a guess."""


@dataclass(frozen=True)
class Subtitles:
    """What a caller said, for who may not follow it."""

    heard: tuple[Piece, ...]
    """The recognizer's words, cut where words of the glossary stand."""
    recognizer: str | None
    words: tuple[GlossaryWord, ...]
    """The glossary's words that occur, each once, in their order."""
    word_by_word: str | None
    """In Mandarin as far as single words go; None where no word was known, and for who speaks Mandarin or English."""
    mandarin: Translated
    """By machine; `OFF` where there is none and where the caller speaks Mandarin."""
    english: Translated
    """By machine; `OFF` where there is none and where the caller speaks English."""
    is_guess: bool = False
    """Whether the dialect whose words these are is a guess of a line that abstains."""


def glossary_dialect(call: Call) -> str | None:
    """The dialect whose words help: the one named, or the first guess if it is likely enough; no Mandarin."""
    found = call.identification
    if found is None or call.language == ENGLISH:
        return None
    top, probability = found.top
    likely = not found.abstained or probability >= LIKELY_ENOUGH
    return top if likely and top != PUTONGHUA else None


def words_in(call: Call, catalogue: Catalogue) -> tuple[GlossaryWord, ...]:
    """The glossary's words in what the caller said, each once."""
    pieces = _heard(call, catalogue)
    return tuple(dict.fromkeys(piece.word for piece in pieces if piece.word))


def subtitles(call: Call, catalogue: Catalogue, translations: Translations) -> Subtitles | None:
    """The subtitles of a call as it stands; None while nothing was heard."""
    if not call.transcript:
        return None
    dialect = glossary_dialect(call)
    in_words = in_mandarin(call.transcript, dialect, catalogue) if dialect else None
    off = Translated(State.OFF)
    english_caller = call.language == ENGLISH
    source = ENGLISH_TAG if english_caller else catalogue.bcp47(dialect) if dialect else MANDARIN_TAG
    return Subtitles(
        heard=_heard(call, catalogue),
        recognizer=call.recognizer,
        words=words_in(call, catalogue),
        word_by_word=in_words.text if in_words else None,
        mandarin=off
        if source == MANDARIN_TAG
        else translations.ask(call.transcript, source=source, target=MANDARIN_TAG),
        english=off if english_caller else translations.ask(call.transcript, source=source, target=ENGLISH_TAG),
        is_guess=dialect is not None and call.identification is not None and call.identification.abstained,
    )


def _heard(call: Call, catalogue: Catalogue) -> tuple[Piece, ...]:
    if not call.transcript:
        return ()
    if call.language == ENGLISH:
        return mark_english(call.transcript)
    dialect = glossary_dialect(call)
    return mark(call.transcript, dialect, catalogue) if dialect else (Piece(call.transcript),)
