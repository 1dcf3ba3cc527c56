"""`elder-channel dialects consent`: who agreed that sound is kept for training."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from elder_channel.cli.books import open_books
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.consents import Consents, ShellOperator

app = typer.Typer(help="Customers' consent to keeping sound for training.", no_args_is_help=True)

_Customer = Annotated[int, typer.Argument(metavar="CUSTOMER", help="Id of the customer in the books.")]


@app.command()
def give(
    customer: _Customer,
    basis: Annotated[str, typer.Option(help="How it was given: a form and its date, a call.")],
) -> None:
    """Record a customer's yes; it counts for what is said from now on."""
    _record(customer, given=True, basis=basis)


@app.command()
def withdraw(
    customer: _Customer,
    basis: Annotated[str, typer.Option(help="How it was withdrawn.")] = "",
) -> None:
    """Record a customer's no, and delete every kept utterance of that customer at once."""
    _record(customer, given=False, basis=basis)


@app.command("list")
def list_consents() -> None:
    """The newest word of every customer who was asked."""
    line = open_books(os.environ)
    consents = line.sound_clips.all_consents()
    for customer_id, one in sorted(consents.items()):
        day = one.recorded_at.astimezone(HOTLINE_ZONE).date()
        print(f"{customer_id}  {'yes' if one.given else 'no'}  {day}  by {one.role}  {one.basis}")
    given = sum(one.given for one in consents.values())
    print(f"{len(consents)} customers asked, {given} agreed")


def _record(customer: int, *, given: bool, basis: str) -> None:
    operator = ShellOperator()
    service = Consents(open_books(os.environ), operator)
    _, deleted = service.record(customer, given=given, basis=basis, by=operator.ACCOUNT)
    print(f"recorded: {'yes' if given else 'no'}" + ("" if given else f"; {deleted} utterances deleted"))
