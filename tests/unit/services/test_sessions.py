"""Staying signed in: over reloads and restarts, until one leaves, idles away or loses the account."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from elder_channel.services.account_upkeep import AccountUpkeep
from elder_channel.services.accounts import Account, Accounts
from elder_channel.services.accounts_file import ACCOUNTS_FILE, Role
from elder_channel.services.errors import (
    AccountRefusedError,
    NotAllowedError,
    SessionOverError,
    SignInRefusedError,
)
from elder_channel.services.provider import ProviderRefusedError, ProviderUnreachableError
from elder_channel.services.sessions import Sessions
from elder_channel.services.sign_on import SignOn
from elder_channel.staff.claims import Claims
from elder_channel.staff.model import SessionEnd
from elder_channel.staff.settings import ConsoleSettings, SingleSignOnSettings
from elder_channel.staff.tables import console_sessions
from tests.fakes.line import LineInMemory

PASSWORD = "jasmine-tea-2026"
CHIEF = Account("lin.fang", Role.ADMINISTRATOR)


@dataclass
class ProviderOfATest:
    """Says of people what the test wants."""

    says: dict[str, Any] | Exception | None = None
    asked: int = 0

    def userinfo(self, access_token: str) -> Any:
        self.asked += 1
        if isinstance(self.says, Exception):
            raise self.says
        return self.says


@dataclass
class Door:
    """Everything about signing in, on the books and the clock of a test."""

    at: LineInMemory
    provider: ProviderOfATest = field(default_factory=ProviderOfATest)
    console: ConsoleSettings = field(default_factory=ConsoleSettings)
    local: bool = True

    def __post_init__(self) -> None:
        path, clock = self.at.line.state / ACCOUNTS_FILE, self.at.clock
        self.accounts = Accounts(path, clock, hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        self.upkeep = AccountUpkeep(path, clock)
        self.accounts.claim(self.accounts.bootstrap_code() or "", CHIEF.username, PASSWORD)
        self.sign_in_settings = SingleSignOnSettings(
            metadata_url="https://id.example.com/.well-known/openid-configuration",
            client_id="console",
            roles={"line-editors": "editor", "line-staff": "viewer"},
            agent_claim="agent",
        )
        self.sessions = self.opened_again()

    def opened_again(self) -> Sessions:
        """The sessions as another process, or the same after a restart, opens them."""
        return Sessions(
            self.at.line.console_sessions,
            self.accounts,
            lambda: self.console,
            self.at.clock,
            local_accounts=lambda: self.local,
        )

    @property
    def sign_on(self) -> SignOn:
        """Sign-in by the provider."""
        return SignOn(
            self.upkeep,
            self.sessions,
            self.provider,  # type: ignore[arg-type]
            self.at.clock,
            settings=lambda: self.sign_in_settings,
            console=lambda: self.console,
            agents=lambda: {"wang"},
        )

    def claims(self, **changes: Any) -> Claims:
        """What the provider says of 陈静 at a sign-in of this moment."""
        return {
            "iss": "https://id.example.com",
            "aud": "console",
            "sub": "u-1",
            "preferred_username": "chen.jing",
            "groups": ["line-editors"],
            "nonce": "n-1",
            "iat": self.at.clock().timestamp(),
            **changes,
        }

    def why_over(self, token: str) -> SessionEnd:
        """Why the token lets nobody in."""
        with pytest.raises(SessionOverError) as over:
            self.sessions.present(token)
        return over.value.why


@pytest.fixture
def door(at: LineInMemory) -> Door:
    """An administrator, and a provider that is set up."""
    return Door(at)


def test_a_sign_in_outlives_the_process_and_is_kept_as_a_hash(door: Door) -> None:
    """The books hold nothing that lets anybody in."""
    token = door.sessions.open(CHIEF)
    assert door.opened_again().present(token).account == CHIEF
    with door.at.line.databases.calls.begin() as connection:
        [row] = connection.execute(sa.select(console_sessions)).all()
    assert token not in {str(value) for value in row}
    assert token not in (door.at.line.state / ACCOUNTS_FILE).read_text(encoding="utf-8")
    assert door.why_over(token[:-1]) is SessionEnd.UNKNOWN


def test_idling_ends_it_and_doing_something_does_not(door: Door) -> None:
    """A page that refreshes by itself is not somebody who does something."""
    token = door.sessions.open(CHIEF)
    for _ in range(3):
        door.at.clock.forward(3 * 3600)
        assert door.sessions.present(token, active=True).account == CHIEF
    door.at.clock.forward(3600 * 2)
    assert door.sessions.present(token).account == CHIEF  # drawn by itself
    door.at.clock.forward(3600 * 2)
    assert door.why_over(token) is SessionEnd.TOO_LONG  # thirteen hours, whatever was done
    idle = door.sessions.open(CHIEF)
    door.at.clock.forward(2 * 3600)
    door.sessions.present(idle)
    door.at.clock.forward(2 * 3600)
    assert door.why_over(idle) is SessionEnd.IDLE


def test_a_shorter_time_counts_for_those_who_are_in(door: Door) -> None:
    """The settings are asked at every look."""
    token = door.sessions.open(CHIEF)
    door.at.clock.forward(3600)
    door.console = ConsoleSettings(idle_minutes=30)
    assert door.why_over(token) is SessionEnd.IDLE
    door.console = ConsoleSettings()
    assert door.why_over(token) is SessionEnd.IDLE  # what is over stays over


def test_leaving_counts_in_every_tab(door: Door) -> None:
    """Also for a process that has just seen the person."""
    token, other = door.sessions.open(CHIEF), door.opened_again()
    other.present(token)
    door.sessions.close(token)
    with pytest.raises(SessionOverError):
        other.present(token)


def test_a_new_password_ends_what_was_begun_with_the_old_one(door: Door) -> None:
    """Whoever has learnt the old one is out as well."""
    door.accounts.add("wang.li", PASSWORD, Role.AGENT, by=CHIEF)
    token = door.sessions.open(Account("wang.li", Role.AGENT))
    door.at.clock.forward(60)
    door.accounts.reset("wang.li", "osmanthus-2026", by=CHIEF)
    assert door.why_over(token) is SessionEnd.RENEWED
    door.at.clock.forward(1)
    assert door.sessions.present(door.sessions.open(Account("wang.li", Role.AGENT))).account.username == "wang.li"


def test_a_closed_account_is_out_at_the_next_act(door: Door) -> None:
    """Opened again it is open to new sign-ins only; its name is never given to somebody else."""
    door.accounts.add("wang.li", PASSWORD, Role.AGENT, by=CHIEF, agent_id="wang")
    token = door.sessions.open(Account("wang.li", Role.AGENT))
    door.upkeep.close("Wang.Li", by=CHIEF)
    assert door.accounts.verify("wang.li", PASSWORD) is None
    assert [each.username for each in door.accounts.everybody(by=CHIEF, closed=True)] == ["wang.li"]
    with pytest.raises(AccountRefusedError):
        door.accounts.add("wang.li", PASSWORD, Role.AGENT, by=CHIEF)
    door.accounts.add("wang.two", PASSWORD, Role.AGENT, by=CHIEF, agent_id="wang")  # the desk is free
    door.at.clock.forward(1)
    door.upkeep.reopen("wang.li", by=CHIEF)
    assert door.why_over(token) is SessionEnd.RENEWED


def test_another_role_counts_at_the_next_act(door: Door) -> None:
    """The role is never kept with the sign-in; the last administrator keeps theirs."""
    door.accounts.add("wang.li", PASSWORD, Role.SUPERVISOR, by=CHIEF)
    token = door.sessions.open(Account("wang.li", Role.SUPERVISOR))
    door.upkeep.give_role("wang.li", Role.VIEWER, by=CHIEF)
    assert door.sessions.present(token).account.role is Role.VIEWER
    for change in (
        lambda: door.upkeep.give_role("lin.fang", Role.VIEWER, by=CHIEF),
        lambda: door.upkeep.close("lin.fang", by=CHIEF),
    ):
        with pytest.raises(AccountRefusedError) as refused:
            change()
        assert refused.value.code == "last_administrator"
    with pytest.raises(NotAllowedError):
        door.upkeep.give_role("lin.fang", Role.VIEWER, by=Account("wang.li", Role.ADMINISTRATOR))


def test_busy_books_throw_nobody_out(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who was seen a moment ago goes on for a minute; whom nobody has seen does not come in."""
    token, unseen = door.sessions.open(CHIEF), door.opened_again().open(CHIEF)
    door.sessions.present(token)

    def busy(_self: object, _hash: str) -> None:
        raise OSError("the disk is away")

    monkeypatch.setattr(type(door.at.line.console_sessions), "find", busy)
    assert door.sessions.present(token).account == CHIEF
    with pytest.raises(OSError, match="away"):
        door.sessions.present(unseen)
    door.at.clock.forward(61)
    with pytest.raises(OSError, match="away"):
        door.sessions.present(token)


