"""Drafts of campaigns for the people who write them: opened, checked as they are typed, saved, proposed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import TypeVar

import structlog
from sqlalchemy.engine import Connection

from config.campaign_files import CampaignFile, read_campaign
from config.errors import ConfigError, Problem
from elder_channel.bootstrap import Line
from elder_channel.services.accounts import Account
from elder_channel.services.campaign_yaml import with_values
from elder_channel.services.campaigns import MAY_PROPOSE, Campaigns
from elder_channel.services.corrections import AccountDirectory, allowed_role
from elder_channel.services.errors import CampaignRefusedError, ChangedMeanwhileError
from elder_channel.storage.engine import reading, writing
from greeting_sms import campaign_books as books
from greeting_sms import campaign_drafts as drafts
from greeting_sms.campaign import ID, Campaign
from greeting_sms.campaign_drafts import NOT_SAVED, CampaignDraft
from greeting_sms.errors import CampaignStateError
from greeting_sms.letters import letter_of
from greeting_sms.lint import Finding, Severity, lint

log = structlog.get_logger()

MAX_TEXT_CHARACTERS = 100_000
_EXAMPLE = "data/campaigns/birthday.yaml"
_SOURCE = "draft"
_Made = TypeVar("_Made")


@dataclass(frozen=True)
class OpenDraft:
    """A campaign to be written on."""

    campaign_id: str
    text: str
    """YAML."""
    etag: str
    """Of the saved draft; empty where none is saved."""
    saved_by: str
    saved_at: datetime | None
    based_on: int
    """Version whose words it begins with; 0 for a saved draft, and for the example of a new campaign."""


@dataclass(frozen=True)
class TemplateSize:
    """What one template counts with its fallbacks, before anybody's name stands in it."""

    template: str
    mainland_segments: int
    foreign_segments: int
    mainland_cost: float
    foreign_cost: float
    mainland_text: str


@dataclass(frozen=True)
class CheckedDraft:
    """What is wrong with a text, and what it counts."""

    file: CampaignFile | None
    """None where it is no campaign yet."""
    problems: tuple[Problem, ...]
    findings: tuple[Finding, ...]
    sizes: tuple[TemplateSize, ...]

    @property
    def campaign(self) -> Campaign | None:
        """The campaign, where it is one."""
        return self.file.campaign if self.file else None

    @property
    def may_be_proposed(self) -> bool:
        """Whether the lint and the reader let it through."""
        return self.file is not None and not any(each.rule.severity is Severity.ERROR for each in self.findings)


