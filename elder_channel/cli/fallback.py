"""`elder-channel fallback`: the document to leave at the carrier."""

from __future__ import annotations

import os

import typer

from elder_channel.bootstrap import addresses_of, load_settings
from elder_channel.services.hunting import hunt_group_of

app = typer.Typer()


@app.command()
def fallback() -> None:
    """Print the fallback TwiML, to be kept at the carrier (a TwiML Bin) and named as the fallback URL."""
    settings = load_settings(os.environ)
    print(hunt_group_of(settings, addresses_of(settings), report=False))
