"""`elder-channel process`: one process of the stack, as the supervisor starts it."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from typing import Annotated

import typer

from elder_channel.bootstrap import Line, open_line
from elder_channel.own_process import give_way
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
            from elder_channel.worker import NICENESS, run

            give_way(NICENESS)
            run(line)


GIL_SWITCH_SECONDS = 0.0005
"""How long a thread may keep Python to itself. Each statement gives it up and asks for it again, so with the usual 5 ms
a document of ten statements waits many times for whoever computes."""


def _voice(line: Line) -> None:
    import uvicorn
    from threadpoolctl import threadpool_limits

    from elder_channel.web.app import voice_app

    sys.setswitchinterval(GIL_SWITCH_SECONDS)
    app, server = voice_app(line), line.settings.server
    threadpool_limits(1, user_api="blas")  # NumPy's own threads spin while they wait, on processors others need
    uvicorn.run(
        app,
        host=server.host,
        port=server.voice_port,
        log_level="warning",
        access_log=False,  # it would hold stream tokens
        ws="websockets-sansio",
        ws_ping_interval=None,  # the carrier sends frames all the time; a missed ping must not cut a caller off
        timeout_graceful_shutdown=5,
    )
