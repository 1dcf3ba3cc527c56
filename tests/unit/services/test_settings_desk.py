"""Settings as staff change them: merged field by field, refused when the line would refuse, approved where marked."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config.second_person import Concern
from config.taking_over import Taking
from elder_channel.services import site_file
from elder_channel.services.accounts import Account
from elder_channel.services.accounts_file import Role
from elder_channel.services.errors import (
    ChangedMeanwhileError,
    NotAllowedError,
    SettingsConflictError,
    SettingsRefusedError,
    SiteFileError,
)
from elder_channel.services.settings_desk import SettingsDesk, settings_desk
from elder_channel.services.settings_model import Section, Setting, Standing
from tests.fakes.line import LineInMemory, open_test_line
from tests.fakes.people import People
from tests.fakes.sites import write_sites

EDITOR, OTHER = Account("lin.fang", Role.EDITOR), Account("chen", Role.EDITOR)
APPROVER, BOSS = Account("wu", Role.APPROVER), Account("zhou", Role.ADMINISTRATOR)
VIEWER, AGENT, LEAD = Account("sun", Role.VIEWER), Account("he", Role.AGENT), Account("ma", Role.SUPERVISOR)
LINE = "# 本单位\nschema: 1\n\nelder_age: 65   # agreed in May\n"


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A line of three sites, with elders from 65 on."""
    write_sites(tmp_path / "site")
    (tmp_path / "site" / "line.yaml").write_text(LINE, encoding="utf-8")
    opened = open_test_line(tmp_path)
    yield opened
    opened.line.databases.dispose()


@pytest.fixture
def desk(at: LineInMemory) -> SettingsDesk:
    """The settings of that line."""
    return settings_desk(at.line, People(EDITOR, OTHER, APPROVER, BOSS, VIEWER, AGENT, LEAD))


def text_of(at: LineInMemory, name: str = "line") -> str:
    """A file of the site."""
    assert at.line.source.site is not None
    return (at.line.source.site / f"{name}.yaml").read_text(encoding="utf-8")


def seen(desk: SettingsDesk, name: str = "line") -> dict[str, Any]:
    """What somebody who opens the section now sees."""
    return desk.board.section(name, by=VIEWER).values


def setting(section: Section, key: str) -> Setting:
    """One field."""
    return next(each for each in section.settings if each.key == key)


def test_every_setting_is_shown_with_help_default_and_where_it_is_said(desk: SettingsDesk) -> None:
    """Its own where the site says it, else the packaged one; with bounds, unit, mark and when it counts."""
    section = desk.board.section("line", by=VIEWER)
    age = setting(section, "elder_age")
    assert (age.value, age.is_own, age.where.endswith("line.yaml:4")) == (65, True, True)
    assert age.spec is not None
    assert (age.spec.default, age.spec.least, age.spec.most) == (60, 40, 100)
    number = setting(section, "hotline_number")
    assert (number.is_own, number.concern, number.taking) == (False, Concern.TELEPHONY, Taking.AT_ONCE)
    assert desk.board.section("server", by=VIEWER).settings[0].taking is Taking.AT_START


def test_a_setting_is_changed_and_every_other_byte_stays(at: LineInMemory, desk: SettingsDesk) -> None:
    """The line takes it over at once; who, when and why are written down."""
    written = desk.editing.save("line", {"elder_age": 70}, seen=seen(desk), note="as the branch asked", by=EDITOR)
    assert written.proposal is None
    assert text_of(at) == LINE.replace("65", "70")
    assert at.line.settings.line.elder_age == 70
    changed, met = desk.board.changes("line", by=VIEWER)
    assert (changed.by, changed.role, changed.what, changed.note) == (
        "lin.fang",
        "editor",
        "changed",
        "as the branch asked",
    )
    assert (changed.before, changed.after, changed.at) == ({"elder_age": 65}, {"elder_age": 70}, at.clock())
    assert (met.what, changed.holds, met.holds) == ("by_hand", True, False)


def test_back_to_the_default_takes_the_line_out(at: LineInMemory, desk: SettingsDesk) -> None:
    """As does filling the default in."""
    desk.editing.save("line", {"elder_age": None}, seen=seen(desk), note="no longer", by=EDITOR)
    assert text_of(at) == "# 本单位\nschema: 1\n\n"
    assert at.line.settings.line.elder_age == 60


