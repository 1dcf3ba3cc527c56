"""The page of settings on real files: forms from the schema, differences, two people at once, approval, history."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from elder_channel.services.accounts import Account, Role
from elder_channel.services.settings_desk import settings_desk
from tests.fakes.line import LineInMemory, open_test_line
from tests.fakes.sites import write_sites
from tests.ui.conftest import Console, addresses, go_to
from tests.ui.seen import words_of
from ui.components.settings_form import OPENED
from ui.words import EN, ZH

LINE = "# 本单位\nschema: 1\nelder_age: 65\n"
OTHER = Account("chen", Role.EDITOR)
SettingsPage = Callable[..., AppTest]


@pytest.fixture
def at(tmp_path: Path, console: Console) -> Iterator[LineInMemory]:
    """A line of three sites with elders from 65 on, and a colleague."""
    write_sites(tmp_path / "settings" / "site")
    (tmp_path / "settings" / "site" / "line.yaml").write_text(LINE, encoding="utf-8")
    opened = open_test_line(tmp_path / "settings")
    console.settings = settings_desk(opened.line, console.accounts)
    console.appoint()
    console.employ("chen", Role.EDITOR)
    yield opened
    opened.line.databases.dispose()


@pytest.fixture
def settings_page(signed_in: Callable[..., AppTest]) -> SettingsPage:
    """Opens a part of the page; called when the test has set its scene."""

    def open_page(part: str = "form", username: str = "lin.fang", section: str = "line") -> AppTest:
        page = go_to(signed_in(username), "settings")
        if part != "form":
            return page.radio(key="settings_view").set_value(part).run()
        return page.selectbox(key="settings_section").set_value(section).run()

    return open_page


def key_of(page: AppTest, name: str) -> str:
    """The key of a field's widget."""
    return str(page.session_state[OPENED].key(name))


def other_saves(console: Console, wanted: dict[str, object], section: str = "line") -> None:
    """A colleague is quicker."""
    assert console.settings is not None
    seen = console.settings.board.section(section, by=OTHER).values
    console.settings.editing.save(section, wanted, seen=seen, note="quicker", by=OTHER)


def text_of(at: LineInMemory) -> str:
    """line.yaml of the site."""
    assert at.line.source.site is not None
    return (at.line.source.site / "line.yaml").read_text(encoding="utf-8")


def test_every_section_is_a_form_with_help_default_and_what_the_site_set(
    at: LineInMemory, settings_page: SettingsPage
) -> None:
    """In both languages; sections of every kind of field can be opened."""
    page = settings_page()
    words = words_of(page)
    for expected in (
        "登记在册的来电人从这个岁数起算长者。",
        "a known elder",
        "默认：60",
        "line.yaml:3",
        "要第二个人批准",
    ):
        assert expected in words
    for section in ("recognition", "desk", "workorders", "greetings", "order_types", "agents"):
        assert not page.selectbox(key="settings_section").set_value(section).run().exception, section


def test_a_setting_is_changed_looked_at_and_saved_with_its_reason(
    at: LineInMemory, settings_page: SettingsPage
) -> None:
    """The difference first, field by field and as the file's lines; without a reason nothing is saved."""
    page = settings_page()
    page.number_input(key=key_of(page, "elder_age")).set_value(70).run()
    page.button(key="settings-look").click().run()
    words = words_of(page)
    for expected in ("-elder_age: 65", "+elder_age: 70", "几秒后"):
        assert expected in words
    page.button(key="settings-save").click().run()
    assert ZH["refused.settings_note"] in words_of(page)
    page.text_input(key="settings_note").input("as the branch asked").run()
    page.button(key="settings-save").click().run()
    assert EN["settings.saved"] in words_of(page)
    assert text_of(at) == LINE.replace("65", "70")
    words = words_of(page.radio(key="settings_view").set_value("history").run())
    for expected in ("lin.fang", "as the branch asked", "65 改为 70"):
        assert expected in words


def test_back_to_the_default_and_typing_on_have_to_be_looked_at_again(
    at: LineInMemory, settings_page: SettingsPage
) -> None:
    """A button beside what differs from the default; what was looked at before is no longer offered."""
    page = settings_page()
    page.button(key=key_of(page, "back-elder_age")).click().run()
    assert page.number_input(key=key_of(page, "elder_age")).value == 60
    page.button(key="settings-look").click().run()
    page.number_input(key=key_of(page, "prompt_attempts")).set_value(3).run()
    assert ZH["settings.look_again"] in words_of(page)
    assert not [button for button in page.button if button.key == "settings-save"]


