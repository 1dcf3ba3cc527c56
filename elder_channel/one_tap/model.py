"""A personal link, and what its page can say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PageState(StrEnum):
    """What the page says; whatever it is, the number to dial stands below."""

    DIAL = "dial"  # the public page: no personal link, the button dials
    READY = "ready"
    CALLING = "calling"
    USED = "used"
    EXPIRED = "expired"
    WRONG_LINK = "wrong_link"
    TOO_MANY = "too_many"
    CLOSED = "closed"  # the line calls nobody now


@dataclass(frozen=True)
class Link:
    """A personal link as it stands in the books; the number is bound here and nowhere else."""

    id: int
    name: str
    """The part of the address that names it; worthless without its signature."""
    number: str
    customer_id: int | None
    made_at: datetime
    made_by: str
    expires_at: datetime
    used_at: datetime | None = None

    @property
    def outbound_key(self) -> str:
        """Names the one call this link can bring about."""
        return f"one_tap:{self.id}"


@dataclass(frozen=True)
class LinkText:
    """A text that brings a link, as it stands in the books; they never hold its words."""

    id: int
    link_id: int
    number: str
    channel: str
    segments: int
    asked_at: datetime
    asked_by: str
    outcome: str | None = None
    """What the carrier said to the request; None while it is under way, or where the process died in it."""
    carrier_sid: str | None = None
    error_code: str | None = None
