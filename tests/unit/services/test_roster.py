"""Agents and skills as staff edit them: merged row by row, refused when the line would refuse, kept and restored."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from elder_channel.agents.hours import Hours
from elder_channel.agents.model import AgentDefinition, Presence
from elder_channel.services.accounts import Account
from elder_channel.services.accounts_file import Role
from elder_channel.services.errors import (
    ChangedMeanwhileError,
    NotAllowedError,
    RosterConflictError,
    RosterRefusedError,
)
from elder_channel.services.roster import RosterService
from tests.fakes.line import LineInMemory, open_test_line
from tests.fakes.people import People
from tests.fakes.sites import write_sites

BOSS, OTHER = Account("lin.fang", Role.SUPERVISOR), Account("chen", Role.ADMINISTRATOR)


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A line of three sites."""
    write_sites(tmp_path / "site")
    opened = open_test_line(tmp_path)
    yield opened
    opened.line.databases.dispose()


@pytest.fixture
def roster(at: LineInMemory) -> RosterService:
    """The list of that line."""
    return RosterService(at.line, People(BOSS, OTHER, Account("wu", Role.AGENT)))


def agent_of(at: LineInMemory, agent_id: str = "bei") -> AgentDefinition:
    """The agent as the line has it."""
    found = at.line.settings.agent(agent_id)
    assert found is not None
    return found


def file_of(at: LineInMemory) -> str:
    """agents.yaml of the site."""
    assert at.line.source.site is not None
    return (at.line.source.site / "agents.yaml").read_text(encoding="utf-8")


def test_one_row_is_changed_and_every_other_byte_stays(at: LineInMemory, roster: RosterService) -> None:
    """Comments too; the line takes it over at once."""
    assert at.line.source.site is not None
    path = at.line.source.site / "agents.yaml"
    commented = file_of(at).replace("agents:\n", "# 名册 the list\nagents:\n")
    path.write_text(commented, encoding="utf-8")
    at.line.source.reload()
    saved = roster.save({"dialects": {"beijing": 5, "fuzhou": 3}}, seen=agent_of(at), by=BOSS)
    assert saved.dialects == {"beijing": 5, "fuzhou": 3}
    assert agent_of(at) == saved
    before, after = commented.splitlines(), file_of(at).splitlines()
    assert [line for line in before if "id: bei" not in line] == [line for line in after if "id: bei" not in line]


def test_a_change_is_written_down_with_who_when_before_and_after(at: LineInMemory, roster: RosterService) -> None:
    """The version that was there before the console is kept as well."""
    roster.save({"site": "chengdu"}, seen=agent_of(at), by=BOSS)
    changed, met = roster.changes(by=BOSS)
    assert (changed.what, changed.by, changed.role, changed.subject) == ("changed", "lin.fang", "supervisor", "bei")
    assert (changed.before, changed.after, changed.at) == ({"site": "beijing"}, {"site": "chengdu"}, at.clock())
    assert met.what == "by_hand"


def test_what_two_people_change_in_different_fields_goes_together(at: LineInMemory, roster: RosterService) -> None:
    """Neither loses anything."""
    seen = agent_of(at)
    roster.save({"wrap_up_seconds": 30}, seen=seen, by=OTHER)
    merged = roster.save({"elder_trained": True}, seen=seen, by=BOSS)
    assert (merged.wrap_up_seconds, merged.elder_trained) == (30, True)


def test_the_same_field_changed_twice_is_shown_to_the_second(at: LineInMemory, roster: RosterService) -> None:
    """With both values; nothing is written, and saving on top of theirs works."""
    seen = agent_of(at)
    roster.save({"name": "小北"}, seen=seen, by=OTHER)
    with pytest.raises(RosterConflictError) as conflict:
        roster.save({"name": "大北", "hunt_group": False}, seen=seen, by=BOSS)
    [field] = conflict.value.fields
    assert (field.field, field.before, field.theirs, field.mine) == ("name", "北", "小北", "大北")
    assert (agent_of(at).name, agent_of(at).hunt_group) == ("小北", True)
    assert roster.save({"name": "大北"}, seen=conflict.value.now, by=BOSS).name == "大北"


def test_the_same_change_made_twice_is_no_conflict(at: LineInMemory, roster: RosterService) -> None:
    """And is written once."""
    seen = agent_of(at)
    for by in (OTHER, BOSS):
        roster.save({"name": "小北"}, seen=seen, by=by)
    assert [change.what for change in roster.changes(by=BOSS)] == ["changed", "by_hand"]


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ({"dialects": {"klingon": 3}}, "klingon"),
        ({"dialects": {"fuzhou": 9}}, "fuzhou"),
        ({"contact": "client:fu"}, "already has this contact"),
        ({"site": "atlantis"}, "site"),
        ({"name": ""}, "name"),
        ({"companies": ("nobody",)}, "companies"),
    ],
)
def test_law_8_what_the_line_would_refuse_is_never_written(
    at: LineInMemory, roster: RosterService, wanted: dict[str, Any], reason: str
) -> None:
    """Not a byte changes, and what is wrong is told."""
    before = file_of(at)
    with pytest.raises(RosterRefusedError) as refused:
        roster.save(wanted, seen=agent_of(at), by=BOSS)
    assert refused.value.code == "roster_wrong"
    assert any(reason in each for each in refused.value.problems)
    assert file_of(at) == before
    assert roster.changes(by=BOSS) == []


