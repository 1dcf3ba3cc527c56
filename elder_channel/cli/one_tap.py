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
from elder_channel.services.one_tap import OneTapService
from elder_channel.services.outbound import OutboundService

app = typer.Typer(help="Personal links to the page with one button.")


@app.callback()
def _group() -> None:
    """Keeps `link` a command of its own while it is the only one."""


@app.command()
def link(
    customer: Annotated[int | None, typer.Option(metavar="ID", help="The customer in the books.")] = None,
    number: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="A registered number; needed where a customer has several.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Make a link: whoever presses the button behind it has the registered number called, once, until it expires."""
    if customer is None and number is None:
        raise ElderChannelError("give --customer or --number")
    line = open_started_line(os.environ)
    service = OneTapService(line, OutboundService(line, LineService(line)))
    made = service.make_link(number=number, customer_id=customer, made_by=f"command:{operator().username}"[:64])
    if as_json:
        expires = made.expires_at.isoformat()
        about = {"url": made.url, "number": made.number, "expires_at": expires, "text": made.text}
        print(json.dumps(about, ensure_ascii=False))
        return
    print(made.url)
    print(f"calls {made.number}, once, until {made.expires_at:%Y-%m-%d %H:%M} UTC; give it to nobody else")
    print(f"text to send with it: {made.text}")
