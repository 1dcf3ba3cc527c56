"""What the line says, in Chinese and English, and which of the two a caller hears."""

from bilingual.language import (
    LanguageChoice,
    LanguageEvidence,
    LanguageReason,
    When,
    choose_language,
    prompt_order,
)
from bilingual.messages import Language, Message, Spoken, load_messages, say, write
from bilingual.resolving import Resolved, resolve, resolve_anyhow

__all__ = [
    "Language",
    "LanguageChoice",
    "LanguageEvidence",
    "LanguageReason",
    "Message",
    "Resolved",
    "Spoken",
    "When",
    "choose_language",
    "load_messages",
    "prompt_order",
    "resolve",
    "resolve_anyhow",
    "say",
    "write",
]