def test_somebody_is_added_and_taken_off(at: LineInMemory, roster: RosterService) -> None:
    """With shifts; the same id twice is refused; who was changed meanwhile is looked at again first."""
    shifts = (Hours(days=("mon",), opens="08:00", closes="17:00"),)
    new = {"id": "min", "name": "闽: #1", "contact": "client:min", "dialects": {"minnan": 5}, "shifts": shifts}
    added = roster.add(new, by=BOSS)
    assert agent_of(at, "min") == added
    with pytest.raises(RosterRefusedError) as refused:
        roster.add(new, by=BOSS)
    assert refused.value.code == "roster_id_taken"
    roster.save({"interpreter": True}, seen=added, by=OTHER)
    with pytest.raises(ChangedMeanwhileError):
        roster.remove(added, by=BOSS)
    roster.remove(agent_of(at, "min"), by=BOSS)
    assert at.line.settings.agent("min") is None
    assert roster.changes(by=BOSS)[0].before["name"] == "闽: #1"


def test_an_earlier_version_is_restored_and_that_is_a_change_too(at: LineInMemory, roster: RosterService) -> None:
    """Byte by byte; who has not seen the newest list is refused."""
    first = file_of(at)
    roster.save({"name": "小北"}, seen=agent_of(at), by=BOSS)
    seen, version = roster.look(by=BOSS).etag, roster.changes(by=BOSS)[-1].etag
    roster.restore(version, seen=seen, by=BOSS)
    assert file_of(at) == first
    assert roster.changes(by=BOSS)[0].what == "restored"
    with pytest.raises(ChangedMeanwhileError):
        roster.restore(version, seen=seen, by=BOSS)


def test_a_file_broken_by_hand_is_told_and_not_overwritten(at: LineInMemory, roster: RosterService) -> None:
    """The line keeps the last good list, and says so."""
    assert at.line.source.site is not None
    broken = file_of(at).replace("fuzhou: 5", "fuzhou: 50")
    (at.line.source.site / "agents.yaml").write_text(broken, encoding="utf-8")
    shown = roster.look(by=BOSS)
    assert len(shown.rows) == 4
    assert any("agents.yaml" in each for each in shown.problems)
    with pytest.raises(RosterRefusedError):
        roster.save({"name": "小北"}, seen=agent_of(at), by=BOSS)
    assert file_of(at) == broken


@pytest.mark.parametrize("by", [Account("wu", Role.AGENT), Account("gone", Role.ADMINISTRATOR)])
def test_who_may_not_changes_nothing(at: LineInMemory, roster: RosterService, by: Account) -> None:
    """Agents look; who has no account any more does not even that."""
    for write in (
        lambda: roster.save({"name": "x"}, seen=agent_of(at), by=by),
        lambda: roster.add({"id": "x"}, by=by),
        lambda: roster.remove(agent_of(at), by=by),
        lambda: roster.restore("0" * 16, seen="", by=by),
        lambda: roster.set_presence("bei", Presence.ABSENT, by=by),
        lambda: roster.changes(by=by),
    ):
        with pytest.raises(NotAllowedError):
            write()


def test_a_line_without_a_folder_of_its_own_says_that_nothing_can_be_saved(tmp_path: Path) -> None:
    """The packaged team is looked at."""
    at = open_test_line(tmp_path)
    assert at.line.source.site is not None
    at.line.source.site.chmod(0o755)
    service = RosterService(at.line, People(BOSS))
    service._file._site = None
    shown = service.look(by=BOSS)
    assert (shown.can_be_written, len(shown.rows) > 4) == (False, True)
    with pytest.raises(RosterRefusedError) as refused:
        service.save({"name": "x"}, seen=shown.rows[0].agent, by=BOSS)
    assert refused.value.code == "roster_no_site"
    at.line.databases.dispose()


def test_the_first_change_writes_the_packaged_team_into_the_site_s_folder(tmp_path: Path) -> None:
    """From then on the site has a list of its own."""
    at = open_test_line(tmp_path)
    RosterService(at.line, People(BOSS)).save({"name": "林小兰"}, seen=agent_of(at, "lin-xiulan"), by=BOSS)
    assert "林小兰" in file_of(at)
    assert agent_of(at, "lin-xiulan").name == "林小兰"
    at.line.databases.dispose()


def test_presence_is_set_by_who_leads(at: LineInMemory, roster: RosterService) -> None:
    """As with the command; somebody unknown is refused."""
    roster.set_presence("bei", Presence.ABSENT, by=BOSS)
    assert at.line.agents.states()["bei"].presence is Presence.ABSENT
    with pytest.raises(RosterRefusedError):
        roster.set_presence("nobody", Presence.IDLE, by=BOSS)
