"""Every prompt a caller can be led through, found by trying all reactions on the plain decisions.

`next_steps` decides what a call does next and knows no carrier, so the whole tree can be walked in no time: each kind
of caller, each key, a word and silence at every prompt. What the carrier makes of it is checked on the documents
(`elder_channel.telephony.document_lint`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bilingual.messages import Spoken, say
from elder_channel.calls.inputs import Arrived, CallerInput, Keyed, Spoke, WasSilent
from elder_channel.calls.settings import LineSettings
from elder_channel.calls.steps import Ask, EnterQueue, Session, Step, next_steps

REACTIONS: tuple[CallerInput, ...] = (
    *(Keyed(key) for key in "0123456789*#"),
    Spoke(),
    Spoke("我要报案"),
    Spoke("I need some help please"),
    WasSilent(),
)
"""What can come of a prompt: every key, a voice, words, and silence."""
STRANGER = Session()
"""Nothing is known of the call yet."""
_MOST_STEPS = 20
"""A path longer than this goes round in circles."""


@dataclass(frozen=True)
class Caller:
    """A kind of caller."""

    name: str
    arrival: Arrived
    session: Session = STRANGER
    never_asked: bool = False
    """Whether nothing may be asked of them (law 3)."""


CALLERS = (
    Caller("a stranger", Arrived()),
    Caller("a number from abroad", Arrived(), Session(prompt_first="en")),
    Caller("English by the books", Arrived(), Session("en", prompt_first="en")),
    Caller("who hears badly", Arrived(), Session(hearing=True)),
    Caller("a known elder", Arrived(known_elder=True), never_asked=True),
    Caller("the dedicated line", Arrived(dedicated_line=True), never_asked=True),
)


@dataclass(frozen=True)
class Path:
    """What one caller was asked, how they reacted, and what it led to."""

    caller: Caller
    asked: tuple[Ask, ...]
    reactions: tuple[CallerInput, ...]
    """One to each prompt; one fewer where the last prompt still waits for it."""
    end: EnterQueue | None
    """The queue, which always ends with a person; None where the path leads nowhere."""


def paths(settings: LineSettings) -> Iterator[Path]:
    """Every path of every kind of caller; what follows the same prompt in the same place is followed once."""
    for caller in CALLERS:
        steps = next_steps(caller.session, caller.arrival, settings)
        yield from _from(caller, steps, (), (), settings, set())


def phrases_of(ask: Ask) -> tuple[Spoken, ...]:
    """What the prompt says, in both languages, in their order."""
    return say(ask.message_id, ask.first_language)


def _from(
    caller: Caller,
    steps: tuple[Step, ...],
    asked: tuple[Ask, ...],
    reactions: tuple[CallerInput, ...],
    settings: LineSettings,
    seen: set[Ask],
) -> Iterator[Path]:
    ask = next((step for step in steps if isinstance(step, Ask)), None)
    if ask is None or len(asked) >= _MOST_STEPS:
        end = next((step for step in steps if isinstance(step, EnterQueue)), None)
        yield Path(caller, asked, reactions, end)
        return
    if ask in seen:
        return
    seen.add(ask)
    for reaction in REACTIONS:
        following = next_steps(_session(caller, ask), reaction, settings)
        yield from _from(caller, following, (*asked, ask), (*reactions, reaction), settings, seen)


def _session(caller: Caller, ask: Ask) -> Session:
    """The call as it stands at this prompt, as the line knows it."""
    hearing = caller.session.hearing or ask.message_id == "hearing_choice"
    return Session(caller.session.language, ask.attempt, ask.replays, hearing=hearing, prompt_first=ask.first_language)