def test_what_the_line_would_refuse_is_told_beside_the_field(at: LineInMemory, settings_page: SettingsPage) -> None:
    """With file and line; nothing typed is lost."""
    page = settings_page()
    page.text_area(key=key_of(page, "dedicated_numbers")).input("0591").run()
    page.button(key="settings-look").click().run()
    words = words_of(page)
    assert ZH["settings.wrong_here"] in words
    assert "line.yaml:4: line.dedicated_numbers[0]: must be a number in international form" in words
    assert page.text_area(key=key_of(page, "dedicated_numbers")).value == "0591"
    assert text_of(at) == LINE


def test_what_is_typed_waits_while_another_section_is_looked_at(
    at: LineInMemory, console: Console, settings_page: SettingsPage
) -> None:
    """A form on which nothing was typed shows what a colleague has saved."""
    page = settings_page()
    page.number_input(key=key_of(page, "elder_age")).set_value(70).run()
    page.selectbox(key="settings_section").set_value("waiting").run()
    other_saves(console, {"tell_elders": False}, "waiting")
    page.run()
    assert page.checkbox(key=key_of(page, "tell_elders")).value is False
    page.selectbox(key="settings_section").set_value("line").run()
    assert page.number_input(key=key_of(page, "elder_age")).value == 70


def test_what_cannot_be_understood_is_told_before_it_is_looked_at(
    at: LineInMemory, settings_page: SettingsPage
) -> None:
    """With its line in the field."""
    page = settings_page(section="routing")
    page.text_area(key=key_of(page, "steps")).input("- {match: exact, seconds: 7}\n- {match: no}").run()
    assert "第 2 行看不懂" in words_of(page)
    assert page.button(key="settings-look").disabled


def test_two_people_at_once_lose_nothing(at: LineInMemory, console: Console, settings_page: SettingsPage) -> None:
    """Other fields go together; the same one is chosen, and what else was typed stays."""
    page = settings_page()
    page.number_input(key=key_of(page, "elder_age")).set_value(70).run()
    page.number_input(key=key_of(page, "prompt_replays")).set_value(1).run()
    other_saves(console, {"elder_age": 80, "prompt_attempts": 3})
    page.button(key="settings-look").click().run()
    words = words_of(page)
    assert ZH["settings.conflict"] in words
    assert ZH["settings.meanwhile_hint"] in words
    page.radio(key=key_of(page, "whose-elder_age")).set_value("mine").run()
    page.button(key="settings-decide").click().run()
    page.button(key="settings-look").click().run()
    page.text_input(key="settings_note").input("both").run()
    page.button(key="settings-save").click().run()
    line = at.line.settings.line
    assert (line.elder_age, line.prompt_attempts, line.prompt_replays) == (70, 3, 1)


def test_taking_theirs_shows_theirs(at: LineInMemory, console: Console, settings_page: SettingsPage) -> None:
    """And nothing is left to save."""
    page = settings_page()
    page.number_input(key=key_of(page, "elder_age")).set_value(70).run()
    other_saves(console, {"elder_age": 80})
    page.button(key="settings-look").click().run()
    page.button(key="settings-decide").click().run()
    assert page.number_input(key=key_of(page, "elder_age")).value == 80
    assert ZH["settings.nothing"] in words_of(page)


def test_a_marked_setting_waits_and_somebody_else_approves_it(
    at: LineInMemory, console: Console, settings_page: SettingsPage
) -> None:
    """Who handed it in may take it back, not approve it."""
    assert console.settings is not None
    other_saves(console, {"recording_notice": True})
    other_saves(console, {"say_good_bye": False, "hotline_number": "+862100000069"})
    assert text_of(at) == LINE
    page = settings_page("waiting")
    words = words_of(page)
    for expected in ("第 2 号", "quicker", "+recording_notice: true", "录音", "号码和线路"):
        assert expected in words
    page.button(key="settings-approve-1").click().run()
    page.button(key="settings-approve-yes").click().run()
    assert ZH["settings.approve.done"] in words_of(page)
    assert at.line.settings.line.recording_notice is True
    page.button(key="settings-refuse-2").click().run()
    page.text_input(key="settings-why-refuse-2").input("not yet").run()
    page.button(key="settings-refuse-yes").click().run()
    words = words_of(page)
    assert ZH["settings.waiting.none"] in words
    assert "not yet" in words


def test_a_proposal_overtaken_by_another_change_says_so(
    at: LineInMemory, console: Console, settings_page: SettingsPage
) -> None:
    """Before it is pressed and after."""
    other_saves(console, {"recording_notice": True, "elder_age": 70})
    other_saves(console, {"elder_age": 80})
    page = settings_page("waiting")
    assert "当时是 65，现在是 80" in words_of(page)
    page.button(key="settings-approve-1").click().run()
    page.button(key="settings-approve-yes").click().run()
    assert ZH["refused.settings_conflict"] in words_of(page)
    assert at.line.settings.line.recording_notice is False


