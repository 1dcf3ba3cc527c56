"""The way out: what the outbox asks of a carrier of texts, whoever it is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Protocol

from greeting_sms.states import GreetingState

MAINLAND = "+86"
TEMPLATES_ONLY = frozenset({"domestic"})
"""Channels that send nothing but templates the provider has approved."""


class Outcome(StrEnum):
    """What is known of one request after it was made."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # the carrier has it not and will not take it
    NOT_TAKEN = "not_taken"  # the carrier has it certainly not: it may be asked again
    UNKNOWN = "unknown"  # no answer that says whether the carrier has it


class Action(StrEnum):
    """What an error of a carrier asks of us."""

    STOP_NUMBER = "stop_number"  # the number takes no texts
    OPT_OUT = "opt_out"  # the person wants none, and told the carrier
    STOP_CHANNEL = "stop_channel"  # an account or a setting is wrong: nothing gets through until a person acts
    FILTERED = "filtered"  # the content was taken for spam; many of them stop the channel
    RETRY = "retry"  # not taken; soon again
    RETRY_ONCE = "retry_once"  # certainly not on the phone; once more the same day
    RECONCILE = "reconcile"  # nobody knows
    WINDOW = "window"  # at the wrong hour
    NOTE = "note"


@dataclass(frozen=True)
class Wording:
    """A greeting in words."""

    body: str
    """All that is read on the phone, signature and opt-out text included."""
    segments: int
    """How many segments it is billed as."""
    signature: str = ""
    """The registered name between 【】, without them."""
    template: str = ""
    """The carrier's own name of the template, where its channel sends templates only."""
    variables: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the body: what a listing at the carrier is compared with, and all that is kept of the words."""
        return digest_of(self.body)


def digest_of(body: str) -> str:
    """The digest of a text as it was read on a phone."""
    return hashlib.sha256(body.encode()).hexdigest()


@dataclass(frozen=True)
class OutgoingText:
    """One text to post."""

    greeting_id: int
    fence: int
    number: str
    wording: Wording
    not_after: datetime
    """UTC; a carrier that queues must drop it then."""

    @property
    def reference(self) -> str:
        """Our own name for this attempt; comes back in receipts."""
        return f"{self.greeting_id}.{self.fence}"


@dataclass(frozen=True)
class PostResult:
    """What came of a request."""

    outcome: Outcome
    sid: str = ""
    code: str = ""
    """The carrier's code of the error, or ours where no answer came."""
    action: Action = Action.NOTE
    retry_after_seconds: float = 0.0


@dataclass(frozen=True)
class Receipt:
    """A carrier's word about a text."""

    sid: str
    status: GreetingState
    received_at: datetime
    code: str = ""
    action: Action = Action.NOTE
    greeting_id: int | None = None
    """Which greeting it is about, where the carrier gives our own reference back."""
    fence: int | None = None


@dataclass(frozen=True)
class ListedText:
    """A text as the carrier's own books have it."""

    sid: str
    digest: str
    """Empty where the carrier does not give the words back."""
    created_at: datetime
    status: GreetingState
    code: str = ""
    action: Action = Action.NOTE
    reference: str = ""
    """Our reference, where the carrier keeps it."""


class SmsChannel(Protocol):
    """A carrier of texts. Calls block; they are made from threads, many at a time."""

    @property
    def name(self) -> str:
        """What the rows of the outbox call it."""

    def post(self, text: OutgoingText, *, now: datetime) -> PostResult:
        """Hand one text over, once. Never asks a second time and never raises for what the carrier does."""

    def listed(self, number: str, *, since: datetime) -> Sequence[ListedText]:
        """All texts the carrier has for `number`, made at `since` or later. Raises `ChannelSilentError`."""

    def fetch_receipts(self) -> Sequence[Receipt]:
        """Receipts that wait at the carrier; empty where it calls us instead. Raises `ChannelSilentError`."""


def channel_for(number: str, *, mainland: str, elsewhere: str) -> str:
    """The name of the channel for a number: +86 is the domestic one, everything else (HK, MO, TW too) the other."""
    return mainland if number.startswith(MAINLAND) else elsewhere
