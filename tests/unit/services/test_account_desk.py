"""Accounts as an administrator lists and changes them, and everybody's own password."""

from __future__ import annotations

import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from elder_channel.services.account_desk import AccountDesk
from elder_channel.services.account_history import NAME
from elder_channel.services.account_upkeep import AccountUpkeep
from elder_channel.services.accounts import Account, Accounts, Role
from elder_channel.services.errors import (
    AccountRefusedError,
    ChangedMeanwhileError,
    NotAllowedError,
    SignInRefusedError,
    TooManyAttemptsError,
)
from elder_channel.staff.claims import Person
from tests.fakes.line import StandingClock

PASSWORD = "jasmine-tea-2026"
CHIEF = Account("lin.fang", Role.ADMINISTRATOR)
AGENTS = {"zheng": "郑国栋", "liu": "刘美华"}


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(datetime(2026, 11, 22, 8, tzinfo=UTC))


@pytest.fixture
def accounts(tmp_path: Path, clock: StandingClock) -> Accounts:
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    accounts = Accounts(tmp_path / "accounts.json", clock, hasher=quick)
    accounts.claim(accounts.bootstrap_code() or "", CHIEF.username, PASSWORD)
    return accounts


@pytest.fixture
def desk(tmp_path: Path, accounts: Accounts, clock: StandingClock) -> AccountDesk:
    path = tmp_path / "accounts.json"
    return AccountDesk(path, accounts, AccountUpkeep(path, clock), lambda: AGENTS)


def etag(desk: AccountDesk, username: str) -> str:
    """The account as it is seen now."""
    return next(row.etag for row in desk.everybody(by=CHIEF) if row.username == username)


def test_a_person_is_added_with_a_first_password(desk: AccountDesk, accounts: Accounts) -> None:
    """It is made here, lets in, and says that another one is to be chosen; then it is good for nothing."""
    given = desk.add(" Wang.Li ", Role.AGENT, by=CHIEF, agent_id="zheng")
    account = accounts.verify("wang.li", given.password)
    assert account == Account("wang.li", Role.AGENT, "zheng", first_password=True)
    assert len(given.password) == 19
    changed = desk.change_own(given.password, "osmanthus-2026", by=account)
    assert not changed.first_password
    assert accounts.verify("wang.li", given.password) is None
    assert accounts.verify("wang.li", "osmanthus-2026") == changed
    assert [(row.username, row.first_password) for row in desk.everybody(by=CHIEF)] == [
        ("lin.fang", False),
        ("wang.li", False),
    ]


def test_agents_who_have_an_account_are_not_offered_again(desk: AccountDesk) -> None:
    """One desk, one person; and nobody becomes an agent the line does not know."""
    assert desk.free_agents(by=CHIEF) == AGENTS
    desk.add("wang.li", Role.AGENT, by=CHIEF, agent_id="zheng")
    assert desk.free_agents(by=CHIEF) == {"liu": "刘美华"}
    with pytest.raises(AccountRefusedError) as refused:
        desk.add("chen", Role.AGENT, by=CHIEF, agent_id="nobody")
    assert refused.value.code == "agent_unknown"
    desk.close("wang.li", etag=etag(desk, "wang.li"), by=CHIEF)
    desk.add("chen", Role.AGENT, by=CHIEF, agent_id="zheng")
    assert desk.reopen("wang.li", etag=etag(desk, "wang.li"), by=CHIEF).agent_id is None  # the desk has gone to chen


def test_role_closing_and_opening_are_kept_with_who_did_it(desk: AccountDesk, tmp_path: Path) -> None:
    """The newest first; the file is for its owner alone and holds no password."""
    given = desk.add("wang.li", Role.VIEWER, by=CHIEF)
    desk.give_role("wang.li", Role.EDITOR, etag=etag(desk, "wang.li"), by=CHIEF)
    desk.close("wang.li", etag=etag(desk, "wang.li"), by=CHIEF)
    desk.reopen("wang.li", etag=etag(desk, "wang.li"), by=CHIEF)
    again = desk.reset("wang.li", etag=etag(desk, "wang.li"), by=CHIEF)
    lines = [
        (change.by, change.username, change.deed, change.before, change.after) for change in desk.history(by=CHIEF)
    ]
    assert lines == [
        ("lin.fang", "wang.li", "reset", "", ""),
        ("lin.fang", "wang.li", "reopened", "", "editor"),
        ("lin.fang", "wang.li", "closed", "", "editor"),
        ("lin.fang", "wang.li", "role", "viewer", "editor"),
        ("lin.fang", "wang.li", "added", "", "viewer"),
        ("lin.fang", "lin.fang", "added", "", "administrator"),
    ]
    file = tmp_path / NAME
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert given.password not in file.read_text(encoding="utf-8")
    assert again.password not in file.read_text(encoding="utf-8")
    with file.open("a", encoding="utf-8") as cut:
        cut.write('{"at": "2026')
    assert len(desk.history(by=CHIEF)) == len(lines)


