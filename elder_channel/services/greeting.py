"""What somebody hears first whom we have rung: who calls, by the line's own name."""

from __future__ import annotations

from bilingual.messages import Language, Spoken
from elder_channel.one_tap.settings import OneTapSettings
from elder_channel.telephony.words import words_of


def greeting_words(message_id: str, language: str, names: OneTapSettings) -> tuple[Spoken, ...]:
    """The greeting in the caller's language; in Chinese for who speaks neither of ours."""
    name = names.line_name_en if language == Language.EN else names.line_name_zh
    return words_of(message_id, language, values={"line": name})
