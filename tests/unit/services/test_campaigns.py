"""Campaigns as staff run them: who may do what, and that words are looked at before they are kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from config.campaign_files import CampaignFile
from elder_channel.services.accounts import Account, Role
from elder_channel.services.campaigns import Campaigns
from elder_channel.services.errors import CampaignRefusedError, ChangedMeanwhileError, NotAllowedError
from elder_channel.services.greeting_plans import GreetingPlans
from greeting_sms.campaign import Campaign
from greeting_sms.campaign_books import CampaignState
from greeting_sms.planning import LeftOut
from greeting_sms.year_proof import make_people
from tests.fakes.campaigns import campaign_settings
from tests.fakes.line import LineInMemory, open_test_line

EVERYBODY = {role.value: Account(role.value, role) for role in Role}
EDITOR, APPROVER, AGENT = (EVERYBODY[role.value] for role in (Role.EDITOR, Role.APPROVER, Role.AGENT))


class Staff:
    """One person of every role."""

    def find(self, username: str) -> Account | None:
        """The account."""
        return EVERYBODY.get(username)


def file_of(**changes: Any) -> CampaignFile:
    """A campaign as it was read from a file."""
    return CampaignFile(Campaign.model_validate(campaign_settings(**changes)), "mine.yaml", {})


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A line with empty greetings."""
    opened = open_test_line(tmp_path)
    yield opened
    opened.line.databases.dispose()


@pytest.fixture
def campaigns(at: LineInMemory) -> Campaigns:
    """The service."""
    return Campaigns(at.line, Staff())


def test_one_writes_and_somebody_else_approves(campaigns: Campaigns) -> None:
    """From the file into force."""
    proposed = campaigns.propose(file_of(), by=EDITOR)
    approved = campaigns.approve("birthday", proposed.version, etag=proposed.etag, by=APPROVER)
    assert (approved.state, approved.made_by, approved.approved_by) == (CampaignState.APPROVED, "editor", "approver")


def test_nobody_approves_an_own_campaign(campaigns: Campaigns) -> None:
    """Whatever the role permits."""
    proposed = campaigns.propose(file_of(), by=APPROVER)
    with pytest.raises(CampaignRefusedError, match="somebody else must approve"):
        campaigns.approve("birthday", 1, etag=proposed.etag, by=APPROVER)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AGENT, Role.SUPERVISOR])
def test_who_may_not_propose_is_refused(campaigns: Campaigns, role: Role) -> None:
    """Words to customers are written by editors."""
    with pytest.raises(NotAllowedError):
        campaigns.propose(file_of(), by=EVERYBODY[role.value])


@pytest.mark.parametrize("role", [Role.EDITOR, Role.VIEWER, Role.AGENT, Role.SUPERVISOR])
def test_who_may_not_approve_or_resume_is_refused(campaigns: Campaigns, role: Role) -> None:
    """Starting takes an approver."""
    proposed = campaigns.propose(file_of(), by=EDITOR)
    with pytest.raises(NotAllowedError):
        campaigns.approve("birthday", 1, etag=proposed.etag, by=EVERYBODY[role.value])
    with pytest.raises(NotAllowedError):
        campaigns.resume("birthday", by=EVERYBODY[role.value], reason="x")


def test_a_role_that_was_taken_away_counts_at_once(campaigns: Campaigns) -> None:
    """The accounts are asked each time, whatever a page was opened with."""
    with pytest.raises(NotAllowedError):
        campaigns.propose(file_of(), by=replace(AGENT, role=Role.ADMINISTRATOR))


def test_words_that_providers_refuse_are_not_kept(campaigns: Campaigns) -> None:
    """The refusal says where, what and why."""
    settings = campaign_settings()
    settings["templates"][0]["text"] = "祝您生日快乐，续保有礼"
    with pytest.raises(CampaignRefusedError, match=r"mine.yaml: insurance: 续保"):
        campaigns.propose(file_of(templates=settings["templates"]), by=EDITOR)
    assert campaigns.versions() == []


def test_whoever_looked_at_an_old_state_looks_again(campaigns: Campaigns) -> None:
    """Two approvers at once."""
    proposed = campaigns.propose(file_of(), by=EDITOR)
    campaigns.reject("birthday", 1, etag=proposed.etag, by=APPROVER, reason="too long")
    with pytest.raises(ChangedMeanwhileError):
        campaigns.approve("birthday", 1, etag=proposed.etag, by=APPROVER)


@pytest.mark.parametrize(("reason", "code"), [("  ", "reason_missing"), ("x" * 201, "reason_long")])
def test_stopping_takes_a_reason(campaigns: Campaigns, reason: str, code: str) -> None:
    """Whoever comes next will want to know."""
    with pytest.raises(CampaignRefusedError) as refused:
        campaigns.pause("birthday", by=EDITOR, reason=reason)
    assert refused.value.code == code


@pytest.fixture
def people(at: LineInMemory, campaigns: Campaigns) -> GreetingPlans:
    """Plans over 1,000 people, with a campaign in force."""
    make_people(at.line.databases.greetings, 1000, seed=2)
    proposed = campaigns.propose(file_of(), by=EDITOR)
    campaigns.approve("birthday", 1, etag=proposed.etag, by=APPROVER)
    return GreetingPlans(at.line, Staff())


def some_day(at: LineInMemory, plans: GreetingPlans) -> date:
    """The next day with a birthday."""
    day = at.clock().date() + timedelta(days=1)
    while not plans.dry_run(day, by=EDITOR).due:
        day += timedelta(days=1)
    return day


def test_a_plan_is_what_its_dry_run_was(at: LineInMemory, people: GreetingPlans) -> None:
    """Approvers plan; editors look. Cancelling takes back what is planned, so that it can be planned again."""
    day = some_day(at, people)
    seen = people.dry_run(day, by=EDITOR)
    with pytest.raises(NotAllowedError):
        people.plan(day, by=EDITOR)
    told = people.plan(day, by=APPROVER)
    assert told.new == told.planned == seen.planned > 0
    assert told.cost == pytest.approx(told.segments * at.line.settings.greetings.mainland_segment_price)
    assert people.plan(day, by=APPROVER).new == 0
    Campaigns(at.line, Staff()).cancel("birthday", by=EDITOR, reason="over")
    assert people.dry_run(day, by=EDITOR).left_out == {LeftOut.NO_CAMPAIGN: told.due}


def test_a_preview_says_word_for_word_what_comes(at: LineInMemory, people: GreetingPlans) -> None:
    """And that it is planned already, once it is."""
    day = some_day(at, people)
    witnessed: list[str] = []
    people.dry_run(day, by=EDITOR, witness=lambda due, _: witnessed.append(due.group_customer_id))
    seen = people.preview(witnessed[0], by=EDITOR)
    assert (seen.birthday_on, seen.left_out, seen.in_outbox) == (day, "", "")
    assert "birthday" in seen.body or "生日快乐" in seen.body
    people.plan(day, by=APPROVER)
    assert people.preview(witnessed[0], by=EDITOR).in_outbox == "planned"


@pytest.mark.parametrize("days", [-2, 371])
def test_a_mistyped_day_is_refused(at: LineInMemory, people: GreetingPlans, days: int) -> None:
    """The year before, or the one after the next."""
    with pytest.raises(CampaignRefusedError, match=r"is past|too far ahead"):
        people.plan(at.clock().date() + timedelta(days=days), by=APPROVER)


def test_a_stranger_has_no_preview(people: GreetingPlans) -> None:
    """The id is named."""
    with pytest.raises(CampaignRefusedError, match="no customer P-none"):
        people.preview("P-none", by=EDITOR)
