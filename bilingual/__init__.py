"""What the line says, in Chinese and English, and which of the two a caller hears."""

from bilingual.language import LanguageEvidence, LanguageReason, choose_language, prompt_order
from bilingual.messages import Language, Message, Spoken, load_messages, say

__all__ = [
    "Language",
    "LanguageEvidence",
    "LanguageReason",
    "Message",
    "Spoken",
    "choose_language",
    "load_messages",
    "prompt_order",
    "say",
]
