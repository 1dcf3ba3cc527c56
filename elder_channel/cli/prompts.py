"""`elder-channel prompts`: what the line says."""

from __future__ import annotations

import typer

from elder_channel.cli import prompt_lint

app = typer.Typer(help="What the line says: checked against the rules for old callers.", no_args_is_help=True)
prompt_lint.register(app)


@app.callback()
def _prompts() -> None:
    """Keep `lint` a command of its own while it is the only one."""
