"""Accounts of the console: the first administrator's code, passwords, and the slowing down of guessing."""

from __future__ import annotations

import json
import stat
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from elder_channel.services.accounts import Account, Accounts, Role
from elder_channel.services.errors import (
    AccountRefusedError,
    AccountsFileError,
    CodeRejectedError,
    NotAllowedError,
    TooManyAttemptsError,
)
from elder_channel.services.login_pacing import REMEMBERED_NAMES, LoginPacing, delay_seconds

PASSWORD = "茉莉花茶-2026-福州"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "accounts.json"


@pytest.fixture
def accounts(path: Path, clock: Clock) -> Accounts:
    return Accounts(path, clock, hasher=QUICK)


@pytest.fixture
def administrator(accounts: Accounts) -> Account:
    return accounts.claim(accounts.bootstrap_code() or "", "lin.fang", PASSWORD)


def test_the_code_makes_the_first_administrator_once(accounts: Accounts) -> None:
    """Who holds the printed code becomes the administrator; the same code does nothing a second time."""
    code = accounts.bootstrap_code()
    assert code is not None
    assert accounts.claim(code.lower().replace("-", " "), "Lin.Fang", PASSWORD) == Account(
        "lin.fang", Role.ADMINISTRATOR
    )
    with pytest.raises(CodeRejectedError):
        accounts.claim(code, "second", PASSWORD)
    assert accounts.bootstrap_code() is None
    assert not accounts.needs_first_account()


def test_a_new_code_voids_the_one_before(accounts: Accounts) -> None:
    """A code somebody read over a shoulder is worthless after the next start."""
    first, second = accounts.bootstrap_code(), accounts.bootstrap_code()
    assert first != second
    with pytest.raises(CodeRejectedError):
        accounts.claim(first or "", "lin.fang", PASSWORD)
    assert accounts.claim(second or "", "lin.fang", PASSWORD).role is Role.ADMINISTRATOR


def test_without_a_code_nobody_is_let_in(accounts: Accounts) -> None:
    """On a line whose code was never issued, an empty code opens nothing."""
    with pytest.raises(CodeRejectedError):
        accounts.claim("", "lin.fang", PASSWORD)


def test_neither_code_nor_password_is_stored_in_clear(accounts: Accounts, path: Path) -> None:
    """Whoever reads the file learns no secret, and only its owner can read it."""
    code = accounts.bootstrap_code() or ""
    assert code not in path.read_text(encoding="utf-8")
    accounts.claim(code, "lin.fang", PASSWORD)
    assert PASSWORD not in path.read_text(encoding="utf-8")
    assert json.loads(path.read_text(encoding="utf-8"))["accounts"][0]["password_hash"].startswith("$argon2id$")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_another_process_sees_the_account(accounts: Accounts, administrator: Account, path: Path, clock: Clock) -> None:
    """What one process wrote, the next one reads."""
    assert Accounts(path, clock, hasher=QUICK).verify("LIN.FANG ", PASSWORD) == administrator


@pytest.mark.parametrize("name", ["lin.fang", "nobody"], ids=["wrong password", "unknown name"])
def test_a_wrong_login_is_refused(accounts: Accounts, administrator: Account, name: str) -> None:
    """A wrong password and an unknown name look the same."""
    assert accounts.verify(name, "not the password") is None


@pytest.mark.parametrize("name", ["lin.fang", "nobody"], ids=["known name", "unknown name"])
def test_guessing_is_slowed_down(accounts: Accounts, administrator: Account, clock: Clock, name: str) -> None:
    """After five wrong passwords even the right one has to wait, a little longer each time."""
    for _ in range(5):
        assert accounts.verify(name, "guess") is None
    with pytest.raises(TooManyAttemptsError) as refusal:
        accounts.verify(name, PASSWORD)
    assert refusal.value.retry_after_seconds == 15
    clock.now += timedelta(seconds=16)
    assert accounts.verify(name, "guess") is None
    with pytest.raises(TooManyAttemptsError) as refusal:
        accounts.verify(name, PASSWORD)
    assert refusal.value.retry_after_seconds == 30


def test_waiting_lets_the_right_person_in_and_forgets_the_failures(
    accounts: Accounts, administrator: Account, clock: Clock
) -> None:
    """One colleague's wait does not touch another's login, and it ends."""
    for _ in range(5):
        accounts.verify("lin.fang", "guess")
    accounts.add("chen", PASSWORD, Role.AGENT, by=administrator)
    assert accounts.verify("chen", PASSWORD) is not None
    clock.now += timedelta(seconds=16)
    assert accounts.verify("lin.fang", PASSWORD) == administrator
    assert accounts.verify("lin.fang", "guess") is None
    assert accounts.verify("lin.fang", PASSWORD) == administrator


def test_the_delay_grows_and_stays_bearable() -> None:
    """No delay for a slip of the finger, five minutes at the most."""
    assert [delay_seconds(failures) for failures in (1, 4, 5, 6, 9, 10, 10_000)] == [0, 0, 15, 30, 240, 300, 300]


def test_pacing_forgets_the_least_recent_name() -> None:
    """Guessing with ever new names does not fill the memory."""
    pacing, now = LoginPacing(), datetime(2026, 11, 22, tzinfo=UTC)
    for number in range(REMEMBERED_NAMES + 5):
        pacing.failed(f"name{number}", now)
    assert len(pacing._records) == REMEMBERED_NAMES


