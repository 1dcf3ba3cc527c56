"""Who may do what with the greetings, asked of the services themselves: hiding a button is not permission."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from elder_channel.services.accounts import Account, Role
from elder_channel.services.errors import CampaignRefusedError, NotAllowedError
from elder_channel.services.greeting_desk import GreetingDesk, greeting_desk
from elder_channel.services.reply_inbox import Tray
from greeting_sms.campaign import Campaign
from greeting_sms.inbound.labels import Label
from tests.fakes.campaigns import campaign_settings
from tests.fakes.greeting_scene import TOMORROW, put_campaign, put_people
from tests.fakes.line import LineInMemory, open_test_line
from tests.fakes.people import People

Deed = Callable[[GreetingDesk, Account], object]
EVERYBODY = {role: Account(role.value, role) for role in Role}
CAMPAIGN = Campaign.model_validate(campaign_settings())


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """Empty books."""
    opened = open_test_line(tmp_path)
    yield opened
    opened.line.databases.dispose()


@pytest.fixture
def desk(at: LineInMemory) -> GreetingDesk:
    """The services, with an account of each role."""
    return greeting_desk(at.line, People(*EVERYBODY.values()))


@pytest.mark.parametrize(
    ("deed", "refused"),
    [
        (lambda desk, by: desk.drafts.open("x", by=by), "viewer agent supervisor"),
        (lambda desk, by: desk.drafts.check("", by=by), "viewer agent supervisor"),
        (lambda desk, by: desk.trials.dry_run(CAMPAIGN, TOMORROW, by=by), "viewer agent"),
        (lambda desk, by: desk.trials.examples(CAMPAIGN, TOMORROW, by=by), "viewer agent"),
        (lambda desk, by: desk.inbox.look(Tray.ALL, by=by), "viewer editor approver"),
        (lambda desk, by: desk.inbox.settle("SM1", Label.OTHER, seen="", by=by), "viewer editor approver"),
        (lambda desk, by: desk.opt_outs.look("", by=by), "viewer"),
        (lambda desk, by: desk.opt_outs.withdraw("+8659100000102", reason="x", by=by), "viewer agent editor approver"),
        (lambda desk, by: desk.opt_outs.import_csv("x", b"", by=by), "viewer agent approver"),
        (lambda desk, by: desk.opt_outs.export_csv(by=by), "viewer agent editor approver"),
        (lambda desk, by: desk.stop_sending(reason="x", by=by), "viewer agent"),
        (lambda desk, by: desk.go_on_sending(by=by), "viewer agent editor supervisor"),
        (lambda desk, by: desk.calendar.days(TOMORROW, TOMORROW, by=by), ""),
    ],
    ids=[
        *("open", "check", "dry-run", "examples", "inbox", "settle", "opt-outs", "withdraw", "import", "export"),
        *("hold", "go-on", "calendar"),
    ],
)
def test_a_role_may_do_what_it_is_for(desk: GreetingDesk, deed: Deed, refused: str) -> None:
    """Everybody else is refused before anything is read or written; a stranger always is."""
    stranger = Account("stranger", Role.ADMINISTRATOR)
    for account in (*(EVERYBODY[Role(name)] for name in refused.split()), stranger):
        with pytest.raises(NotAllowedError):
            deed(desk, account)
    for role, account in EVERYBODY.items():
        if role.value not in refused.split():
            try:
                deed(desk, account)
            except NotAllowedError:
                pytest.fail(f"{role} was refused")
            except Exception:  # noqa: BLE001 - allowed, and then there was nothing to do it on
                pass


def test_a_day_has_its_birthdays_by_both_calendars_and_its_greetings(at: LineInMemory, desk: GreetingDesk) -> None:
    """A lunar birthday stands on the solar day it falls on."""
    put_people(at, 2)
    put_people(at, 3, beginning=10, calendar="lunar", birth_month=10, birth_day=15)
    [day] = desk.calendar.days(TOMORROW, TOMORROW, by=EVERYBODY[Role.VIEWER])
    assert (day.lunar.zh, day.birthdays, day.planned) == ("2026年十月十五", 5, 0)


def test_a_calendar_without_end_is_refused(desk: GreetingDesk) -> None:
    """Nor is there one outside the lunar table."""
    for first, last in ((date(2026, 1, 1), date(2026, 12, 31)), (date(2100, 12, 1), date(2101, 1, 1))):
        with pytest.raises(CampaignRefusedError):
            desk.calendar.days(first, last, by=EVERYBODY[Role.VIEWER])


def test_a_trial_counts_the_draft_in_the_place_of_what_is_approved(at: LineInMemory, desk: GreetingDesk) -> None:
    """Everybody is greeted once, in the words being written; name and number are masked; nothing is planned."""
    put_campaign(at, approved_by="chief")
    put_people(at, 3)
    editor = EVERYBODY[Role.EDITOR]
    trial = desk.trials.dry_run(CAMPAIGN, TOMORROW, by=editor)
    assert (trial.told.campaigns, trial.told.planned) == (("birthday v0",), 3)
    examples = desk.trials.examples(CAMPAIGN, TOMORROW, by=editor)
    assert len(examples.shown) == 3
    assert all("陈秀英" not in each.body and "*" in each.number for each in examples.shown)
    assert desk.calendar.waiting("birthday", by=editor) == 0
    with pytest.raises(CampaignRefusedError):
        desk.trials.examples(CAMPAIGN, date(2026, 11, 1), by=editor)