def test_an_item_of_a_list_is_changed_added_and_taken_out(at: LineInMemory, settings_page: SettingsPage) -> None:
    """As YAML, each for itself."""
    page = settings_page(section="sites")
    page.text_area(key=key_of(page, "item-+")).input('id: xian\nname: "西安中心"').run()
    page.checkbox(key=key_of(page, "gone-chengdu")).check().run()
    page.button(key="settings-look").click().run()
    problem = "agents.yaml"
    assert problem in words_of(page)  # two agents sit in Chengdu
    page.checkbox(key=key_of(page, "gone-chengdu")).uncheck().run()
    page.button(key="settings-look").click().run()
    page.text_input(key="settings_note").input("new").run()
    page.button(key="settings-save").click().run()
    assert [site.id for site in at.line.settings.sites] == ["fuzhou", "chengdu", "beijing", "xian"]


def test_versions_are_compared_and_restored(at: LineInMemory, console: Console, settings_page: SettingsPage) -> None:
    """Two of one section side by side; the earlier one becomes the newest."""
    other_saves(console, {"elder_age": 80})
    page = settings_page("history")
    page.selectbox(key="settings_history_section").set_value("line").run()
    assert "-elder_age: 65" in words_of(page)
    page.text_input(key="settings-why-restore").input("too old").run()
    page.button(key="settings-restore").click().run()
    assert ZH["settings.restored"] in words_of(page)
    assert text_of(at) == LINE


def test_what_is_exported_can_be_imported_after_a_look(
    at: LineInMemory, console: Console, settings_page: SettingsPage
) -> None:
    """The look writes nothing."""
    assert console.settings is not None
    packed = console.settings.exchange.as_zip(by=OTHER)
    other_saves(console, {"elder_age": 80})
    page = settings_page("exchange")
    page.file_uploader(key="settings_file").upload("settings.zip", packed, "application/zip").run()
    assert "+elder_age: 65" in words_of(page)
    assert at.line.settings.line.elder_age == 80
    page.text_input(key="settings_import_note").input("from the other branch").run()
    page.button(key="settings-import").click().run()
    assert ZH["settings.imported"] in words_of(page)
    assert text_of(at) == LINE


def test_secrets_are_named_and_never_shown(at: LineInMemory, settings_page: SettingsPage) -> None:
    """Only where they come from."""
    words = words_of(settings_page("secrets"))
    for expected in ("TWILIO_AUTH_TOKEN", "环境变量", "secrets.env"):
        assert expected in words
    assert at.line.secrets.link_secret.get_secret_value() not in words


@pytest.mark.parametrize(("role", "offered"), [(Role.VIEWER, True), (Role.SUPERVISOR, True), (Role.AGENT, False)])
def test_who_may_only_look_changes_nothing(
    at: LineInMemory, console: Console, settings_page: SettingsPage, page: AppTest, role: Role, offered: bool
) -> None:
    """The page says who may; agents are not offered it."""
    console.employ("sun", role)
    if not offered:
        page.run()
        page.text_input(key="login_username").input("sun")
        page.text_input(key="login_password").input("jasmine-tea-2026")
        assert "settings" not in addresses(page.button(key="login_submit").click().run())
        return
    page = settings_page(username="sun")
    assert ZH["settings.only_editors"] in words_of(page)
    assert not [button for button in page.button if button.key == "settings-look"]


def test_without_a_folder_of_the_site_the_page_says_how_to_make_one(
    at: LineInMemory, console: Console, settings_page: SettingsPage
) -> None:
    """Everything can be looked at, nothing is saved."""
    at.line.source._site = None
    console.settings = settings_desk(at.line, console.accounts)
    page = settings_page()
    assert ZH["settings.no_site.explain"] in words_of(page)
    assert not [button for button in page.button if button.key == "settings-look"]


def test_a_broken_file_and_broken_books_are_told_in_words(
    at: LineInMemory, console: Console, settings_page: SettingsPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line goes on with the last good settings; a fault of ours is a sentence."""
    assert at.line.source.site is not None
    (at.line.source.site / "line.yaml").write_text("schema: 1\nelder_age: 7\n", encoding="utf-8")
    page = settings_page()
    words = words_of(page)
    assert ZH["settings.problem"] in words
    assert "must be at least 40, not 7" in words
    assert console.settings is not None
    monkeypatch.setattr(console.settings.board, "_files", None)
    assert EN["settings.trouble"] in words_of(page.run())
