"""People a provider vouches for (OpenID Connect): let in, looked after, and let go when the provider takes them back.

Streamlit has checked the token by then: signature, issuer, nonce, time. Here it is decided who that is at the console.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog

from elder_channel.clock import Clock
from elder_channel.services.account_upkeep import AccountUpkeep
from elder_channel.services.errors import SessionOverError, SignInRefusedError
from elder_channel.services.provider import Provider, ProviderRefusedError, ProviderUnreachableError
from elder_channel.services.sessions import Present, Sessions
from elder_channel.staff.claims import Claims, Person, meant_for, read_person, sign_in_token
from elder_channel.staff.model import SessionEnd
from elder_channel.staff.settings import ConsoleSettings, SingleSignOnSettings

CLOCKS_APART: Final = timedelta(minutes=5)
"""So far the provider's clock may be ahead of ours."""

log = structlog.get_logger(__name__)


class SignOn:
    """Turns what the provider says of people into accounts and sign-ins.

    `agents` gives the ids of the people on the line: an id the provider names and nobody has is passed over.
    """

    def __init__(
        self,
        upkeep: AccountUpkeep,
        sessions: Sessions,
        provider: Provider,
        clock: Clock,
        *,
        settings: Callable[[], SingleSignOnSettings],
        console: Callable[[], ConsoleSettings],
        agents: Callable[[], Collection[str]],
    ) -> None:
        self._upkeep = upkeep
        self._sessions = sessions
        self._provider = provider
        self._clock = clock
        self._settings = settings
        self._console = console
        self._agents = agents

    @property
    def configured(self) -> bool:
        """Whether people can come in this way."""
        return self._settings().configured

    @property
    def local_accounts(self) -> bool:
        """Whether user name and password let people in as well."""
        return self._settings().local_accounts

    def enter(self, claims: Claims) -> str:
        """The token of this sign-in, whose account is made or brought up to date.

        Raises `SignInRefusedError` for who may not come in, and `SessionOverError` where that sign-in at the provider
        is older than a sign-in may last here: then the provider has to be asked anew.
        """
        settings = self._settings()
        if not settings.configured or not meant_for(claims, settings.client_id):
            raise SignInRefusedError("provider_claims", "The provider's token is not for this console.")
        since = self._signed_in_at(claims)
        account = self._upkeep.admit(self._person(claims))
        token = sign_in_token(claims)
        self._sessions.open_for_provider(account, token, since=since)
        return token

    def check(self, present: Present, token: str, claims: Claims, access_token: str | None) -> Present:
        """The same person as the provider sees them now; asked again once `recheck_seconds` have passed.

        Raises `SessionOverError` when the provider takes the person back, or has not answered for too long.
        """
        settings, now = self._settings(), self._clock()
        since_vouched = now - present.session.vouched_at
        if not settings.recheck_seconds or since_vouched < timedelta(seconds=settings.recheck_seconds):
            return present
        try:
            told = self._provider.userinfo(access_token or "")
            if told is None:
                return present
            if told.get("sub") != claims.get("sub"):
                raise ProviderRefusedError("The provider speaks of somebody else.")
            account = self._upkeep.admit(self._person({**told, "iss": claims.get("iss")}))
        except (ProviderRefusedError, SignInRefusedError) as error:
            log.info("sign_on.taken_back", why=type(error).__name__)
            self._sessions.close(token, SessionEnd.GONE)
            raise SessionOverError(SessionEnd.GONE) from error
        except ProviderUnreachableError as error:
            if since_vouched < timedelta(minutes=settings.recheck_grace_minutes):
                return present
            log.warning("sign_on.provider_silent", seconds=round(since_vouched.total_seconds()))
            raise SessionOverError(SessionEnd.GONE) from error
        self._sessions.vouched(token)
        return replace(present, account=account)

    def _signed_in_at(self, claims: Claims) -> datetime:
        issued = claims.get("iat")
        if isinstance(issued, bool) or not isinstance(issued, int | float):
            raise SignInRefusedError("provider_claims", "The provider's token does not say when it was made.")
        now, since = self._clock(), datetime.fromtimestamp(issued, UTC)
        if since > now + CLOCKS_APART:
            raise SignInRefusedError("provider_claims", "The provider's token comes from the future.")
        if now - since >= timedelta(hours=self._console().longest_hours):
            raise SessionOverError(SessionEnd.TOO_LONG)
        return since

    def _person(self, claims: Claims) -> Person:
        person = read_person(claims, self._settings())
        if person is None:
            raise SignInRefusedError("provider_claims", "The provider does not name the person as the settings say.")
        if person.agent_id is not None and person.agent_id not in self._agents():
            log.warning("sign_on.agent_unknown")
            return replace(person, agent_id=None)
        return person
