"""`elder-channel recognizer`: the recognizer by itself, on this machine or on a Ray cluster."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from elder_channel.bootstrap import load_settings
from elder_channel.errors import ElderChannelError
from elder_channel.recognition.ray_pool import ABSENT, ray_installed
from elder_channel.recognition.server import serve as serve_recognizer
from elder_channel.secrets import load_secrets
from elder_channel.state import state_folder
from elder_channel.supervisor import refuse_taken_port

app = typer.Typer(help="The recognizer by itself.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep `serve` a command of its own while it is the only one."""


@app.command()
def serve(
    ray: Annotated[
        bool | None,
        typer.Option("--ray/--local", help="Replicas on Ray, or processes here; default: recognition.engine."),
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Default: server.recognizer_port.", show_default=False)
    ] = None,
    redeploy: Annotated[
        bool, typer.Option("--redeploy", help="On a shared Ray cluster: replace its replicas, with these settings.")
    ] = False,
) -> None:
    """Run the recognizer on the loopback address, in the foreground; the voice process asks it there."""
    settings = load_settings(os.environ)
    recognition = settings.recognition
    if ray is not None:
        recognition = recognition.model_copy(update={"engine": "ray" if ray else "local"})
    if recognition.engine == "ray" and not ray_installed():
        raise ElderChannelError(ABSENT)
    if redeploy and not recognition.ray_address:
        raise ElderChannelError("--redeploy is for a shared Ray cluster; recognition.ray_address names none")
    port = port or settings.server.recognizer_port
    refuse_taken_port("recognizer", "127.0.0.1", port)
    state = state_folder(os.environ)
    state.mkdir(parents=True, exist_ok=True)
    token = load_secrets(state, os.environ).recognizer_token.get_secret_value()
    serve_recognizer(port=port, token=token, settings=recognition, redeploy=redeploy)
