"""How the line speaks to a caller: in which languages, and in which manner."""

from __future__ import annotations

from bilingual.errors import UnknownLanguageError
from bilingual.language import UNKNOWN_LANGUAGE, prompt_order
from bilingual.manner import HEARING, PLAIN, Manner
from bilingual.messages import parse_language
from elder_channel.calls.model import Call


def languages_for(call: Call | None) -> tuple[str, ...]:
    """One language, or both: while a number from abroad is all we know, and for who speaks neither of them."""
    if call is None:
        return ("zh",)
    if call.language == UNKNOWN_LANGUAGE:
        return tuple(prompt_order(call.caller_number))
    nothing_said = call.language == "zh" and call.transcript is None and call.customer_id is None
    return tuple(prompt_order(call.caller_number)) if nothing_said and _is_from_abroad(call) else (call.language,)


def manner_for(call: Call | None) -> Manner:
    """As usual, or loud and slowly."""
    return HEARING if call and call.hearing else PLAIN


def dialect_for(call: Call | None, *, at_least: float) -> str | None:
    """The dialect to speak to a waiting caller in, when it has this probability; None otherwise.

    What the books say and what an agent has corrected on an earlier call is in the posterior, too.
    """
    if call is None or call.identification is None or call.language != "zh":
        return None
    dialect, probability = call.identification.top
    return dialect if probability >= at_least and not call.identification.abstained else None


def language_in_books(written: str | None) -> str | None:
    """The line's language for what the books say; None where they say nothing, or a language we do not speak."""
    try:
        return parse_language(written) if written else None
    except UnknownLanguageError:
        return None


def _is_from_abroad(call: Call) -> bool:
    return prompt_order(call.caller_number)[0] == "en"
