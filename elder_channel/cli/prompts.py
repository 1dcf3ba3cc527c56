"""`elder-channel prompts`: what the line says, as sound."""

from __future__ import annotations

import typer

from elder_channel.cli import prompt_audition, prompt_build, prompt_readback

app = typer.Typer(help="What the line says: rendered, shipped, read back.", no_args_is_help=True)
prompt_build.register(app)
prompt_readback.register(app)
prompt_audition.register(app)