def test_old_sign_ins_are_forgotten(door: Door) -> None:
    """A day after they could not last any more."""
    door.sessions.open(CHIEF)
    door.at.clock.forward(timedelta(hours=37).total_seconds())
    door.sessions.open(CHIEF)
    with door.at.line.databases.calls.begin() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(console_sessions)) == 1


def test_where_local_accounts_are_off_no_password_helps(door: Door) -> None:
    """Nor a sign-in from before."""
    token = door.sessions.open(CHIEF)
    door.local = False
    assert door.why_over(token) is SessionEnd.GONE
    with pytest.raises(SignInRefusedError):
        door.sessions.open(CHIEF)


def test_the_provider_s_word_makes_the_account(door: Door) -> None:
    """With the mapped role and desk, no password, and one account however often the person comes."""
    tokens = {door.sign_on.enter(door.claims(nonce=nonce, agent="wang")) for nonce in ("a", "a", "b")}
    assert len(tokens) == 2
    expected = Account("chen.jing", Role.EDITOR, "wang")
    assert {door.sessions.present(token).account for token in tokens} == {expected}
    assert door.accounts.everybody(by=CHIEF) == (expected, CHIEF)
    assert door.accounts.verify("chen.jing", "") is None
    with pytest.raises(AccountRefusedError) as refused:
        door.accounts.reset("chen.jing", "osmanthus-2026", by=CHIEF)
    assert refused.value.code == "provider_account"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"groups": ["everybody"]}, "no_role"),
        ({"aud": "another-client"}, "provider_claims"),
        ({"preferred_username": None}, "provider_claims"),
        ({"iat": None}, "provider_claims"),
        ({"iat": 4e9}, "provider_claims"),
        ({"preferred_username": "lin.fang"}, "username_taken"),
        ({"preferred_username": "a b"}, "username_unfit"),
    ],
)
def test_who_may_not_come_in_is_told_why(door: Door, changes: dict[str, Any], code: str) -> None:
    """Above all nobody comes in as a colleague with a local account by being called like them."""
    with pytest.raises(SignInRefusedError) as refused:
        door.sign_on.enter(door.claims(**changes))
    assert refused.value.code == code
    assert door.accounts.everybody(by=CHIEF) == (CHIEF,)


