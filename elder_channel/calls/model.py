"""The values of a call: where it stands, how it came in, how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from dialects.evidence import Identification


class CallState(StrEnum):
    """Where a call stands."""

    PROMPTED = "prompted"  # hears the prompt
    WAITING = "waiting"  # has asked for a person, by any means
    RINGING = "ringing"  # an agent's phone rings
    TALKING = "talking"
    ENDED = "ended"


class Entry(StrEnum):
    """How a caller came to a person."""

    KNOWN_ELDER = "known_elder"
    DEDICATED_LINE = "dedicated_line"
    ONE_KEY = "one_key"
    VOICE = "voice"
    ENGLISH = "english"
    ONE_TAP = "one_tap"  # pressed the button on the page, and we called
    CALLED_BACK = "called_back"  # we called, by a work order or an urgent text
    PROMPTED = "prompted"  # silence or a wrong key after the prompts


class Outcome(StrEnum):
    """How a call ended (law 1 knows no other way)."""

    SERVED = "served"
    CALLBACK = "callback"  # ended unserved; a work order says whom to call back
    WORK_ORDER = "work_order"  # ended unserved and cannot be called back; somebody owns what was said
    CALLER_ENDED = "caller_ended"


class Matched(StrEnum):
    """How well the agent's dialects fit the caller's."""

    EXACT = "exact"
    GROUP = "group"
    ANY = "any"


class RecognitionState(StrEnum):
    """Whether the caller could be listened to."""

    EXPECTED = "expected"
    HEARD = "heard"
    OFF = "off"  # switched off, absent, or failed; the note says so


@dataclass(frozen=True)
class PassedOn:
    """An agent gave the call to somebody else, on the line and without hanging up."""

    at: datetime
    from_agent: str
    """Id of the agent who had it; empty where the books do not know."""
    by: str
    """Account that passed it on."""
    to: str
    """`company:life`, `agent:lin-xiulan`, or `queue:` and `shared`, `interpreters` or a site's id."""
    note: str = ""


@dataclass(frozen=True)
class SaidStretch:
    """Some words of the transcript and when they were said."""

    utterance: str
    """Id of the utterance; its sound, where it is kept, has the same."""
    text: str
    start_seconds: float
    """From the beginning of the utterance."""
    end_seconds: float


@dataclass(frozen=True)
class Call:
    """One call as it stands in the books."""

    sid: str
    caller_number: str
    called_number: str
    state: CallState
    started_at: datetime
    language: str = "zh"
    language_chosen: bool = False
    """True once the caller pressed the key for it; what is heard afterwards changes nothing."""
    elder: bool = False
    hearing: bool = False
    """Whether the line speaks loud and slowly to this caller."""
    relative: bool = False
    """Whether an agent has noted that somebody of the family calls for an elder."""
    customer_id: int | None = None
    """Whose number it is, when exactly one customer has it for their own."""
    entry: Entry | None = None
    outcome: Outcome | None = None
    stream_sid: str | None = None
    stream_lost: str | None = None
    """The stream that broke last, while the caller was still waiting."""
    streams_renewed: int = 0
    """How many streams were begun in the place of one that broke."""
    entered_at: datetime | None = None
    queued_at: datetime | None = None
    """When the carrier had it in the queue; it is moved on from there only (two moves at once would race)."""
    dialed_at: datetime | None = None
    """When the carrier was told to ring the agent."""
    identified_at: datetime | None = None
    assigned_at: datetime | None = None
    offered_until: datetime | None = None
    """Until when the agent may accept on the desk; None once accepted, or when the phone rings without being asked."""
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    agent_id: str | None = None
    matched: Matched | None = None
    agents_tried: tuple[str, ...] = ()
    identification: Identification | None = None
    identified_finally: bool = False
    transcript: str | None = None
    stretches: tuple[SaidStretch, ...] = ()
    """The transcript with its times, in order; empty where nobody knows them."""
    recognizer: str | None = None
    recognition: RecognitionState = RecognitionState.EXPECTED
    need: str | None = None
    sounds_like: str | None = None
    """The language a caller seems to speak who speaks neither Chinese nor English; None otherwise."""
    is_test: bool = False
    """A call of ours to try the line; in no statistic."""
    by_fallback: bool = False
    """Whether the carrier rang people for it by the document it keeps itself, because ours did not come."""
    marked: str | None = None
    """Why the caller waits behind others (`abusive`, `silent`); None for everybody else."""
    notice_heard_at: datetime | None = None
    """When the recording notice had been played to its end."""
    company: str | None = None
    """The sister company it is for; None: the hotline, which is everybody's."""
    routing: tuple[Mapping[str, Any], ...] = ()
    """Why each agent was chosen, the last choice last, as `agents.trace.Trace` in plain values."""
    passed_on: tuple[PassedOn, ...] = ()
    """Who had it before, the first first."""
    callback_wanted_at: datetime | None = None
    """When the caller, tired of waiting, asked to be called back."""


@dataclass(frozen=True)
class Handover:
    """What the person who answers knows before saying a word."""

    text: str
    need: str | None
    dialect_text: str
    tried: str
