"""`elder-channel migrate`: the databases, to the newest version."""

from __future__ import annotations

import os

import typer

from elder_channel.bootstrap import load_settings
from elder_channel.state import state_folder
from elder_channel.storage.engine import open_databases
from elder_channel.storage.migrate import migrate as run_migrations
from elder_channel.storage.migrate import pending

app = typer.Typer()


@app.command()
def migrate() -> None:
    """Bring the databases up to date; `run` does it by itself."""
    databases = open_databases(state_folder(os.environ), load_settings(os.environ).server.database_url)
    behind = pending(databases)
    run_migrations(databases)
    print(f"brought up to date: {', '.join(behind)}" if behind else "already up to date")
