"""`elder-channel fallback`: the document to leave at the carrier."""

from __future__ import annotations

import os

import typer

from elder_channel.bootstrap import load_settings, public_base_url
from elder_channel.telephony.twiml import Hunted, hunt_group_document

app = typer.Typer()


@app.command()
def fallback() -> None:
    """Print the fallback TwiML, to be kept at the carrier (a TwiML Bin) and named as the fallback URL."""
    settings = load_settings(os.environ)
    people = [Hunted(agent.id, agent.contact) for agent in settings.agents if agent.hunt_group]
    again = f"{public_base_url(settings)}/voice/incoming"
    print(hunt_group_document(people, caller_id=settings.line.hotline_number, again_url=again))
