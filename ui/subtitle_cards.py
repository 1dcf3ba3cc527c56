"""The subtitles of a call as the desk shows them; knows nothing of Streamlit or HTML."""

from __future__ import annotations

from dataclasses import dataclass

from dialects.glossary_words import GlossaryWord
from elder_channel.services.subtitles import Subtitles
from elder_channel.services.translating import State, Translated
from ui.words import Text, say

_SURVEYS = ("beida", "liu", "ours")


@dataclass(frozen=True)
class WordCard:
    """A word of the glossary that occurs."""

    word: str
    ipa: str
    mandarin: str
    english: str


@dataclass(frozen=True)
class MachineCard:
    """What a machine made of the words, or why there is nothing."""

    title: Text
    text: str | None
    language: str
    remark: Text
    """Whose it is, or what became of it: always there."""


@dataclass(frozen=True)
class SubtitleCard:
    """What the caller said, and what helps to follow it."""

    heard: tuple[tuple[str, bool], ...]
    """(stretch, whether it is a word of the glossary)."""
    hint: Text
    words: tuple[WordCard, ...]
    sources: Text | None
    """Where the words are from."""
    guess: Text | None
    word_by_word: str | None
    machine: tuple[MachineCard, ...]


def present_subtitles(found: Subtitles | None) -> SubtitleCard | None:
    """The card; None while nothing was heard."""
    if found is None:
        return None
    machine = (
        _machine("sub.machine.mandarin", "zh-CN", found.mandarin),
        _machine("sub.machine.english", "en", found.english),
    )
    return SubtitleCard(
        heard=tuple((piece.text, piece.word is not None) for piece in found.heard),
        hint=say("sub.heard.hint"),
        words=tuple(_word(word) for word in found.words),
        sources=_sources(found.words),
        guess=say("sub.guess") if found.is_guess and found.words else None,
        word_by_word=found.word_by_word,
        machine=tuple(card for card in machine if card),
    )


def _word(word: GlossaryWord) -> WordCard:
    return WordCard(word.word, word.ipa, word.mandarin, word.english if word.english != word.word else "")


def _sources(words: tuple[GlossaryWord, ...]) -> Text | None:
    """Each source once, by name; lists of the web are called that."""
    ids = dict.fromkeys(word.source if word.source in _SURVEYS else "secondary" for word in words)
    names = [say(f"sub.source.{source}") for source in ids]
    if not names:
        return None
    chinese = say("sub.source", names="、".join(name.zh for name in names)).zh
    return Text(chinese, say("sub.source", names=", ".join(name.en for name in names)).en)


def _machine(title: str, language: str, made: Translated) -> MachineCard | None:
    if made.state is State.OFF:
        return None
    remark = say("sub.machine.by", engine=made.engine or "") if made.text else say(f"sub.machine.{made.state}")
    return MachineCard(say(title), made.text, language, remark)
