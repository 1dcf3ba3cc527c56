"""The page of greetings, on real books: calendar, campaigns and sending."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from elder_channel.services.accounts import Role
from elder_channel.services.greeting_desk import greeting_desk
from elder_channel.services.greeting_plans import GreetingPlans
from greeting_sms.campaign_books import CampaignState, versions
from tests.fakes.greeting_scene import TOMORROW, put_campaign, put_people
from tests.fakes.line import open_test_line
from tests.ui.conftest import Console, go_to
from tests.ui.seen import words_of
from ui.words import EN, ZH

GreetingsPage = Callable[..., AppTest]


@pytest.fixture
def greetings_page(console: Console, signed_in: Callable[..., AppTest]) -> GreetingsPage:
    """Opens a part of the page as somebody with a role."""
    console.greetings = greeting_desk(console.at.line, console.accounts)

    def open_page(view: str = "calendar", role: Role = Role.ADMINISTRATOR) -> AppTest:
        console.appoint()
        if role is not Role.ADMINISTRATOR:
            console.employ("wang.min", role)
        page = go_to(signed_in("lin.fang" if role is Role.ADMINISTRATOR else "wang.min"), "greetings")
        return page if view == "calendar" else page.radio(key="greetings_view").set_value(view).run()

    return open_page


def state_of(console: Console) -> CampaignState:
    """Where the newest version of the campaign stands."""
    with console.at.line.databases.greetings.connect() as connection:
        return versions(connection)[0].state


def test_the_calendar_tells_both_calendars_and_how_many_birthdays(
    console: Console, greetings_page: GreetingsPage
) -> None:
    """A solar day with its lunar one, people of both, and today is marked in words."""
    put_people(console.at, 7)
    words = words_of(greetings_page())
    for expected in (
        "11月23日",
        "十月十五",
        "生日 7 人",
        "7 birthdays",
        ZH["calendar.today"],
        ZH["calendar.not_planned"],
    ):
        assert expected in words


def test_an_empty_calendar_teaches(greetings_page: GreetingsPage) -> None:
    """Without customers the page says how they come in."""
    words = words_of(greetings_page())
    assert ZH["calendar.empty"] in words
    assert "elder-channel customers import" in words


@pytest.mark.parametrize(
    ("role", "parts"),
    [
        (Role.VIEWER, ["calendar", "campaigns", "sending"]),
        (Role.AGENT, ["calendar", "campaigns", "sending", "replies", "opt_outs"]),
        (Role.EDITOR, ["calendar", "campaigns", "sending", "opt_outs"]),
        (Role.SUPERVISOR, ["calendar", "campaigns", "sending", "replies", "opt_outs"]),
    ],
)
def test_everybody_sees_the_parts_of_the_role(greetings_page: GreetingsPage, role: Role, parts: list[str]) -> None:
    """Words of customers are for those who answer them."""
    shown = greetings_page(role=role).radio(key="greetings_view").options
    assert [each.partition(" ")[0] for each in shown] == [ZH[f"greetings.view.{part}"] for part in parts]


def test_without_campaigns_the_page_teaches(greetings_page: GreetingsPage) -> None:
    """What a campaign is, and how one begins."""
    page = greetings_page("campaigns")
    assert ZH["campaigns.empty"] in words_of(page)
    assert page.button(key="campaign_new")


def test_a_second_person_approves_and_the_first_may_not(console: Console, greetings_page: GreetingsPage) -> None:
    """The consequence is read before the button that does it."""
    put_campaign(console.at, by="editor")
    put_campaign(console.at, by="lin.fang", id="mine")
    page = greetings_page("campaigns")
    page.button(key="open-birthday").click().run()
    page.button(key="ask-approve-birthday-1").click().run()
    assert ZH["campaign.approve.means"] in words_of(page)
    page.button(key="do-approve-birthday-1").click().run()
    assert ZH["campaign.approve.done"] in words_of(page)
    assert state_of(console) is CampaignState.APPROVED
    page.button(key="campaigns_back").click().run()
    page.button(key="open-mine").click().run()
    assert ZH["campaign.own"] in words_of(page)


def test_a_campaign_is_paused_with_a_reason_resumed_and_cancelled(
    console: Console, greetings_page: GreetingsPage
) -> None:
    """Each says what it leads to, with the number of greetings that wait; without a reason nothing is done."""
    put_campaign(console.at, approved_by="chief")
    put_people(console.at, 3)
    page = greetings_page("campaigns")
    page.button(key="open-birthday").click().run()
    page.button(key="ask-pause-birthday").click().run()
    assert ZH["campaign.pause.means"].format(count=0) in words_of(page)
    page.button(key="do-pause-birthday").click().run()
    assert ZH["refused.reason_missing"] in words_of(page)
    page.text_input(key="why-pause-birthday").input("英文有错字")
    page.button(key="do-pause-birthday").click().run()
    assert state_of(console) is CampaignState.PAUSED
    assert "英文有错字" in words_of(page)
    for deed, state in (("resume", CampaignState.APPROVED), ("cancel", CampaignState.CANCELLED)):
        page.button(key=f"ask-{deed}-birthday").click().run()
        page.text_input(key=f"why-{deed}-birthday").input("改好了")
        page.button(key=f"do-{deed}-birthday").click().run()
        assert state_of(console) is state


def test_whoever_was_overtaken_looks_again(console: Console, greetings_page: GreetingsPage) -> None:
    """A colleague refused the version while the page stood open: it is not approved."""
    put_campaign(console.at, by="editor")
    page = greetings_page("campaigns")
    page.button(key="open-birthday").click().run()
    page.button(key="ask-approve-birthday-1").click().run()
    assert console.greetings is not None
    chief = console.employ("chief", Role.APPROVER)
    [version] = console.greetings.campaigns.versions()
    console.greetings.campaigns.reject("birthday", 1, etag=version.etag, by=chief, reason="太长")
    page.button(key="do-approve-birthday-1").click().run()
    assert state_of(console) is CampaignState.REJECTED


def test_a_test_text_goes_to_the_list_and_to_nobody_else(
    console: Console, greetings_page: GreetingsPage, tmp_path: Path
) -> None:
    """After a second look that says whom and that it costs; what came of each stands below. No list, no button."""
    put_campaign(console.at, approved_by="chief")
    page = greetings_page("campaigns")
    page.button(key="open-birthday").click().run()
    assert ZH["trial.nobody"] in words_of(page)
    listed = open_test_line(tmp_path / "listed", ELDER_CHANNEL_GREETINGS__TEST_NUMBERS='["+8659100000102"]')
    put_campaign(listed, approved_by="chief")
    console.greetings = greeting_desk(listed.line, console.accounts)
    page.run()
    page.button(key="ask-test-birthday-1").click().run()
    assert "+86591****02" in words_of(page)
    page.button(key="do-test-birthday-1").click().run()
    assert ZH["trial.send.done"] in words_of(page)
    assert {text.number for text in console.greetings.tests.newest("birthday")} == {"+8659100000102"}
    listed.line.databases.dispose()


def test_a_test_text_asked_for_twice_goes_once(console: Console, greetings_page: GreetingsPage, tmp_path: Path) -> None:
    """Pressed in two windows, or again after a reload in the midst of it: one token, one sending."""
    listed = open_test_line(tmp_path / "listed", ELDER_CHANNEL_GREETINGS__TEST_NUMBERS='["+8659100000102"]')
    put_campaign(listed, approved_by="chief")
    page = greetings_page("campaigns")
    console.greetings = greeting_desk(listed.line, console.accounts)
    page.run()
    page.button(key="open-birthday").click().run()
    page.button(key="ask-test-birthday-1").click().run()
    boss = console.accounts.find("lin.fang")
    assert boss is not None
    assert console.drafts is not None
    token = console.drafts.token("test-birthday-1", by=boss)  # as another window of the same person has it
    sent = console.greetings.tests.send("birthday", by=boss, token=token, version=1)
    page.button(key="do-test-birthday-1").click().run()
    assert ZH["trial.send.done"] in words_of(page)
    assert len(console.greetings.tests.newest("birthday")) == len(sent)
    assert console.drafts.token("test-birthday-1", by=boss) != token
    listed.line.databases.dispose()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AGENT])
def test_who_only_looks_is_offered_nothing(console: Console, greetings_page: GreetingsPage, role: Role) -> None:
    """The campaign with its words and versions, no button that changes it."""
    put_campaign(console.at, approved_by="chief")
    page = greetings_page("campaigns", role)
    page.button(key="open-birthday").click().run()
    keys = {button.key for button in page.button}
    assert not any(str(key).startswith(("ask-", "campaign_edit", "try-")) for key in keys)
    assert "祝您生日快乐" in words_of(page)


def test_sending_is_held_and_goes_on(console: Console, greetings_page: GreetingsPage) -> None:
    """With a reason, at once, told with who and why; then taken back."""
    page = greetings_page("sending")
    assert ZH["sending.none"] in words_of(page)
    page.button(key="ask-hold").click().run()
    assert ZH["sending.hold.means"] in words_of(page)
    page.text_input(key="why-hold").input("运营商告警")
    page.button(key="do-hold").click().run()
    words = words_of(page)
    assert "运营商告警" in words
    assert EN["sending.held"].format(scope=EN["sending.scope.all"]) in words
    page.button(key="ask-go-on-all").click().run()
    page.button(key="do-go-on-all").click().run()
    assert console.greetings is not None
    assert console.greetings.sending.status().stops == ()


def test_progress_is_told_by_state_and_reason(console: Console, greetings_page: GreetingsPage) -> None:
    """The greetings of a day: how many have ended, and why some did not go."""
    put_campaign(console.at, approved_by="chief")
    put_people(console.at, 4)
    page = greetings_page("sending")
    assert console.greetings is not None
    boss = console.accounts.find("lin.fang")
    assert boss is not None
    GreetingPlans(console.at.line, console.accounts).plan(TOMORROW, by=boss)
    page.date_input(key="sending_day").set_value(TOMORROW).run()
    words = words_of(page)
    assert ZH["greeting.state.planned"] in words
    assert ZH["progress.title"] in words
    page.button(key="ask-pause-birthday").click().run()
    page.text_input(key="why-pause-birthday").input("写错了一个字")
    page.button(key="do-pause-birthday").click().run()
    assert state_of(console) is CampaignState.PAUSED
    assert "ask-resume-birthday" in {button.key for button in page.button}


def test_tomorrow_is_planned_at_a_button(console: Console, greetings_page: GreetingsPage) -> None:
    """How many would get one is told first; once confirmed they are in the outbox, and once more adds nothing."""
    put_campaign(console.at, approved_by="chief")
    put_people(console.at, 4)
    page = greetings_page("sending")
    page.date_input(key="sending_day").set_value(TOMORROW).run()
    page.button(key=f"ask-plan-{TOMORROW}").click().run()
    assert ZH["sending.plan.means"].format(due=4, planned=4, cost="0.00")[:30] in words_of(page)
    assert planned(console) == 0
    page.button(key=f"do-plan-{TOMORROW}").click().run()
    assert ZH["sending.plan.done"] in words_of(page)
    page.button(key=f"ask-plan-{TOMORROW}").click().run()
    page.button(key=f"do-plan-{TOMORROW}").click().run()
    assert planned(console) == 4


def test_without_an_approved_campaign_nobody_is_greeted(console: Console, greetings_page: GreetingsPage) -> None:
    """The page says so before anything is done."""
    put_people(console.at, 4)
    page = greetings_page("sending")
    page.date_input(key="sending_day").set_value(TOMORROW).run()
    page.button(key=f"ask-plan-{TOMORROW}").click().run()
    assert ZH["sending.plan.nobody"].format(due=4) in words_of(page)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.SUPERVISOR, Role.VIEWER])
def test_who_may_not_plan_has_no_button_for_it(console: Console, greetings_page: GreetingsPage, role: Role) -> None:
    """Editors, supervisors and viewers look."""
    put_campaign(console.at, approved_by="chief")
    page = greetings_page("sending", role)
    assert not any(str(button.key).startswith("ask-plan") for button in page.button)


def test_days_further_ahead_are_planned_by_the_line(console: Console, greetings_page: GreetingsPage) -> None:
    """What the books say may change until then."""
    put_campaign(console.at, approved_by="chief")
    page = greetings_page("sending")
    page.date_input(key="sending_day").set_value(TOMORROW + timedelta(days=1)).run()
    assert not any(str(button.key).startswith("ask-plan") for button in page.button)


def planned(console: Console) -> int:
    """Greetings of tomorrow that wait in the outbox."""
    assert console.greetings is not None
    return sum(console.greetings.sending.status(TOMORROW).states.values())


def test_what_cannot_be_read_is_said_in_words(console: Console, greetings_page: GreetingsPage) -> None:
    """A fault costs the part, not the page; greetings go out all the same."""
    page = greetings_page()
    console.greetings = None
    assert ZH["greetings.trouble"] in words_of(page.run())