@pytest.mark.parametrize(
    ("username", "password", "code"),
    [
        ("a", PASSWORD, "username_unfit"),
        ("two words", PASSWORD, "username_unfit"),
        ("<b>x</b>", PASSWORD, "username_unfit"),
        ("lin.fang", "short", "password_length"),
        ("lin.fang", "x" * 201, "password_length"),
        ("lin.fang", "aaaaaaaaaaaa", "password_plain"),
        ("longusername", "LongUserName", "password_plain"),
    ],
)
def test_an_unfit_name_or_password_keeps_the_code_good(
    accounts: Accounts, username: str, password: str, code: str
) -> None:
    """A mistake in the form is told by rule and does not burn the one-time code."""
    one_time = accounts.bootstrap_code() or ""
    with pytest.raises(AccountRefusedError) as refusal:
        accounts.claim(one_time, username, password)
    assert refusal.value.code == code
    assert accounts.claim(one_time, "林芳", PASSWORD).username == "林芳"


def test_only_an_administrator_adds_people(accounts: Accounts, administrator: Account) -> None:
    """An agent cannot make accounts, nor can a session that claims a role it does not have."""
    agent = accounts.add("chen", PASSWORD, Role.AGENT, by=administrator)
    for pretender in (agent, Account("chen", Role.ADMINISTRATOR), Account("nobody", Role.ADMINISTRATOR)):
        with pytest.raises(NotAllowedError):
            accounts.add("friend", PASSWORD, Role.ADMINISTRATOR, by=pretender)
    with pytest.raises(AccountRefusedError):
        accounts.add("CHEN", PASSWORD, Role.AGENT, by=administrator)
    assert accounts.find("chen") == agent
    assert accounts.find("friend") is None


@pytest.mark.parametrize("content", ["", "{}}", '{"accounts": 3}', '{"owner": "me"}'])
def test_a_damaged_file_opens_nothing(accounts: Accounts, path: Path, content: str) -> None:
    """A damaged file is named in the error and never treated as an empty one, which anybody could claim."""
    path.parent.mkdir(parents=True)
    path.write_text(content, encoding="utf-8")
    for attempt in (
        accounts.needs_first_account,
        accounts.bootstrap_code,
        lambda: accounts.verify("lin.fang", PASSWORD),
    ):
        with pytest.raises(AccountsFileError, match=r"accounts\.json"):
            attempt()
    assert path.read_text(encoding="utf-8") == content


def test_two_claims_at_once_make_one_administrator(accounts: Accounts) -> None:
    """A double click, or two people with the same code, leave exactly one administrator."""
    code = accounts.bootstrap_code() or ""
    made: list[str] = []
    refused: list[str] = []

    def claim(name: str) -> None:
        try:
            made.append(accounts.claim(code, name, PASSWORD).username)
        except CodeRejectedError:
            refused.append(name)

    threads = [threading.Thread(target=claim, args=(f"person{number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(made), len(refused)) == (1, 5)
    assert accounts.find(made[0]) is not None


def test_an_agent_s_account_names_the_agent(accounts: Accounts) -> None:
    """It is found with the link, and a second account for the same agent is refused."""
    chief = accounts.claim(accounts.bootstrap_code() or "", "lin.fang", PASSWORD)
    linked = accounts.add("wang.li", PASSWORD, Role.AGENT, by=chief, agent_id="wang")
    assert accounts.find("wang.li") == linked == Account("wang.li", Role.AGENT, "wang")
    with pytest.raises(AccountRefusedError) as refused:
        accounts.add("wang.two", PASSWORD, Role.AGENT, by=chief, agent_id="wang")
    assert refused.value.code == "agent_taken"


def test_a_forgotten_password_is_reset_by_another_administrator(accounts: Accounts) -> None:
    """Not by oneself, not by an agent; the old one is void at once."""
    chief = accounts.claim(accounts.bootstrap_code() or "", "lin.fang", PASSWORD)
    agent = accounts.add("wang.li", PASSWORD, Role.AGENT, by=chief)
    accounts.reset("Wang.Li", "osmanthus-2026", by=chief)
    assert accounts.verify("wang.li", PASSWORD) is None
    assert accounts.verify("wang.li", "osmanthus-2026") == agent
    for name, by in ((chief.username, chief), (chief.username, agent)):
        with pytest.raises(NotAllowedError):
            accounts.reset(name, "osmanthus-2026", by=by)
    with pytest.raises(AccountRefusedError):
        accounts.reset("nobody", "osmanthus-2026", by=chief)


def test_accounts_added_at_a_shell_leave_the_first_code_good(tmp_path: Path) -> None:
    """Who sits at the server may add people before anybody has become administrator."""
    operator = Account("operator", Role.ADMINISTRATOR)
    at_shell = Accounts(tmp_path / "accounts.json", lambda: datetime.now(UTC), operator=operator)
    code = at_shell.bootstrap_code() or ""
    at_shell.add("wang.li", PASSWORD, Role.AGENT, by=operator)
    assert at_shell.needs_first_account()
    assert at_shell.claim(code, "chief", PASSWORD).role is Role.ADMINISTRATOR
    assert [each.username for each in at_shell.everybody(by=operator)] == ["chief", "wang.li"]
    with pytest.raises(NotAllowedError):  # the name alone is nobody
        at_shell.everybody(by=Account("operator", Role.ADMINISTRATOR))
