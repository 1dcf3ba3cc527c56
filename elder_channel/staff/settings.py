"""Settings of the console's door: its address, how long a sign-in lasts, and who else may vouch for people."""

from __future__ import annotations

import ipaddress
import re
from typing import Final, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, model_validator

from elder_channel.staff.model import Role

_HOST: Final = re.compile(r"(\*\.)?[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?", re.IGNORECASE)


class ConsoleSettings(BaseModel):
    """The staff console: where it is reached, and how long somebody stays signed in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    public_url: str = Field(
        "",
        description="Where staff reach the console, such as https://console.example.com; with https its cookies and "
        "its pages are bound to https. Empty: http://host:console_port.",
    )
    allowed_hosts: tuple[str, ...] = Field(
        (),
        description="Further names by which browsers may ask for the console, such as 'console.lan' or "
        "'*.example.com'. The name in public_url, server.host, localhost and bare IP addresses always may.",
    )
    idle_minutes: int = Field(
        240,
        ge=5,
        le=1440,
        description="Who does nothing for so long is signed out; a page that refreshes does nothing.",
    )
    longest_hours: int = Field(12, ge=1, le=168, description="After this one signs in again, whatever one does.")

    @model_validator(mode="after")
    def _is_an_address(self) -> Self:
        parts = urlsplit(self.public_url)
        if self.public_url and (
            parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query
        ):
            raise ValueError("public_url must be http:// or https:// and a host, with nothing behind it")
        wrong = [name for name in self.allowed_hosts if not _HOST.fullmatch(name)]
        if wrong:
            raise ValueError(f"allowed_hosts has {wrong[0]!r}: a name without port, such as 'console.lan'")
        return self


class SingleSignOnSettings(BaseModel):
    """Sign-in by the company's own accounts (OpenID Connect); the client's secret is never written here."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    metadata_url: str = Field(
        "",
        description="The provider's discovery document, …/.well-known/openid-configuration; empty: none.",
    )
    client_id: str = Field("", description="How the provider knows this console.")
    scope: str = Field(
        "openid email profile", description="What is asked for; many providers tell groups only when asked."
    )
    username_claim: str = Field(
        "preferred_username", description="The claim that becomes the user name; dots lead into it, as in 'user.name'."
    )
    role_claim: str = Field(
        "groups", description="The claim that lists groups or roles, such as 'realm_access.roles'; one text will do."
    )
    roles: dict[str, str] = Field(
        {},
        description="Role at the console by group: administrator, supervisor, approver, editor, agent or viewer. Of "
        "several the first in this order counts; who has none does not come in.",
    )
    agent_claim: str = Field(
        "", description="The claim with the person's id in agents.yaml; empty: nobody gets a desk."
    )
    local_accounts: bool = Field(True, description="Whether user name and password still let people in.")
    recheck_seconds: int = Field(
        60,
        ge=0,
        le=3600,
        description="So often the provider is asked again whether the person may; 0: at sign-in only.",
    )
    recheck_grace_minutes: int = Field(
        15, ge=0, le=720, description="While the provider does not answer, its last word counts for so long."
    )

    @property
    def configured(self) -> bool:
        """Whether there is a provider."""
        return bool(self.metadata_url)

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        unknown = sorted(set(self.roles.values()) - set(Role))
        if unknown:
            raise ValueError(f"roles has {unknown[0]!r}, which is none of {', '.join(Role)}")
        if not self.configured:
            if not self.local_accounts:
                raise ValueError("local_accounts is off and there is no metadata_url: nobody could sign in")
            return self
        if not _is_safe(self.metadata_url):
            raise ValueError("metadata_url must begin with https:// (http:// on this machine only)")
        for key in ("client_id", "username_claim", "role_claim", "roles"):
            if not getattr(self, key):
                raise ValueError(f"{key} is needed where metadata_url is set")
        if "openid" not in self.scope.split():
            raise ValueError("scope must have openid among its words")
        return self


def _is_safe(url: str) -> bool:
    """Whether what is fetched there cannot be changed on the way."""
    parts = urlsplit(url)
    if parts.scheme == "https":
        return bool(parts.hostname)
    return parts.scheme == "http" and _is_here(parts.hostname or "")


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