class CampaignDrafts:
    """The drafts in the books."""

    def __init__(self, line: Line, accounts: AccountDirectory) -> None:
        self._line = line
        self._accounts = accounts
        self._campaigns = Campaigns(line, accounts)

    def saved(self, *, by: Account) -> list[CampaignDraft]:
        """Every draft; raises NotAllowedError."""
        allowed_role(self._accounts, by, MAY_PROPOSE)
        with reading(self._line.databases.greetings).connect() as connection:
            return drafts.all_drafts(connection)

    def open(self, campaign_id: str, *, by: Account) -> OpenDraft:
        """The saved draft; else what the newest version says; else the shipped example under this id.

        Raises NotAllowedError, and CampaignRefusedError for an id that cannot be.
        """
        allowed_role(self._accounts, by, MAY_PROPOSE)
        _demand_id(campaign_id)
        with reading(self._line.databases.greetings).connect() as connection:
            draft = drafts.find(connection, campaign_id)
            newest = next(iter(books.versions(connection, campaign_id)), None)
        if draft is not None:
            return OpenDraft(campaign_id, draft.text, draft.etag, draft.saved_by, draft.saved_at, 0)
        if newest is not None:
            return OpenDraft(campaign_id, _written(newest.campaign), NOT_SAVED, "", None, newest.version)
        example = files("greeting_sms").joinpath(_EXAMPLE).read_text(encoding="utf-8")
        return OpenDraft(campaign_id, with_values(example, {("id",): campaign_id}), NOT_SAVED, "", None, 0)

    def check(self, text: str, *, by: Account) -> CheckedDraft:
        """Everything that is wrong with a text, and what its templates count; nothing is kept."""
        allowed_role(self._accounts, by, MAY_PROPOSE)
        try:
            file = read_campaign(text.encode(), source=_SOURCE)
        except ConfigError as error:
            return CheckedDraft(None, error.problems, (), ())
        return CheckedDraft(file, (), tuple(lint(file.campaign)), tuple(self._sizes(file.campaign)))

    def save(self, campaign_id: str, text: str, *, seen: str, by: Account) -> CampaignDraft:
        """Keep a text, right or wrong, on top of the draft that was `seen`.

        Raises NotAllowedError, CampaignRefusedError, and ChangedMeanwhileError where somebody else saved first.
        """
        allowed_role(self._accounts, by, MAY_PROPOSE)
        _demand_id(campaign_id)
        if len(text) > MAX_TEXT_CHARACTERS:
            raise CampaignRefusedError("draft_long", f"A campaign has at most {MAX_TEXT_CHARACTERS} characters.")
        at = self._line.clock()
        kept = self._write(lambda books: drafts.save(books, campaign_id, text, seen=seen, by=by.username, at=at))
        log.info("campaign.draft_saved", campaign=campaign_id, revision=kept.revision, by=by.username)
        return kept

    def discard(self, campaign_id: str, *, seen: str, by: Account) -> None:
        """Forget the draft that was `seen`. Raises as `save`."""
        allowed_role(self._accounts, by, MAY_PROPOSE)
        self._write(lambda books: drafts.discard(books, campaign_id, seen=seen))
        log.info("campaign.draft_discarded", campaign=campaign_id, by=by.username)

    def propose(self, campaign_id: str, *, seen: str, by: Account) -> books.CampaignVersion:
        """Make the saved draft the campaign's next version, which waits for somebody else's yes.

        Raises as `save`, and CampaignRefusedError for a draft that is no campaign, or another one, or that the lint
        does not let through. Done twice it is one version: the second finds no draft, or says nothing new.
        """
        allowed_role(self._accounts, by, MAY_PROPOSE)
        with reading(self._line.databases.greetings).connect() as connection:
            draft = drafts.find(connection, campaign_id)
        if draft is None or draft.etag != seen:
            raise ChangedMeanwhileError("Somebody else has saved or proposed this draft meanwhile.")
        try:
            file = read_campaign(draft.text.encode(), source=_SOURCE)
        except ConfigError as error:
            raise CampaignRefusedError("draft_wrong", str(error)) from error
        if file.campaign.id != campaign_id:
            raise CampaignRefusedError("draft_other_id", f"The draft of {campaign_id} says id: {file.campaign.id}.")
        version = self._campaigns.propose(file, by=by)
        self.discard(campaign_id, seen=seen, by=by)
        return version

    def _write(self, change: Callable[[Connection], _Made]) -> _Made:
        try:
            with writing(self._line.databases.greetings) as connection:
                return change(connection)
        except CampaignStateError as error:
            raise ChangedMeanwhileError(str(error)) from error

    def _sizes(self, campaign: Campaign) -> list[TemplateSize]:
        prices = self._line.settings.greetings
        sizes = []
        for text in campaign.templates:
            home, abroad = (letter_of(campaign, text, mainland=at_home) for at_home in (True, False))
            filled = home.template.fill({})
            here, there = home.segments(filled), abroad.segments(filled)
            sizes.append(
                TemplateSize(
                    text.id,
                    here,
                    there,
                    here * prices.mainland_segment_price,
                    there * prices.foreign_segment_price,
                    home.text(filled),
                )
            )
        return sizes


def _demand_id(campaign_id: str) -> None:
    if not re.fullmatch(ID.removeprefix("^").removesuffix("$"), campaign_id):
        raise CampaignRefusedError("draft_id", "An id has up to 40 small letters, digits, - and _.")


def _written(campaign: Campaign) -> str:
    """A version as a file says it."""
    said = campaign.model_dump(mode="json", exclude_defaults=True)
    return with_values("schema: 1\n", {(key,): value for key, value in said.items()})