def test_the_first_change_of_a_section_begins_a_file_of_the_site(at: LineInMemory, desk: SettingsDesk) -> None:
    """It says only what differs."""
    desk.editing.save("waiting", {"tell_elders": False}, seen=seen(desk, "waiting"), note="x", by=EDITOR)
    assert text_of(at, "waiting").splitlines()[1:] == ["schema: 1", "tell_elders: false"]


def test_a_packaged_mapping_is_changed_by_entry(at: LineInMemory, desk: SettingsDesk) -> None:
    """Only what differs is written; packaged entries cannot be taken out, and the page says so."""
    values = seen(desk, "desk")
    asked = {**values["ask_first"], "help": ["您在哪里?"]}
    desk.editing.save("desk", {"ask_first": asked}, seen=values, note="x", by=EDITOR)
    assert at.line.settings.desk.ask_first["help"] == ("您在哪里?",)
    assert "injured" not in text_of(at, "desk")
    checked = desk.editing.check("desk", {"ask_first": {}}, seen=seen(desk, "desk"), by=EDITOR)
    assert [(each.key, "injured" in each.reason) for each in checked.problems] == [("ask_first", True)]


def test_an_item_of_a_list_is_changed_added_and_taken_out(at: LineInMemory, desk: SettingsDesk) -> None:
    """One item is one thing to change; the other rows stay byte for byte."""
    before = text_of(at, "sites")
    values = seen(desk, "sites")
    wanted = {
        "chengdu": {**values["chengdu"], "night": True},
        "xian": {"id": "xian", "name": "西安中心", "provinces": ["陕西"]},
    }
    desk.editing.save("sites", wanted, seen=values, note="a new one", by=EDITOR)
    assert [site.id for site in at.line.settings.sites] == ["fuzhou", "chengdu", "beijing", "xian"]
    kept = [line for line in before.splitlines() if "chengdu" not in line]
    assert [line for line in text_of(at, "sites").splitlines() if "chengdu" not in line and "xian" not in line] == kept
    desk.editing.save("sites", {"xian": None}, seen=seen(desk, "sites"), note="closed", by=EDITOR)
    assert len(at.line.settings.sites) == 3
    with pytest.raises(SettingsRefusedError) as refused:
        desk.editing.check("sites", {"fuzhou": {"id": "other"}}, seen=values, by=EDITOR)
    assert refused.value.code == "settings_id"


@pytest.mark.parametrize(
    ("section", "wanted", "key", "reason"),
    [
        ("line", {"elder_age": 30}, "elder_age", "at least 40"),
        ("line", {"dedicated_numbers": ["0591"]}, "dedicated_numbers", "international form"),
        ("outbound", {"until_hour": 5}, "until_hour", "later than from_hour"),
        ("recording", {"enabled": True}, "enabled", "line.recording_notice"),
        ("sites", {"fuzhou": {"id": "fuzhou", "name": "福", "provinces": ["火星"]}}, "fuzhou", "火星"),
        ("routing", {"steps": [{"match": "any", "seconds": 1}]}, "steps", "steps"),
    ],
)
def test_law_8_what_the_line_would_refuse_is_told_beside_the_field_and_never_written(
    at: LineInMemory, desk: SettingsDesk, section: str, wanted: dict[str, Any], key: str, reason: str
) -> None:
    """With file and line; nothing is written, nor proposed."""
    checked = desk.editing.check(section, wanted, seen=seen(desk, section), by=EDITOR)
    assert any(each.key == key and reason in each.reason for each in checked.problems), checked.problems
    assert all(f"{section}.yaml:" in each.where for each in checked.problems)
    with pytest.raises(SettingsRefusedError) as refused:
        desk.editing.save(section, wanted, seen=seen(desk, section), note="x", by=EDITOR)
    assert refused.value.code == "settings_wrong"
    assert text_of(at) == LINE
    assert desk.board.changes(by=VIEWER) == []
    assert desk.board.proposals(by=VIEWER) == []