def test_a_sign_in_at_the_provider_is_good_for_a_shift(door: Door) -> None:
    """Streamlit's cookie would last 30 days; one that has ended here is no way in either."""
    claims = door.claims()
    token = door.sign_on.enter(claims)
    door.sessions.close(token)
    assert door.sign_on.enter(claims) == token
    assert door.why_over(token) is SessionEnd.SIGNED_OUT
    door.at.clock.forward(12 * 3600)
    with pytest.raises(SessionOverError):
        door.sign_on.enter(claims)


def test_an_account_closed_here_stays_closed(door: Door) -> None:
    """Whatever the provider says."""
    token = door.sign_on.enter(door.claims())
    door.upkeep.close("chen.jing", by=CHIEF)
    assert door.why_over(token) is SessionEnd.GONE
    with pytest.raises(SignInRefusedError) as refused:
        door.sign_on.enter(door.claims(nonce="again"))
    assert refused.value.code == "account_closed"


def test_an_unknown_agent_is_no_agent(door: Door) -> None:
    """The person comes in without a desk."""
    assert door.sessions.present(door.sign_on.enter(door.claims(agent="nobody"))).account.agent_id is None


def check(door: Door, token: str) -> Account:
    """One act, some time after the sign-in."""
    return door.sign_on.check(door.sessions.present(token), token, door.claims(), "bearer").account


def test_another_role_at_the_provider_counts_after_a_minute(door: Door) -> None:
    """The provider is asked once a minute, not at every click."""
    token = door.sign_on.enter(door.claims())
    door.provider.says = {"sub": "u-1", "preferred_username": "chen.jing", "groups": ["line-staff"]}
    assert check(door, token).role is Role.EDITOR
    assert door.provider.asked == 0
    door.at.clock.forward(61)
    assert check(door, token).role is Role.VIEWER
    assert check(door, token).role is Role.VIEWER
    assert door.provider.asked == 1
    assert door.accounts.find("chen.jing") == Account("chen.jing", Role.VIEWER)


@pytest.mark.parametrize(
    "says",
    [
        ProviderRefusedError("HTTP 401"),
        {"sub": "u-1", "preferred_username": "chen.jing", "groups": []},
        {"sub": "u-2", "preferred_username": "chen.jing", "groups": ["line-editors"]},
    ],
    ids=["token taken back", "role taken away", "somebody else"],
)
def test_whom_the_provider_takes_back_is_out(door: Door, says: Any) -> None:
    """At the next act; and in again with a new sign-in once the role is back."""
    token = door.sign_on.enter(door.claims())
    door.provider.says = says
    door.at.clock.forward(61)
    with pytest.raises(SessionOverError) as over:
        check(door, token)
    assert over.value.why is SessionEnd.GONE
    assert door.why_over(token) is SessionEnd.GONE
    door.at.clock.forward(1)
    assert door.sessions.present(door.sign_on.enter(door.claims(nonce="n-2"))).account.role is Role.EDITOR


def test_a_provider_that_is_away_throws_nobody_out_at_once(door: Door) -> None:
    """Its last word counts for a quarter of an hour; one that has no place to ask is not asked."""
    token = door.sign_on.enter(door.claims())
    door.provider.says = ProviderUnreachableError("ConnectError")
    door.at.clock.forward(14 * 60)
    assert check(door, token).role is Role.EDITOR
    door.at.clock.forward(2 * 60)
    with pytest.raises(SessionOverError):
        check(door, token)
    door.provider.says = None
    assert check(door, token).role is Role.EDITOR
