"""Customers' files: who may do what, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from elder_channel.customers.files import Access, Details
from elder_channel.customers.model import Customer
from elder_channel.services.accounts import Account
from elder_channel.services.accounts_file import Role
from elder_channel.services.customer_files import CustomerFiles
from elder_channel.services.errors import CustomerFileError, NotAllowedError
from tests.fakes.line import LineInMemory, open_test_line

WHO, NUMBER = 71, "+8659100000171"
WHY = "客户来电"


class Staff:
    """Everybody's name is their role."""

    def find(self, username: str) -> Account | None:
        """The account."""
        return Account(username, Role(username))


def as_(role: Role) -> Account:
    """Somebody with the role."""
    return Account(role.value, role)


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A line with one customer, and few looks an hour."""
    opened = open_test_line(tmp_path, ELDER_CHANNEL_PRIVACY__CUSTOMER_LOOKS_AN_HOUR="3")
    opened.line.customers.load([Customer(WHO, "林示例", (NUMBER,), dialect="fuzhou")])
    yield opened
    opened.line.databases.dispose()


@pytest.fixture
def files(at: LineInMemory) -> CustomerFiles:
    """The service."""
    return CustomerFiles(at.line, Staff())


def code_of(refused: pytest.ExceptionInfo[CustomerFileError]) -> str:
    """Why it was refused."""
    return refused.value.code


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR, Role.APPROVER])
def test_who_does_not_speak_with_customers_is_told_nothing(files: CustomerFiles, role: Role) -> None:
    """Not by any way in."""
    for act in (
        lambda: files.search(NUMBER, reason=WHY, by=as_(role)),
        lambda: files.open(WHO, reason=WHY, by=as_(role)),
        lambda: files.read(WHO, by=as_(role)),
        lambda: files.save(WHO, Details(), Details(), reason=WHY, by=as_(role)),
    ):
        with pytest.raises(NotAllowedError):
            act()


def test_an_agent_neither_exports_nor_deletes_and_a_supervisor_does_not_delete(files: CustomerFiles) -> None:
    """Whatever the page shows."""
    with pytest.raises(NotAllowedError):
        files.export(WHO, reason=WHY, by=as_(Role.AGENT))
    with pytest.raises(NotAllowedError):
        files.erase(WHO, reason=WHY, by=as_(Role.SUPERVISOR))


def test_a_file_is_read_only_after_it_was_opened_and_for_half_an_hour(at: LineInMemory, files: CustomerFiles) -> None:
    """By who has opened it; then it asks for a reason again."""
    agent = as_(Role.AGENT)
    with pytest.raises(CustomerFileError) as closed:
        files.read(WHO, by=agent)
    assert code_of(closed) == "file_closed"
    assert files.open(WHO, reason=WHY, by=agent).name == "林示例"
    assert files.read(WHO, by=agent).accesses[0].what is Access.OPENED
    with pytest.raises(CustomerFileError):
        files.read(WHO, by=as_(Role.SUPERVISOR))
    at.clock.forward(31 * 60)
    with pytest.raises(CustomerFileError):
        files.read(WHO, by=agent)


def test_too_many_looks_are_refused_until_the_hour_is_over(at: LineInMemory, files: CustomerFiles) -> None:
    """Whether they found anybody or not."""
    agent = as_(Role.AGENT)
    for asked in (NUMBER, "没有此人", str(WHO)):
        files.search(asked, reason=WHY, by=agent)
    with pytest.raises(CustomerFileError) as often:
        files.open(WHO, reason=WHY, by=agent)
    assert code_of(often) == "file_too_often"
    files.search(NUMBER, reason=WHY, by=as_(Role.SUPERVISOR))
    at.clock.forward(3601)
    files.open(WHO, reason=WHY, by=agent)


@pytest.mark.parametrize(
    ("change", "why", "code"),
    [
        ({"dialect": "klingon"}, WHY, "file_dialect"),
        ({"language": "fr"}, WHY, "file_language"),
        ({"family_numbers": ("12",)}, WHY, "file_family"),
        ({"family_numbers": tuple(f"+86591000002{n:02}" for n in range(11))}, WHY, "file_family"),
        ({"family_numbers": (NUMBER,)}, WHY, "file_family_own"),
        ({"elder_flag": True}, "  ", "file_reason"),
    ],
)
def test_what_cannot_be_is_refused(files: CustomerFiles, change: dict[str, object], why: str, code: str) -> None:
    """Nothing is written."""
    agent = as_(Role.AGENT)
    base = files.open(WHO, reason=WHY, by=agent).details
    with pytest.raises(CustomerFileError) as refused:
        files.save(WHO, base, replace(base, **change), reason=why, by=agent)  # type: ignore[arg-type] # a table
    assert code_of(refused) == code
    assert files.read(WHO, by=agent).details == base


def test_family_numbers_are_kept_in_one_writing(files: CustomerFiles) -> None:
    """However they were typed."""
    agent = as_(Role.AGENT)
    base = files.open(WHO, reason=WHY, by=agent).details
    typed = ("0591-0000 0172", "+8659100000172")
    files.save(WHO, base, replace(base, family_numbers=typed), reason=WHY, by=agent)
    assert files.read(WHO, by=agent).details.family_numbers == ("+8659100000172",)


def test_an_export_is_json_of_both_databases(files: CustomerFiles) -> None:
    """And is on record itself."""
    boss = as_(Role.SUPERVISOR)
    files.open(WHO, reason=WHY, by=boss)
    told = json.loads(files.export(WHO, reason="书面要求", by=boss))
    assert told["calls.db"]["customers"][0]["name"] == "林示例"
    assert told["calls.db"]["customer_accesses"][-1]["reason"] == "书面要求"
    assert told["greetings.db"]["recipients"] == []


def test_a_deleted_person_is_gone_and_who_did_it_stays(at: LineInMemory, files: CustomerFiles) -> None:
    """Sound is not kept of them any more either, should the books bring them back."""
    chief = as_(Role.ADMINISTRATOR)
    files.open(WHO, reason=WHY, by=chief)
    files.erase(WHO, reason="书面要求", by=chief)
    assert at.line.customer_files.get(WHO) is None
    assert at.line.customer_files.accesses(WHO)[0].what is Access.DELETED
    assert not at.line.sound_clips.consents_of([WHO])[WHO].given
    with pytest.raises(CustomerFileError) as gone:
        files.open(WHO, reason=WHY, by=chief)
    assert code_of(gone) == "file_gone"