def test_what_two_people_change_in_different_fields_goes_together(at: LineInMemory, desk: SettingsDesk) -> None:
    """Neither loses anything; the same change made twice is no conflict."""
    before = seen(desk)
    desk.editing.save("line", {"prompt_attempts": 3}, seen=before, note="x", by=OTHER)
    desk.editing.save("line", {"elder_age": 70, "prompt_attempts": 3}, seen=before, note="y", by=EDITOR)
    assert (at.line.settings.line.elder_age, at.line.settings.line.prompt_attempts) == (70, 3)


def test_the_same_field_changed_twice_is_shown_to_the_second(at: LineInMemory, desk: SettingsDesk) -> None:
    """With all three values; nothing is written, and saving on top of theirs works."""
    before = seen(desk)
    desk.editing.save("line", {"elder_age": 70}, seen=before, note="x", by=OTHER)
    [conflict] = desk.editing.check("line", {"elder_age": 75}, seen=before, by=EDITOR).conflicts
    assert (conflict.key, conflict.before, conflict.theirs, conflict.mine) == ("elder_age", 65, 70, 75)
    with pytest.raises(SettingsConflictError):
        desk.editing.save("line", {"elder_age": 75}, seen=before, note="x", by=EDITOR)
    assert at.line.settings.line.elder_age == 70
    desk.editing.save("line", {"elder_age": 75}, seen=seen(desk), note="x", by=EDITOR)
    assert at.line.settings.line.elder_age == 75


def test_a_marked_setting_waits_for_a_second_person(at: LineInMemory, desk: SettingsDesk) -> None:
    """With all that was changed together; another approver puts it in force, never who proposed it."""
    wanted = {"recording_notice": True, "elder_age": 70}
    assert desk.editing.check("line", wanted, seen=seen(desk), by=APPROVER).concerns == (Concern.RECORDING,)
    written = desk.editing.save("line", wanted, seen=seen(desk), note="from January", by=APPROVER)
    assert written.proposal is not None
    assert text_of(at) == LINE
    [waiting] = desk.board.proposals(by=VIEWER)
    assert (waiting.standing, waiting.note, waiting.concerns) == (
        Standing.WAITING,
        "from January",
        (Concern.RECORDING,),
    )
    with pytest.raises(SettingsRefusedError) as refused:
        desk.approval.approve(waiting.id, by=APPROVER)
    assert refused.value.code == "settings_own"
    desk.approval.approve(waiting.id, by=BOSS)
    assert (at.line.settings.line.recording_notice, at.line.settings.line.elder_age) == (True, 70)
    newest = desk.board.changes("line", by=VIEWER)[0]
    assert (newest.by, newest.approved_by, newest.note) == ("wu", "zhou", "from January")
    assert desk.board.proposals(by=VIEWER)[0].standing is Standing.APPROVED
    with pytest.raises(SettingsRefusedError) as again:
        desk.approval.approve(waiting.id, by=BOSS)
    assert again.value.code == "settings_decided"


def test_a_proposal_is_put_on_top_of_what_was_changed_meanwhile(at: LineInMemory, desk: SettingsDesk) -> None:
    """Where both changed the same, the approver is told and nothing is written."""
    desk.editing.save("line", {"recording_notice": True, "elder_age": 70}, seen=seen(desk), note="a", by=EDITOR)
    desk.editing.save("line", {"prompt_attempts": 3}, seen=seen(desk), note="b", by=OTHER)
    desk.editing.save("line", {"elder_age": 80}, seen=seen(desk), note="c", by=OTHER)
    with pytest.raises(SettingsConflictError) as conflict:
        desk.approval.approve(1, by=BOSS)
    assert [(each.key, each.theirs, each.mine) for each in conflict.value.conflicts] == [("elder_age", 80, 70)]
    desk.editing.save("line", {"elder_age": 65}, seen=seen(desk), note="d", by=OTHER)
    desk.approval.approve(1, by=BOSS)
    line = at.line.settings.line
    assert (line.recording_notice, line.elder_age, line.prompt_attempts) == (True, 70, 3)


