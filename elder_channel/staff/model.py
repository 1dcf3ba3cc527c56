"""Roles, and a sign-in that lasts: who, how, since when, and why it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Role(StrEnum):
    """What a person at the console may do; the first of several is the one that counts."""

    ADMINISTRATOR = "administrator"  # accounts and settings, and all that supervisors may
    SUPERVISOR = "supervisor"  # sees every call, and may pass on any
    APPROVER = "approver"  # approves what an editor has written
    EDITOR = "editor"  # writes what callers hear and customers get
    AGENT = "agent"  # answers calls
    VIEWER = "viewer"  # looks, changes nothing


class SignInMethod(StrEnum):
    """How somebody came in."""

    LOCAL = "local"  # user name and password
    PROVIDER = "provider"  # OpenID Connect


class SessionEnd(StrEnum):
    """Why somebody is signed in no more."""

    SIGNED_OUT = "signed_out"
    IDLE = "idle"  # did nothing for too long
    TOO_LONG = "too_long"  # signed in for as long as the site allows
    RENEWED = "renewed"  # the password was changed, or the account made anew
    GONE = "gone"  # the account was closed, here or at the provider
    UNKNOWN = "unknown"  # a token we never gave, or gave so long ago that it is forgotten


@dataclass(frozen=True)
class ConsoleSession:
    """One sign-in; it may be used by several tabs of one browser."""

    token_sha256: str
    """Of what the browser holds; the token itself is kept nowhere."""
    username: str
    method: SignInMethod
    started_at: datetime
    last_active_at: datetime
    vouched_at: datetime
    """When the provider last said that this person may come in; for local accounts, the start."""
    expires_at: datetime
    ended_at: datetime | None = None
    ended_why: SessionEnd | None = None


def end_of(
    session: ConsoleSession, *, now: datetime, idle: timedelta, longest: timedelta, valid_from: datetime
) -> SessionEnd | None:
    """Why the session counts no more at `now`; None while it does.

    `valid_from` is when the account was made or its password last changed: what began before is over.
    """
    if session.ended_at is not None:
        return session.ended_why or SessionEnd.SIGNED_OUT
    if session.started_at < valid_from:
        return SessionEnd.RENEWED
    if now >= min(session.expires_at, session.started_at + longest):
        return SessionEnd.TOO_LONG
    return SessionEnd.IDLE if now >= session.last_active_at + idle else None
