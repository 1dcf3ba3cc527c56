"""`elder-channel greetings test-send|tests`: a campaign's words on the phones of whoever works on it."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from secrets import token_hex
from typing import Annotated, Any

import typer

from elder_channel.cli.books import open_books
from elder_channel.cli.greetings_campaigns import AsJson, By, Id, who
from elder_channel.cli.started import open_started_line
from elder_channel.cli.tables import console, table
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.errors import ElderChannelError
from elder_channel.services.consents import ShellOperator
from elder_channel.services.greeting_trials import GreetingTrials
from greeting_sms.errors import ChannelError
from greeting_sms.trial_texts import TrialText

Number = Annotated[
    list[str] | None,
    typer.Option("--number", help="Only to this one of the list; may be given again.", show_default=False),
]
Template = Annotated[
    list[str] | None, typer.Option("--template", help="Only this one; may be given again.", show_default=False)
]


def add_commands(app: typer.Typer) -> None:
    """Put the commands of test texts into the group."""
    app.command("test-send")(send)
    app.command("tests")(listed)


def send(
    campaign: Id,
    version: Annotated[
        int | None, typer.Option(min=1, help="Its number; default: the newest.", show_default=False)
    ] = None,
    template: Template = None,
    number: Number = None,
    token: Annotated[
        str | None,
        typer.Option(help="Any word of yours: with the same one nothing is sent twice.", show_default=False),
    ] = None,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Send a campaign's words as test texts to numbers of greetings.test_numbers; nobody's greeting of the year."""
    accounts, account = who(by)
    trials = GreetingTrials(open_started_line(os.environ), accounts)
    try:
        sent = trials.send(
            campaign,
            by=account,
            token=token or token_hex(8),
            version=version,
            templates=template or (),
            numbers=number or (),
        )
    except ChannelError as error:
        raise ElderChannelError(str(error)) from error
    _tell(sent, as_json)


def listed(
    campaign: Id, most: Annotated[int, typer.Option(min=1, max=200, help="How many.")] = 50, as_json: AsJson = False
) -> None:
    """A campaign's newest test texts, and what came of them."""
    _tell(GreetingTrials(open_books(os.environ), ShellOperator()).newest(campaign, most=most), as_json)


def _tell(texts: Sequence[TrialText], as_json: bool) -> None:
    if as_json:
        print(json.dumps([_row(each) for each in texts], ensure_ascii=False, indent=1))
        return
    if not texts:
        print("no test texts yet")
        return
    made = table("sent", "version", "template", "number", "channel", "segments", "result", "token")
    for each in texts:
        at = each.asked_at.astimezone(HOTLINE_ZONE)
        result = f"{each.stands_at} {each.error_code}" if each.error_code else each.stands_at
        made.add_row(
            f"{at:%m-%d %H:%M}",
            str(each.campaign_version),
            each.template,
            each.number,
            each.channel,
            str(each.segments),
            result,
            each.token,
        )
    console().print(made)


def _row(text: TrialText) -> dict[str, Any]:
    return {**vars(text), "asked_at": text.asked_at.isoformat(), "test": True, "stands_at": text.stands_at}