def test_a_proposal_is_refused_with_a_reason_or_taken_back_by_its_maker(at: LineInMemory, desk: SettingsDesk) -> None:
    """Neither writes anything; nobody takes back somebody else's."""
    for _ in range(2):
        desk.editing.save("privacy", {"show_numbers": True}, seen=seen(desk, "privacy"), note="a", by=EDITOR)
    with pytest.raises(SettingsRefusedError) as silent:
        desk.approval.refuse(1, " ", by=BOSS)
    assert silent.value.code == "settings_note"
    desk.approval.refuse(1, "law 7", by=BOSS)
    with pytest.raises(NotAllowedError):
        desk.approval.withdraw(2, "mine?", by=OTHER)
    desk.approval.withdraw(2, "thought again", by=EDITOR)
    newest, oldest = desk.board.proposals(by=VIEWER)
    assert (newest.standing, newest.reason) == (Standing.WITHDRAWN, "thought again")
    assert (oldest.standing, oldest.decided_by, oldest.reason) == (Standing.REFUSED, "zhou", "law 7")
    assert at.line.settings.privacy.show_numbers is False


def test_versions_are_compared_and_an_earlier_one_is_restored_as_a_new_one(
    at: LineInMemory, desk: SettingsDesk
) -> None:
    """Byte for byte; who has not seen the newest is refused; a marked setting in it waits here too."""
    desk.editing.save("line", {"elder_age": 70}, seen=seen(desk), note="a", by=EDITOR)
    newest, oldest = desk.board.changes("line", by=VIEWER)
    compared = desk.board.compare("line", oldest.etag, newest.etag, by=VIEWER)
    assert [(each.key, each.before, each.after) for each in compared.fields] == [("elder_age", 65, 70)]
    with pytest.raises(ChangedMeanwhileError):
        desk.editing.restore("line", oldest.etag, seen="0" * 16, note="back", by=EDITOR)
    desk.editing.restore("line", oldest.etag, seen=newest.etag, note="back", by=EDITOR)
    assert text_of(at) == LINE
    assert desk.board.changes("line", by=VIEWER)[0].what == "restored"
    with pytest.raises(SiteFileError):
        desk.board.compare("line", "../../secrets", newest.etag, by=VIEWER)


def test_everything_is_taken_away_and_brought_back(at: LineInMemory, desk: SettingsDesk) -> None:
    """As a zip byte for byte, as one YAML by what it says; what comes in is looked at first."""
    packed, plain = desk.exchange.as_zip(by=EDITOR), desk.exchange.as_yaml(by=EDITOR)
    desk.editing.save("line", {"elder_age": 70}, seen=seen(desk), note="a", by=EDITOR)
    for content in (packed, plain):
        found = desk.exchange.look(content, by=BOSS)
        [edit] = found.checked.edits
        assert (edit.section, [each.after for each in edit.fields]) == ("line", [65])
    desk.exchange.take(desk.exchange.look(packed, by=BOSS), note="from the other branch", by=BOSS)
    assert text_of(at) == LINE
    assert desk.board.changes("line", by=VIEWER)[0].what == "imported"
    assert b"agents" in plain


def test_what_comes_in_is_checked_as_a_whole(at: LineInMemory, desk: SettingsDesk) -> None:
    """Unknown files are named; what the line would refuse is told; agents are for who may change agents."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("site/line.yaml", "schema: 1\nelder_age: 7\n")
        archive.writestr("../waiting.yaml", "schema: 1\ntell_elders: false\n")
        archive.writestr("README.md", "hello")
    found = desk.exchange.look(made.getvalue(), by=EDITOR)
    assert found.passed_over == ("README.md",)
    assert [(each.section, each.key) for each in found.checked.problems] == [("line", "elder_age")]
    for content, code in ((b"no: settings\nschema: 1\n", "settings_import"), (b"\x00\x01", "settings_import")):
        with pytest.raises(SettingsRefusedError) as refused:
            desk.exchange.look(content, by=EDITOR)
        assert refused.value.code == code
    assert text_of(at) == LINE
    with pytest.raises(NotAllowedError):
        desk.exchange.look(b"schema: 1\nagents: []\n", by=EDITOR)


def test_several_files_are_written_together_or_not_at_all(
    at: LineInMemory, desk: SettingsDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is full at the second file leaves the first one as it was."""
    found = desk.exchange.look(b"schema: 1\nline: {elder_age: 70}\nwaiting: {tell_elders: false}\n", by=EDITOR)
    real = site_file.replace_file

    def full(path: Path, content: bytes) -> None:
        if path.name == "waiting.yaml":
            raise OSError(28, "No space left on device")
        real(path, content)

    monkeypatch.setattr(site_file, "replace_file", full)
    with pytest.raises(SiteFileError):
        desk.exchange.take(found, note="x", by=EDITOR)
    assert text_of(at) == LINE
    assert at.line.source.site is not None
    assert not (at.line.source.site / "waiting.yaml").exists()


