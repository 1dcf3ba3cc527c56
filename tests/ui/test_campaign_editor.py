"""The editor of campaigns, on real books: form and YAML, checks in place, real people masked, drafts and conflicts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from elder_channel.services.accounts import Account, Role
from elder_channel.services.campaign_drafts import CampaignDrafts
from elder_channel.services.campaign_yaml import values_of, with_values
from elder_channel.services.greeting_desk import greeting_desk
from greeting_sms.campaign_books import CampaignState, versions
from greeting_sms.tables import greetings
from tests.fakes.greeting_scene import put_campaign, put_people
from tests.ui.conftest import Console, go_to, when_done
from tests.ui.seen import words_of
from ui.words import ZH

Editor = Callable[[], AppTest]


@pytest.fixture
def drafts(console: Console) -> CampaignDrafts:
    """The drafts that the page and a colleague write."""
    desk = greeting_desk(console.at.line, console.accounts)
    console.greetings = desk
    return desk.drafts


@pytest.fixture
def colleague(console: Console, drafts: CampaignDrafts) -> Account:
    """Another editor."""
    console.appoint()
    console.employ("wang.min", Role.EDITOR)
    return console.employ("he.jun", Role.EDITOR)


@pytest.fixture
def editor(console: Console, colleague: Account, signed_in: Callable[..., AppTest]) -> Editor:
    """Opens the approved campaign in the editor, as an editor."""

    def open_editor() -> AppTest:
        page = go_to(signed_in("wang.min"), "greetings")
        page.radio(key="greetings_view").set_value("campaigns").run()
        page.button(key="open-birthday").click().run()
        return page.button(key="campaign_edit").click().run()

    put_campaign(console.at, approved_by="chief")
    return open_editor


def field(page: AppTest, kind: str, beginning: str) -> str:
    """The key of a field, whose end is the number of times the form was drawn afresh."""
    return next(str(each.key) for each in getattr(page, kind) if str(each.key).startswith(beginning))


def test_a_change_in_the_form_is_saved_proposed_and_waits(
    console: Console, drafts: CampaignDrafts, colleague: Account, editor: Editor
) -> None:
    """Title and words changed in fields; saved as a draft that greets nobody; proposed, it waits for somebody else."""
    put_people(console.at, 2)
    page = editor()
    assert page.button(key="editor_propose").disabled
    page.text_input(key=field(page, "text_input", "field-title-")).set_value("生日祝福").run()
    page.text_area(key=field(page, "text_area", "template-0-")).set_value(
        "{salutation|您好}，生日快乐，福寿安康！"
    ).run()
    words = words_of(page)
    assert "陈＊＊女士，生日快乐，福寿安康！" in words
    assert "+86591****" in words
    assert "陈秀英" not in words
    page.button(key="editor_save").click().run()
    assert ZH["editor.save.done"] in words_of(page)
    saved = drafts.open("birthday", by=colleague)
    assert values_of(saved.text)["title"] == "生日祝福"
    page.button(key="editor_propose").click().run()
    assert ZH["editor.propose.done"] in words_of(page)
    with console.at.line.databases.greetings.connect() as connection:
        newest = versions(connection, "birthday")[0]
    assert (newest.version, newest.state, newest.made_by) == (2, CampaignState.PROPOSED, "wang.min")
    assert newest.campaign.templates[0].text == "{salutation|您好}，生日快乐，福寿安康！"


def test_the_second_editor_sees_what_the_first_saved(
    drafts: CampaignDrafts, colleague: Account, editor: Editor
) -> None:
    """Nothing is overwritten unseen: the difference is shown, mine stays on screen, and I choose."""
    page = editor()
    page.text_input(key=field(page, "text_input", "field-title-")).set_value("我的").run()
    opened = drafts.open("birthday", by=colleague)
    drafts.save("birthday", with_values(opened.text, {("title",): "同事的"}), seen=opened.etag, by=colleague)
    page.button(key="editor_save").click().run()
    words = words_of(page)
    for expected in (ZH["refused.greetings_meanwhile"], ZH["editor.conflict"], '-title: "同事的"', '+title: "我的"'):
        assert expected in words
    assert values_of(drafts.open("birthday", by=colleague).text)["title"] == "同事的"
    page.button(key="conflict_mine").click().run()
    assert values_of(drafts.open("birthday", by=colleague).text)["title"] == "我的"
    assert ZH["editor.conflict"] not in words_of(page)


def test_the_second_editor_may_take_the_first_s(drafts: CampaignDrafts, colleague: Account, editor: Editor) -> None:
    """Then the form shows what the colleague saved."""
    page = editor()
    opened = drafts.open("birthday", by=colleague)
    drafts.save("birthday", with_values(opened.text, {("title",): "同事的"}), seen=opened.etag, by=colleague)
    page.run()
    page.button(key="conflict_theirs").click().run()
    assert page.text_input(key=field(page, "text_input", "field-title-")).value == "同事的"


def test_findings_stand_below_the_words_they_are_about(editor: Editor) -> None:
    """A link in a template is an error in its place, and the draft cannot be proposed."""
    page = editor()
    key = field(page, "text_area", "template-0-")
    page.text_area(key=key).set_value("{salutation|您好}，生日快乐，请点 http://example.com").run()
    words = words_of(page)
    assert ZH["editor.lint.error"].format(text="不得含网址", found="http:") in words
    page.button(key="editor_save").click().run()
    assert page.button(key="editor_propose").disabled


def test_what_is_wrong_in_the_yaml_is_told_with_its_line(editor: Editor) -> None:
    """A key that does not exist is named; what was typed stays; the form comes back once it is YAML again."""
    page = editor()
    page.radio(key="editor_how").set_value("yaml").run()
    key = field(page, "text_area", "yaml-")
    good = str(page.text_area(key=key).value)
    page.text_area(key=key).set_value(good + "limts: {}\n").run()
    assert "limts" in words_of(page)
    assert ZH["editor.checks.problems"] in words_of(page)
    page.text_area(key=key).set_value("a: [").run()
    page.radio(key="editor_how").set_value("fields").run()
    assert ZH["refused.draft_no_yaml"] in words_of(page)


def test_a_day_is_tried_before_anything_is_proposed(console: Console, editor: Editor) -> None:
    """How many, what it costs, and who gets none, by reason; nothing is planned by it."""
    put_people(console.at, 3, number="+8659100000102")  # a household, of which two are greeted on one phone
    page = editor()
    page.button(key="try-editor-birthday").click().run()
    words = when_done(page, ZH["editor.dry.left_out"])
    assert ZH["editor.dry.told"].format(due=3, planned=2, segments=2, cost="0.10") in words
    assert ZH["left_out.number_full"] in words
    assert ZH["result.stale"] not in words
    key = field(page, "text_input", "field-title-")
    page.text_input(key=key).set_value("换了名字").run()
    words = words_of(page)
    assert ZH["left_out.number_full"] in words  # it stays, and says that the words have changed
    assert ZH["result.stale"] in words
    with console.at.line.databases.greetings.connect() as connection:
        assert connection.execute(sa.select(greetings)).first() is None


def test_a_new_campaign_begins_with_the_example(
    console: Console, colleague: Account, drafts: CampaignDrafts, signed_in: Callable[..., AppTest]
) -> None:
    """Under an id of its own; an id that cannot be is refused with the reason."""
    page = go_to(signed_in("wang.min"), "greetings")
    page.radio(key="greetings_view").set_value("campaigns").run()
    page.text_input(key="campaign_new_id").set_value("Spring!").run()
    page.button(key="campaign_new").click().run()
    assert ZH["refused.draft_id"] in words_of(page)
    page.text_input(key="campaign_new_id").set_value("spring").run()
    page.button(key="campaign_new").click().run()
    page.button(key="editor_save").click().run()
    assert values_of(drafts.open("spring", by=colleague).text)["id"] == "spring"
    page.button(key="ask-discard-spring").click().run()
    page.button(key="do-discard-spring").click().run()
    assert drafts.saved(by=colleague) == []
