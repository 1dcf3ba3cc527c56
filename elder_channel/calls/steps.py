"""What the line does next: plain decisions, no carrier, no clock, no database."""

from __future__ import annotations

from dataclasses import dataclass

from bilingual.language import ENGLISH_KEY, LanguageEvidence, choose_language
from elder_channel.calls.inputs import Arrived, CallerInput, Keyed, Spoke
from elder_channel.calls.model import Call, Entry, Outcome
from elder_channel.calls.settings import LineSettings

PERSON_KEY = "0"


@dataclass(frozen=True)
class Listen:
    """Open the call's audio stream; everything else goes on meanwhile."""


@dataclass(frozen=True)
class Ask:
    """Play a prompt that a key or a voice ends at once."""

    message_id: str
    attempt: int
    first_language: str
    """The language spoken first; the prompt is in both."""


@dataclass(frozen=True)
class EnterQueue:
    """Give the caller to the people: from here on somebody must answer."""

    entry: Entry
    language: str


Step = Listen | Ask | EnterQueue


@dataclass(frozen=True)
class Session:
    """What the decision needs to know of a call."""

    language: str = "zh"
    """The caller's language as far as it is known; Chinese until then."""
    attempt: int = 0
    """Prompts played so far."""
    prompt_first: str = "zh"
    """The language the prompt begins with; a number from abroad puts English first and decides nothing else."""


def next_steps(session: Session, given: CallerInput, settings: LineSettings) -> tuple[Step, ...]:
    """The steps after `given`; every path ends in `EnterQueue` after at most `prompt_attempts` prompts (law 1, 3)."""
    match given:
        case Arrived(known_elder=True):
            return (Listen(), EnterQueue(Entry.KNOWN_ELDER, session.language))
        case Arrived(dedicated_line=True):
            return (Listen(), EnterQueue(Entry.DEDICATED_LINE, session.language))
        case Arrived():
            return (Listen(), _ask(session))
        case Keyed(digit=digit):
            return (_enter_by_key(digit, session),)
        case Spoke(text=text):
            language, _ = choose_language(LanguageEvidence(transcript=text, customer_language=session.language))
            heard_english = bool(text) and language == "en"
            return (EnterQueue(Entry.ENGLISH if heard_english else Entry.VOICE, language),)
        case _:
            if session.attempt < settings.prompt_attempts:
                return (_ask(session),)
            return (EnterQueue(Entry.PROMPTED, session.language),)


def _ask(session: Session) -> Ask:
    message_id = "greeting_choice" if session.attempt == 0 else "second_try"
    return Ask(message_id, session.attempt + 1, session.prompt_first)


def _enter_by_key(digit: str, session: Session) -> EnterQueue:
    if digit == ENGLISH_KEY:
        return EnterQueue(Entry.ENGLISH, "en")
    if digit == PERSON_KEY:
        return EnterQueue(Entry.ONE_KEY, session.language)
    # A wrong key is somebody who cannot find the right one: a person, without another question.
    return EnterQueue(Entry.PROMPTED, session.language)


def outcome_of(call: Call, *, reachable: bool) -> Outcome:
    """How a call that is over counts (law 1): who hung up before asking for anything ended it themselves."""
    if call.answered_at is not None:
        return Outcome.SERVED
    if call.entered_at is None:
        return Outcome.CALLER_ENDED
    return Outcome.CALLBACK if reachable else Outcome.WORK_ORDER
