"""The subtitles as HTML: as heard with the glossary's words marked, those words, and the other languages."""

from __future__ import annotations

from html import escape

from ui.components.markup import both, is_chinese, said
from ui.languages import CHINESE_TAG, ENGLISH_TAG
from ui.subtitle_cards import MachineCard, SubtitleCard, WordCard
from ui.words import say


def heard_html(card: SubtitleCard) -> str:
    """What was heard; the words of the glossary are underlined, not only coloured."""
    stretches = "".join(
        f'<mark class="ec-word">{said_exactly(text)}</mark>' if marked else said_exactly(text)
        for text, marked in card.heard
    )
    heard = f'<p class="ec-quote" lang="{_language(card)}">{stretches}</p>'
    return f'{heard}<p class="ec-hint">{both(card.hint)}</p>'


def _language(card: SubtitleCard) -> str:
    """Of the words as they were heard: a recognizer writes Chinese unless it heard nothing but other letters."""
    heard = "".join(text for text, _ in card.heard)
    return CHINESE_TAG if is_chinese(heard) else ENGLISH_TAG


def subtitles_html(card: SubtitleCard) -> str:
    """What helps to follow it; nothing where there is nothing to say."""
    return f"{_words(card)}{_word_by_word(card)}{''.join(_machine(each) for each in card.machine)}"


def said_exactly(text: str) -> str:
    """Words of people, escaped, with the blanks between the stretches."""
    return escape(text).replace("\n", "<br>")


def _words(card: SubtitleCard) -> str:
    if not card.words:
        return ""
    guess = f'<p class="ec-hint">{both(card.guess)}</p>' if card.guess else ""
    rows = "".join(_row(word) for word in card.words)
    sources = f'<p class="ec-hint">{both(card.sources)}</p>' if card.sources else ""
    return f'<h3>{both(say("sub.words"))}</h3>{guess}<dl class="ec-glossary ec-in-it">{rows}</dl>{sources}'


def _row(word: WordCard) -> str:
    ipa = f' <span class="ec-ipa">{escape(word.ipa)}</span>' if word.ipa else ""
    english = f' <span class="ec-en" lang="en">{escape(word.english)}</span>' if word.english else ""
    return f"<div><dt>{said(word.word)}{ipa}</dt><dd>{said(word.mandarin)}{english}</dd></div>"


def _word_by_word(card: SubtitleCard) -> str:
    if not card.word_by_word:
        return ""
    return f'<h3>{both(say("sub.word_by_word"))}</h3><p class="ec-quote">{said(card.word_by_word)}</p>'


def _machine(card: MachineCard) -> str:
    text = f'<p class="ec-quote" lang="{escape(card.language)}">{said(card.text)}</p>' if card.text else ""
    return f'<h3>{both(card.title)}</h3>{text}<p class="ec-hint ec-machine">{both(card.remark)}</p>'