@pytest.mark.parametrize(
    "do",
    [
        lambda desk, etag: desk.give_role("wang.li", Role.APPROVER, etag=etag, by=CHIEF),
        lambda desk, etag: desk.close("wang.li", etag=etag, by=CHIEF),
        lambda desk, etag: desk.reopen("wang.li", etag=etag, by=CHIEF),
        lambda desk, etag: desk.reset("wang.li", etag=etag, by=CHIEF),
    ],
    ids=["role", "close", "reopen", "reset"],
)
def test_of_two_administrators_the_second_looks_again(
    desk: AccountDesk, accounts: Accounts, do: Callable[[AccountDesk, str], object]
) -> None:
    """What was decided on an account as it is no more is not done."""
    given = desk.add("wang.li", Role.VIEWER, by=CHIEF)
    seen = etag(desk, "wang.li")
    desk.give_role("wang.li", Role.EDITOR, etag=seen, by=CHIEF)
    with pytest.raises(ChangedMeanwhileError):
        do(desk, seen)
    assert accounts.verify("wang.li", given.password) == Account("wang.li", Role.EDITOR, first_password=True)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_administrators_see_and_change_accounts(desk: AccountDesk, role: Role) -> None:
    """The role is looked up in the file at every act, whatever the page believed."""
    desk.add("wang.li", role, by=CHIEF)
    pretender, seen = Account("wang.li", Role.ADMINISTRATOR), etag(desk, "wang.li")
    for do in (
        lambda: desk.everybody(by=pretender),
        lambda: desk.history(by=pretender),
        lambda: desk.free_agents(by=pretender),
        lambda: desk.add("chen", Role.ADMINISTRATOR, by=pretender),
        lambda: desk.reset("lin.fang", etag=etag(desk, "lin.fang"), by=pretender),
        lambda: desk.give_role("wang.li", Role.ADMINISTRATOR, etag=seen, by=pretender),
        lambda: desk.close("lin.fang", etag=etag(desk, "lin.fang"), by=pretender),
        lambda: desk.reopen("wang.li", etag=seen, by=pretender),
    ):
        with pytest.raises(NotAllowedError):
            do()


def test_nobody_locks_everybody_out(desk: AccountDesk) -> None:
    """The last administrator stays one, and nobody closes the own account or resets the own password."""
    seen = etag(desk, "lin.fang")
    with pytest.raises(AccountRefusedError) as refused:
        desk.give_role("lin.fang", Role.VIEWER, etag=seen, by=CHIEF)
    assert refused.value.code == "last_administrator"
    with pytest.raises(AccountRefusedError) as refused:
        desk.close(" LIN.FANG", etag=seen, by=CHIEF)
    assert refused.value.code == "own_account"
    with pytest.raises(NotAllowedError):
        desk.reset("lin.fang", etag=seen, by=CHIEF)


@pytest.mark.parametrize(
    ("password", "new", "code"),
    [
        ("not this one", "osmanthus-2026", "password_wrong"),
        (PASSWORD, "short", "password_length"),
        (PASSWORD, "aaaaaaaaaaaa", "password_plain"),
        (PASSWORD, PASSWORD, "password_same"),
    ],
)
def test_a_new_password_that_does_not_do_leaves_the_old_one(
    desk: AccountDesk, accounts: Accounts, password: str, new: str, code: str
) -> None:
    """Whoever sits at a browser that was left open has to know the present password."""
    with pytest.raises(AccountRefusedError) as refused:
        desk.change_own(password, new, by=CHIEF)
    assert refused.value.code == code
    assert accounts.verify("lin.fang", PASSWORD)


def test_guessing_the_present_password_is_slowed_down(desk: AccountDesk, clock: StandingClock) -> None:
    """As it is at the login."""
    for _ in range(5):
        with pytest.raises(AccountRefusedError):
            desk.change_own("guess", "osmanthus-2026", by=CHIEF)
    with pytest.raises(TooManyAttemptsError):
        desk.change_own(PASSWORD, "osmanthus-2026", by=CHIEF)
    clock.now += timedelta(minutes=1)
    assert desk.change_own(PASSWORD, "osmanthus-2026", by=CHIEF)


def test_a_new_password_ends_the_sign_ins_from_before(
    desk: AccountDesk, accounts: Accounts, clock: StandingClock
) -> None:
    """What counts is from when on a sign-in counts."""
    clock.forward(60)
    desk.change_own(PASSWORD, "osmanthus-2026", by=CHIEF)
    standing = accounts.standing("lin.fang")
    assert standing
    assert standing.valid_from == clock()
    assert desk.keeps_own_password(by=CHIEF)


def test_what_the_provider_s_word_did_is_in_the_history_too(
    desk: AccountDesk, tmp_path: Path, clock: StandingClock
) -> None:
    """Made, given another role, taken back, there again: by the provider."""
    upkeep = AccountUpkeep(tmp_path / "accounts.json", clock)
    for role in (Role.VIEWER, Role.EDITOR):
        upkeep.admit(Person("issuer|1", "wang.li", role, None))
    with pytest.raises(SignInRefusedError):
        upkeep.admit(Person("issuer|1", "wang.li", None, None))
    upkeep.admit(Person("issuer|1", "wang.li", Role.EDITOR, None))
    done = [(change.by, change.deed) for change in desk.history(by=CHIEF) if change.username == "wang.li"]
    assert done == [("provider", deed) for deed in ("reopened", "closed", "role", "added")]
    with pytest.raises(AccountRefusedError) as refused:
        desk.reset("wang.li", etag=etag(desk, "wang.li"), by=CHIEF)
    assert refused.value.code == "provider_account"
    assert not desk.keeps_own_password(by=Account("wang.li", Role.EDITOR))
