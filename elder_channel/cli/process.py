"""`elder-channel process`: one process of the stack, as the supervisor starts it."""

from __future__ import annotations

import os
from enum import StrEnum
from typing import Annotated

import typer

from elder_channel.bootstrap import Line, open_line
from elder_channel.state import state_folder

app = typer.Typer()


class Name(StrEnum):
    """The processes that are ours; console and simulator are started by their own programs."""

    VOICE = "voice"
    RECOGNIZER = "recognizer"
    WORKER = "worker"


@app.command()
def process(name: Annotated[Name, typer.Argument(help="Which process.")]) -> None:
    """Run one process in the foreground (the supervisor's business; useful for debugging and for systemd)."""
    line = open_line(state_folder(os.environ), os.environ)
    match name:
        case Name.VOICE:
            _voice(line)
        case Name.RECOGNIZER:
            from elder_channel.recognition.server import serve

            serve(
                port=line.settings.server.recognizer_port,
                token=line.secrets.recognizer_token.get_secret_value(),
                settings=line.settings.recognition,
            )
        case Name.WORKER:
            from elder_channel.worker import run

            run(line)


def _voice(line: Line) -> None:
    import uvicorn

    from elder_channel.web.app import voice_app

    server = line.settings.server
    uvicorn.run(
        voice_app(line),
        host=server.host,
        port=server.voice_port,
        log_level="warning",
        access_log=False,  # it would hold stream tokens
        ws="websockets-sansio",
        ws_ping_interval=None,  # the carrier sends frames all the time; a missed ping must not cut a caller off
        timeout_graceful_shutdown=5,
    )