def test_a_file_broken_by_hand_is_told_and_not_overwritten(at: LineInMemory, desk: SettingsDesk) -> None:
    """Its text is not shown: it may hold what does not belong there."""
    assert at.line.source.site is not None
    (at.line.source.site / "line.yaml").write_text("schema: 1\nauth_token: x\n", encoding="utf-8")
    section = desk.board.section("line", by=VIEWER)
    assert (section.text, section.settings) == ("", ())
    assert "secrets do not belong" in section.problems[0].reason
    with pytest.raises(SettingsRefusedError) as refused:
        desk.editing.save("line", {"elder_age": 70}, seen={}, note="x", by=EDITOR)
    assert refused.value.code == "settings_file"
    assert b"auth_token" not in desk.exchange.as_yaml(by=EDITOR)


def test_what_the_environment_holds_cannot_be_changed_here_and_no_password_is_shown(tmp_path: Path) -> None:
    """The page names the variable."""
    url = "postgresql://line:hush@db.example/calls"
    at = open_test_line(tmp_path, ELDER_CHANNEL_LINE__ELDER_AGE="66")
    service = settings_desk(at.line, People(EDITOR))
    held = setting(service.board.section("line", by=EDITOR), "elder_age")
    assert (held.value, held.held_by) == (66, "ELDER_CHANNEL_LINE__ELDER_AGE")
    with pytest.raises(SettingsRefusedError) as refused:
        service.editing.save("line", {"elder_age": 70}, seen={}, note="x", by=EDITOR)
    assert refused.value.code == "settings_held"
    at.line.source._env["ELDER_CHANNEL_SERVER__DATABASE_URL"] = url
    (tmp_path / "site" / "line.yaml").write_text("schema: 1\n", encoding="utf-8")
    section = service.board.section("server", by=EDITOR)
    assert "hush" not in str(section)
    assert setting(section, "database_url").held_by == "ELDER_CHANNEL_SERVER__DATABASE_URL"
    names = {each.name: each.from_environment for each in service.board.look(by=EDITOR).secrets}
    assert (names["TWILIO_AUTH_TOKEN"], names["ELDER_CHANNEL_LINK_SECRET"]) == (True, False)
    at.line.databases.dispose()


@pytest.mark.parametrize("by", [VIEWER, AGENT, LEAD, Account("gone", Role.ADMINISTRATOR)], ids=lambda by: by.username)
def test_who_may_not_changes_nothing(at: LineInMemory, desk: SettingsDesk, by: Account) -> None:
    """Asked afresh at every call; agents do not even look."""
    for write in (
        lambda: desk.editing.check("line", {}, seen={}, by=by),
        lambda: desk.editing.save("line", {"elder_age": 70}, seen={}, note="x", by=by),
        lambda: desk.editing.restore("line", "0" * 16, seen="", note="x", by=by),
        lambda: desk.approval.approve(1, by=by),
        lambda: desk.approval.refuse(1, "x", by=by),
        lambda: desk.approval.withdraw(1, "x", by=by),
        lambda: desk.exchange.as_zip(by=by),
        lambda: desk.exchange.look(b"schema: 1\nline: {}\n", by=by),
    ):
        with pytest.raises(NotAllowedError):
            write()
    if by is AGENT:
        with pytest.raises(NotAllowedError):
            desk.board.look(by=by)


def test_a_line_without_a_folder_of_its_own_says_that_nothing_can_be_saved(
    at: LineInMemory, desk: SettingsDesk
) -> None:
    """Everything can be looked at."""
    at.line.source._site = None
    at.line.source.reload()
    service = settings_desk(at.line, People(EDITOR, VIEWER))
    assert service.board.look(by=EDITOR).can_be_written is False
    with pytest.raises(SettingsRefusedError) as refused:
        service.editing.save("line", {"elder_age": 70}, seen=seen(service), note="x", by=EDITOR)
    assert refused.value.code == "settings_no_site"
