"""`elder-channel onetap`: personal links to the page with one button."""

from __future__ import annotations

import json
import os
from typing import Annotated

import typer

from elder_channel.cli.books import operator
from elder_channel.cli.started import open_started_line
from elder_channel.errors import ElderChannelError
from elder_channel.services.line import LineService
from elder_channel.services.link_sending import LinkSending, SentLink
from elder_channel.services.one_tap import MadeLink, OneTapService
from elder_channel.services.outbound import OutboundService
from greeting_sms.channel import Outcome

app = typer.Typer(help="Personal links to the page with one button.")

_CAME_OF_IT = {
    Outcome.ACCEPTED: "sent to {number} by {channel}",
    Outcome.REFUSED: "not sent: {channel} refuses {number} (code {code}); the link can be given another way",
    Outcome.NOT_TAKEN: "not sent: {channel} did not take it (code {code}); try again later",
    Outcome.UNKNOWN: "nobody knows whether it left for {number} by {channel} (code {code}): ask the customer first",
}


@app.callback()
def _group() -> None:
    """Keeps `link` a command of its own while it is the only one."""


@app.command()
def link(
    customer: Annotated[int | None, typer.Option(metavar="ID", help="The customer in the books.")] = None,
    number: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="A registered number; needed where a customer has several.")
    ] = None,
    send: Annotated[
        bool, typer.Option("--send", help="Text it to that number, because the customer asked for it; prints no link.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Make a link: whoever presses the button behind it has the registered number called, once, until it expires."""
    if customer is None and number is None:
        raise ElderChannelError("give --customer or --number")
    line = open_started_line(os.environ)
    service = OneTapService(line, OutboundService(line, LineService(line)))
    made_by = f"command:{operator().username}"[:64]
    if not send:
        _print_made(service.make_link(number=number, customer_id=customer, made_by=made_by), as_json=as_json)
        return
    sent = LinkSending(line, service).send(number=number, customer_id=customer, made_by=made_by)
    _print_sent(sent, as_json=as_json)
    raise typer.Exit(0 if sent.outcome is Outcome.ACCEPTED else 1)


def _print_made(made: MadeLink, *, as_json: bool) -> None:
    if as_json:
        expires = made.expires_at.isoformat()
        about = {"url": made.url, "number": made.number, "expires_at": expires, "text": made.text}
        print(json.dumps(about, ensure_ascii=False))
        return
    print(made.url)
    print(f"calls {made.number}, once, until {made.expires_at:%Y-%m-%d %H:%M} UTC; give it to nobody else")
    print(f"text to send with it: {made.text}")


def _print_sent(sent: SentLink, *, as_json: bool) -> None:
    if as_json:
        expires = sent.expires_at.isoformat() if sent.expires_at else None
        about = {**vars(sent), "outcome": sent.outcome.value, "expires_at": expires}
        print(json.dumps(about, ensure_ascii=False))
        return
    told = _CAME_OF_IT[sent.outcome].format(number=sent.number, channel=sent.channel, code=sent.code or "none")
    if sent.repeated:
        told = f"asked for a moment ago, nothing is sent twice: {told}"
    until = f"; works once, until {sent.expires_at:%Y-%m-%d %H:%M} UTC" if sent.expires_at else ""
    print(f"{told}{until}")
