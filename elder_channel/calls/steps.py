"""What the line does next: plain decisions, no carrier, no clock, no database."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bilingual.language import LanguageEvidence, LanguageReason, choose_language
from bilingual.manner import HEARING, PLAIN, SLOWER, Manner
from elder_channel.calls.inputs import Arrived, CallerInput, Keyed, Spoke
from elder_channel.calls.model import Call, Entry, Outcome
from elder_channel.calls.settings import LineSettings

PERSON_KEY = "0"
HEARING_KEY = "8"
"""The prompt again, loud and slow, and the hearing mode from then on. A digit, for a star or a hash has no name that
everybody knows; the second prompt names it."""
REPLAY_KEYS = frozenset({HEARING_KEY, "*"})
"""The star plays the same again, as who knows other hotlines expects; no prompt names it."""


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
    replays: int = 0
    """How often a prompt was played again for this caller, this one included."""
    manner: Manner = PLAIN


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
    """Prompts played so far, those played again not counted."""
    replays: int = 0
    """How often a prompt was played again."""
    hearing: bool = False
    """Whether the caller hears badly: loud, slow, one key."""
    prompt_first: str = "zh"
    """The language the prompt begins with; a number from abroad puts English first and decides nothing else."""


def next_steps(session: Session, given: CallerInput, settings: LineSettings) -> tuple[Step, ...]:
    """The steps after `given`. Every path ends in `EnterQueue` (law 1, 3).

    At the latest after `prompt_attempts` prompts, of which `prompt_replays` were played again.
    """
    match given:
        case Arrived(known_elder=True):
            return (Listen(), EnterQueue(Entry.KNOWN_ELDER, session.language))
        case Arrived(dedicated_line=True):
            return (Listen(), EnterQueue(Entry.DEDICATED_LINE, session.language))
        case Arrived():
            return (Listen(), _ask(session))
        case Keyed(digit=digit) if digit in REPLAY_KEYS and session.replays < settings.prompt_replays:
            return (_ask_again(session, digit),)
        case Keyed(digit=digit):
            return (_enter_by_key(digit, session),)
        case Spoke(text=text):
            language = choose_language(LanguageEvidence(transcript=text, settled=session.language)).language
            heard_english = bool(text) and language == "en"
            return (EnterQueue(Entry.ENGLISH if heard_english else Entry.VOICE, language),)
        case _:
            if session.attempt < settings.prompt_attempts:
                return (_ask(session),)
            return (EnterQueue(Entry.PROMPTED, session.language),)


def _ask(session: Session) -> Ask:
    """The next prompt: the second is shorter and slower than the first, the one of the hearing mode the shortest."""
    attempt = session.attempt + 1
    if session.hearing:
        return Ask("hearing_choice", attempt, session.prompt_first, session.replays, HEARING)
    message_id, manner = ("greeting_choice", PLAIN) if attempt == 1 else ("second_try", SLOWER)
    return Ask(message_id, attempt, session.prompt_first, session.replays, manner)


def _ask_again(session: Session, digit: str) -> Ask:
    again = replace(
        session,
        attempt=max(0, session.attempt - 1),
        replays=session.replays + 1,
        hearing=session.hearing or digit == HEARING_KEY,
    )
    return _ask(again)


def _enter_by_key(digit: str, session: Session) -> EnterQueue:
    choice = choose_language(LanguageEvidence(key=digit, settled=session.language))
    if choice.reason is LanguageReason.KEY:
        return EnterQueue(Entry.ENGLISH, choice.language)
    if digit == PERSON_KEY:
        return EnterQueue(Entry.ONE_KEY, session.language)
    # A wrong key is somebody who cannot find the right one: a person, without another question.
    return EnterQueue(Entry.PROMPTED, session.language)


def outcome_of(call: Call, *, reachable: bool, tried: bool = False) -> Outcome:
    """How a call that is over counts (law 1): who hung up before asking for anything ended it themselves.

    `tried` is whether the caller heard a prompt to its end, or pressed a key, and was lost before coming to a person:
    perhaps somebody who could not hear what to do.
    """
    if call.answered_at is not None:
        return Outcome.SERVED
    if call.entered_at is None and not tried:
        return Outcome.CALLER_ENDED
    return Outcome.CALLBACK if reachable else Outcome.WORK_ORDER
