"""`elder-channel prompts`: what the line says."""

from __future__ import annotations

import typer

from elder_channel.cli import prompt_audition, prompt_build, prompt_lint, prompt_readback

app = typer.Typer(help="What the line says: checked, rendered, read back.", no_args_is_help=True)
prompt_lint.register(app)
prompt_build.register(app)
prompt_readback.register(app)
prompt_audition.register(app)
