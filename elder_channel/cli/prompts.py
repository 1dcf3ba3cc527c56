"""`elder-channel prompts`: what the line says: checked, rendered, recorded by native speakers, and what is missing."""

from __future__ import annotations

import typer

from elder_channel.cli import (
    prompt_audition,
    prompt_build,
    prompt_coverage,
    prompt_lint,
    prompt_page,
    prompt_readback,
    prompt_recordings,
)

app = typer.Typer(help="What the line says: checked, rendered, read back, recorded in dialects.", no_args_is_help=True)
prompt_lint.register(app)
prompt_page.register(app)
prompt_build.register(app)
prompt_readback.register(app)
prompt_audition.register(app)
app.add_typer(prompt_recordings.app, name="record")
prompt_coverage.register(app)
