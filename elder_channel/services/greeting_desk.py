"""Everything the console's page of greetings stands on, in one hand."""

from __future__ import annotations

from dataclasses import dataclass

from elder_channel.bootstrap import Line
from elder_channel.services.accounts import Account
from elder_channel.services.campaign_drafts import CampaignDrafts
from elder_channel.services.campaign_trials import CampaignTrials
from elder_channel.services.campaigns import Campaigns
from elder_channel.services.corrections import AccountDirectory
from elder_channel.services.greeting_calendar import GreetingCalendar
from elder_channel.services.greeting_plans import GreetingPlans
from elder_channel.services.greeting_sending import GreetingSending
from elder_channel.services.greeting_trials import GreetingTrials
from elder_channel.services.opt_out_board import OptOutBoard
from elder_channel.services.reply_inbox import ReplyInbox


@dataclass(frozen=True)
class GreetingDesk:
    """The services of the greetings."""

    line: Line
    accounts: AccountDirectory
    calendar: GreetingCalendar
    campaigns: Campaigns
    drafts: CampaignDrafts
    trials: CampaignTrials
    tests: GreetingTrials
    plans: GreetingPlans
    sending: GreetingSending
    inbox: ReplyInbox
    opt_outs: OptOutBoard

    @property
    def companies(self) -> dict[str, str]:
        """The companies of the group by id, with their names."""
        return {company.id: company.zh for company in self.line.settings.companies}

    def stop_sending(self, *, reason: str, by: Account) -> None:
        """Hold everything at once. Raises NotAllowedError and CampaignRefusedError."""
        self.sending.stop(by=by, accounts=self.accounts, reason=reason)

    def go_on_sending(self, *, by: Account, channel: str | None = None) -> None:
        """Take a hold back. Raises NotAllowedError and CampaignRefusedError."""
        self.sending.go_on(by=by, accounts=self.accounts, channel=channel)


def greeting_desk(line: Line, accounts: AccountDirectory) -> GreetingDesk:
    """The services on a line."""
    return GreetingDesk(
        line,
        accounts,
        GreetingCalendar(line, accounts),
        Campaigns(line, accounts),
        CampaignDrafts(line, accounts),
        CampaignTrials(line, accounts),
        GreetingTrials(line, accounts),
        GreetingPlans(line, accounts),
        GreetingSending(line),
        ReplyInbox(line, accounts),
        OptOutBoard(line, accounts),
    )
