"""`elder-channel agents`: who is at work."""

from __future__ import annotations

import os
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from elder_channel.agents.model import Presence
from elder_channel.cli.books import open_books

app = typer.Typer(help="Who is at work.")


@app.command("list")
def list_agents() -> None:
    """Every agent with dialects and presence."""
    line = open_books(os.environ)
    states = line.agents.states()
    table = Table("id", "name", "site", "dialects", "languages", "presence", "calls taken")
    for agent in line.settings.agents:
        state = states.get(agent.id)
        dialects = "、".join(f"{line.catalogue.name(id_)} {level}" for id_, level in agent.dialects.items())
        languages = ", ".join(f"{id_} {level}" for id_, level in agent.languages.items())
        presence = state.presence.value if state else "not started"
        taken = str(state.calls_taken if state else 0)
        table.add_row(agent.id, agent.name, agent.site, dialects, languages, presence, taken)
    Console().print(table)


@app.command()
def present(id_: Annotated[str, typer.Argument(metavar="ID", help="The agent.")]) -> None:
    """Come (back) to work: an agent who did not answer is absent until then."""
    _set(id_, Presence.IDLE)


@app.command()
def absent(id_: Annotated[str, typer.Argument(metavar="ID", help="The agent.")]) -> None:
    """Leave: no calls are given to the agent."""
    _set(id_, Presence.ABSENT)


def _set(id_: str, presence: Presence) -> None:
    line = open_books(os.environ)
    if not line.agents.set_presence(id_, presence, at=line.clock()):
        print(f"{id_} is unknown or on a call")
        raise typer.Exit(2)
    print(f"{id_} is {presence.value}")
