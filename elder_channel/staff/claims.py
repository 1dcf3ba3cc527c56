"""What a provider says of a person, read as the console needs it: a plain function, no network, no clock."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from elder_channel.staff.model import Role
from elder_channel.staff.settings import SingleSignOnSettings

Claims = Mapping[str, Any]


@dataclass(frozen=True)
class Person:
    """Somebody the provider vouches for."""

    subject: str
    """Issuer and subject: who this is for good, whatever the person is called."""
    username: str
    role: Role | None
    """None where none of the person's groups has a role here."""
    agent_id: str | None


def read_person(claims: Claims, settings: SingleSignOnSettings) -> Person | None:
    """The person of these claims; None when they name nobody."""
    issuer, subject = claims.get("iss"), claims.get("sub")
    username = _found(claims, settings.username_claim)
    if not (isinstance(issuer, str) and isinstance(subject, str) and subject and isinstance(username, str)):
        return None
    agent = _found(claims, settings.agent_claim) if settings.agent_claim else None
    return Person(
        subject=f"{issuer}|{subject}",
        username=username,
        role=role_of(claims, settings),
        agent_id=agent if isinstance(agent, str) and agent else None,
    )


def role_of(claims: Claims, settings: SingleSignOnSettings) -> Role | None:
    """The highest role that any of the person's groups has here."""
    listed = _found(claims, settings.role_claim)
    groups = [listed] if isinstance(listed, str) else listed if isinstance(listed, list | tuple) else []
    given = {settings.roles[group] for group in groups if isinstance(group, str) and group in settings.roles}
    return next((role for role in Role if role in given), None)


def meant_for(claims: Claims, client_id: str) -> bool:
    """Whether the token was made for this console, and not for another client of the same provider."""
    audience = claims.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience if isinstance(audience, list | tuple) else []
    return client_id in audiences and claims.get("azp", client_id) == client_id


def sign_in_token(claims: Claims) -> str:
    """What stands for this one sign-in at the provider, the same in every tab, and another after the next sign-in."""
    parts = [str(claims.get(name, "")) for name in ("iss", "sub", "nonce", "iat", "sid", "at_hash")]
    return "provider:" + hashlib.sha256("|".join(parts).encode()).hexdigest()


def _found(claims: Claims, path: str) -> Any:
    """The claim of this name, which may have dots of its own (`https://x.example/roles`), else by way of its dots."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for step in path.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(step)
    return found
