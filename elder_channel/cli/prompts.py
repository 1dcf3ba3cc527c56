"""`elder-channel prompts`: what the line says."""

from __future__ import annotations

import typer

from elder_channel.cli import prompt_coverage, prompt_recordings

app = typer.Typer(help="What the line says: recorded by native speakers, and what is missing.", no_args_is_help=True)
app.add_typer(prompt_recordings.app, name="record")
prompt_coverage.register(app)
