"""`elder-channel call`: one call through the running stack, from ring to hand-over."""

from __future__ import annotations

import math
import os
import re
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from elder_channel.cli.journey import Journey
from elder_channel.placing import CallOrder, CallPlacingError, as_carrier_sends, read_sound
from elder_channel.stack import Stack, StackOptions
from elder_channel.state import Running, find_running, state_folder

app = typer.Typer()


@app.command()
def call(
    from_: Annotated[str, typer.Option("--from", metavar="NUMBER", help="Caller's number, or «anonymous».")],
    audio: Annotated[
        Path | None, typer.Argument(metavar="[AUDIO]", help="What the caller says: wav, flac, mp3 or m4a.")
    ] = None,
    to: Annotated[str | None, typer.Option(metavar="NUMBER", help="Number dialled; default: the hotline.")] = None,
    key: Annotated[str | None, typer.Option(metavar="DIGIT", help="Key the caller presses.")] = None,
    say: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What the carrier's own recognition would return.")
    ] = None,
    speak_at: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", min=0.0, help="When, from the first prompt or ringing on; default 1."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Place one call and follow it until a simulated agent has answered and hung up."""
    if audio is None and key is None and say is None:
        raise CallPlacingError("give AUDIO, --key or --say: a caller who does nothing can be had with --key ''")
    _refuse_nonsense(from_, to, key, speak_at)
    sound = read_sound(audio) if audio else None
    if sound and sound.truncated:
        print(f"{audio} is long; only its first {sound.seconds:.0f} s are said", file=sys.stderr)
    order = CallOrder(from_, to, sound, key or None, say, speak_at)
    with a_running_stack(quiet=as_json) as running:
        journey = Journey(running, quiet=as_json)
        report = journey.follow(order)
    if as_json:
        print(report.model_dump_json(indent=1))


def _refuse_nonsense(from_: str, to: str | None, key: str | None, speak_at: float | None) -> None:
    """Raise `CallPlacingError` for what the simulator would refuse, before a stack is started for nothing."""
    as_carrier_sends(from_)
    if to:
        as_carrier_sends(to)
    if key and not re.fullmatch(r"[0-9*#]{1,16}", key, flags=re.ASCII):
        raise CallPlacingError(f"«{key}» is no key of a telephone; give 0 to 9, * or #")
    if speak_at is not None and not math.isfinite(speak_at):
        raise CallPlacingError("--speak-at wants seconds, such as 1.5")


@contextmanager
def a_running_stack(*, quiet: bool) -> Iterator[Running]:
    """The stack that runs, or one of our own on free ports with a temporary state, gone afterwards."""
    running = find_running(state_folder(os.environ))
    if running and "simulator" in running.processes:
        yield running
        return
    if not quiet:
        print("no stack is running: starting one for this call, with a temporary state")
    # Asked to stop, the stack is taken down and its folder with it, as on Ctrl-C.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="elder-channel-") as folder:
        options = StackOptions(Path(folder), os.environ, console=False, free_ports=True)
        with Stack(options):
            started = find_running(Path(folder))
            if started is None:
                raise CallPlacingError("the stack was started but left no note")
            yield started
