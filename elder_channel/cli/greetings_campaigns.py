"""`elder-channel greetings propose|approve|…`: campaigns, from the file to the end."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from config.campaign_files import read_campaign_file
from elder_channel.cli.books import open_books, operator
from elder_channel.cli.tables import console, table
from elder_channel.clock import HOTLINE_ZONE, utc_now
from elder_channel.errors import ElderChannelError
from elder_channel.services.accounts import Account, Accounts
from elder_channel.services.accounts_file import ACCOUNTS_FILE
from elder_channel.services.campaigns import Campaigns
from elder_channel.services.errors import CampaignRefusedError
from elder_channel.state import state_folder
from greeting_sms.campaign_books import CampaignState, CampaignVersion

Id = Annotated[str, typer.Argument(metavar="CAMPAIGN", help="Id of the campaign.")]
Version = Annotated[int, typer.Argument(metavar="VERSION", min=1, help="Its number.")]
By = Annotated[
    str | None, typer.Option("--by", metavar="NAME", help="An account; default: who is logged in.", show_default=False)
]
Reason = Annotated[str, typer.Option(help="Why; it is kept.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def add_commands(app: typer.Typer) -> None:
    """Put the commands of campaigns into the group."""
    for name, command in _COMMANDS.items():
        app.command(name)(command)


class OperatorOrAccounts:
    """The accounts of the console, and whoever may open the state folder at a shell."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def find(self, username: str) -> Account | None:
        """The account as it is now."""
        shell = operator()
        return shell if username == shell.username else self._accounts.find(username)


def campaigns(as_json: AsJson = False) -> None:
    """Every version of every campaign, and where it stands."""
    found = _campaigns(None)[0].versions()
    if as_json:
        print(json.dumps([_version(each) for each in found], ensure_ascii=False, indent=1))
        return
    made = table("campaign", "version", "state", "title", "made by", "approved by")
    for each in found:
        approved = f"{each.approved_by}, {each.approved_at:%Y-%m-%d}" if each.approved_at else ""
        made.add_row(each.campaign.id, str(each.version), each.state, each.campaign.title, each.made_by, approved)
    console().print(made)


def propose(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The campaign as YAML.")],
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Keep a campaign as its next version; it greets nobody until somebody else approves it."""
    service, account = _campaigns(by)
    _tell(service.propose(read_campaign_file(file), by=account), as_json)


def approve(campaign: Id, version: Version, by: By = None, as_json: AsJson = False) -> None:
    """Put a version in force; whoever made it may not."""
    service, account = _campaigns(by)
    _tell(service.approve(campaign, version, etag=_etag(service, campaign, version), by=account), as_json)


def reject(campaign: Id, version: Version, reason: Reason, by: By = None, as_json: AsJson = False) -> None:
    """Refuse a version that waits."""
    service, account = _campaigns(by)
    etag = _etag(service, campaign, version)
    _tell(service.reject(campaign, version, etag=etag, reason=reason, by=account), as_json)


def pause(campaign: Id, reason: Reason, by: By = None, as_json: AsJson = False) -> None:
    """Send nothing more of a campaign until it is resumed; planning goes on."""
    service, account = _campaigns(by)
    _tell(service.pause(campaign, reason=reason, by=account), as_json)


def resume(campaign: Id, reason: Reason, by: By = None, as_json: AsJson = False) -> None:
    """Send again; what has passed its hours meanwhile is not sent late."""
    service, account = _campaigns(by)
    _tell(service.resume(campaign, reason=reason, by=account), as_json)


def cancel(campaign: Id, reason: Reason, by: By = None, as_json: AsJson = False) -> None:
    """End a campaign for good and take back what it has planned and not begun to send."""
    service, account = _campaigns(by)
    _tell(service.cancel(campaign, reason=reason, by=account), as_json)


def history(campaign: Id, as_json: AsJson = False) -> None:
    """What was done to a campaign, by whom and why, oldest first."""
    changes = _campaigns(None)[0].history(campaign)
    if as_json:
        told = [vars(each) | {"changed_at": each.changed_at.isoformat()} for each in changes]
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return
    for each in changes:
        at = each.changed_at.astimezone(HOTLINE_ZONE)
        why = f": {each.reason}" if each.reason else ""
        print(
            f"{at:%Y-%m-%d %H:%M}  version {each.version}  {each.before or '-'} -> {each.after}, {each.changed_by}{why}"
        )


_COMMANDS: dict[str, Callable[..., None]] = {
    "campaigns": campaigns,
    "propose": propose,
    "approve": approve,
    "reject": reject,
    "pause": pause,
    "resume": resume,
    "cancel": cancel,
    "history": history,
}


def who(by: str | None) -> tuple[OperatorOrAccounts, Account]:
    """The accounts, and the one that gives the command. Raises ElderChannelError where there is none of this name."""
    accounts = OperatorOrAccounts(Accounts(state_folder(os.environ) / ACCOUNTS_FILE, utc_now))
    account = operator() if by is None else accounts.find(by)
    if account is None:
        raise ElderChannelError(f"there is no account {by}")
    return accounts, account


def _campaigns(by: str | None) -> tuple[Campaigns, Account]:
    accounts, account = who(by)
    return Campaigns(open_books(os.environ), accounts), account


def _etag(service: Campaigns, campaign: str, version: int) -> str:
    """Of the version as it is now: at a shell the question and the answer are one command."""
    found = next((each for each in service.versions(campaign) if each.version == version), None)
    if found is None:
        raise CampaignRefusedError("campaign_unknown", f"There is no version {version} of a campaign {campaign}.")
    return found.etag


def _tell(version: CampaignVersion, as_json: bool) -> None:
    if as_json:
        print(json.dumps(_version(version), ensure_ascii=False, indent=1))
        return
    id_ = version.campaign.id
    print(f"{id_} version {version.version} is {version.state}")
    if version.state is CampaignState.PROPOSED:
        print(f"elder-channel greetings approve {id_} {version.version} --by … puts it in force")
        print(f"{version.made_by}, who made it, may not")


def _version(version: CampaignVersion) -> dict[str, Any]:
    return {
        "campaign": version.campaign.id,
        "version": version.version,
        "state": version.state,
        "etag": version.etag,
        "made_by": version.made_by,
        "made_at": version.made_at.isoformat(),
        "approved_by": version.approved_by,
        "approved_at": version.approved_at.isoformat() if version.approved_at else None,
        "settings": version.campaign.model_dump(mode="json"),
    }
