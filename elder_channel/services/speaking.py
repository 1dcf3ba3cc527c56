"""How the line speaks to a caller: in which languages, in which dialect, and in which manner."""

from __future__ import annotations

from dataclasses import dataclass

from bilingual.language import UNKNOWN_LANGUAGE, LanguageChoice, LanguageEvidence, choose_language
from bilingual.manner import HEARING, PLAIN, Manner
from dialects.catalogue import PUTONGHUA
from elder_channel.calls.model import Call


@dataclass(frozen=True)
class HowToSpeak:
    """How a caller is spoken to."""

    languages: tuple[str, ...]
    dialect: str | None
    manner: Manner


def how_to_speak(call: Call | None) -> HowToSpeak:
    """Languages, dialect and manner for a call, as it is known now."""
    return HowToSpeak(languages_for(call), dialect_for(call), manner_for(call))


def language_at_ring(written: str | None, number: str) -> LanguageChoice:
    """The language of a call that rings: what the books say, and the order of the first prompt by the number."""
    return choose_language(LanguageEvidence(customer_language=written, number=number))


def languages_for(call: Call | None) -> tuple[str, ...]:
    """One language, or both: while a number from abroad is all we know, and for who speaks neither of them."""
    return language_of(call).spoken


def language_of(call: Call | None) -> LanguageChoice:
    """What is known of the language of a call in the books; Chinese for one they do not have."""
    if call is None:
        return choose_language(LanguageEvidence())
    unknown = call.language == UNKNOWN_LANGUAGE
    nothing_said = call.language == "zh" and call.transcript is None and call.customer_id is None
    return choose_language(
        LanguageEvidence(
            settled=None if nothing_said or unknown else call.language,
            sounds_like=UNKNOWN_LANGUAGE if unknown else None,
            number=call.caller_number,
        )
    )


def dialect_for(call: Call | None) -> str | None:
    """The dialect in which something may be said where there is a wording for it: only one the line is sure of."""
    if call is None or call.language != "zh" or call.identification is None or call.identification.abstained:
        return None
    dialect, _ = call.identification.top
    return dialect if dialect != PUTONGHUA else None


def manner_for(call: Call | None) -> Manner:
    """As usual, or loud and slowly."""
    return HEARING if call and call.hearing else PLAIN
