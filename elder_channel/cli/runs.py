"""`elder-channel dialects runs`: training runs that were asked for on the console."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from elder_channel.cli.books import open_books
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.errors import ElderChannelError
from elder_channel.learning.runs import RunState
from elder_channel.own_process import give_way
from elder_channel.state import state_folder
from elder_channel.storage.training_runs import FOLDER, TrainingRunFiles
from elder_channel.supervisor import end_with_parent

app = typer.Typer(help="Training runs asked for on the console.", no_args_is_help=True)

EXIT_FAILED = 1
"""Exit code of a run that could not be done."""
_NICE = 19  # calls go first


@app.command("list")
def list_runs(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
) -> None:
    """List the runs, newest first: who asked, how each ended, and who decided what."""
    files = TrainingRunFiles(state_folder(os.environ) / FOLDER)
    for run in files.all():
        if as_json:
            print(run.model_dump_json(exclude={"token"}))
            continue
        progress = files.progress(run.id) if run.state is RunState.RUNNING else None
        far = f" {progress.phase} {progress.share:.0%}" if progress else ""
        why = f" ({run.failure}{f': {run.detail}' if run.detail else ''})" if run.failure else ""
        decided = f", decided by {run.decided_by}: {run.reason}" if run.reason else ""
        asked = run.asked_at.astimezone(HOTLINE_ZONE).strftime("%Y-%m-%d %H:%M")
        print(f"{run.id}  {run.state}{far}{why}  asked by {run.asked_by} {asked}{decided}")


@app.command()
def work(run: Annotated[str, typer.Argument(help="A run of `runs list` that the worker has begun.")]) -> None:
    """Do a run in the foreground (the worker's business): exit code 1 when it could not be done."""
    line = open_books(os.environ)
    known = TrainingRunFiles(line.state / FOLDER).get(run)
    if known is None or known.state is not RunState.RUNNING:
        raise ElderChannelError(f"there is no run {run!r} that the worker has begun")
    if sys.platform == "linux":
        end_with_parent()
    give_way(_NICE)
    from threadpoolctl import threadpool_limits

    from dialects.recognizers.sound_features import SoundFeatures
    from elder_channel.services import training_job

    threadpool_limits(1, user_api="blas")
    ended = training_job.work(line, run, SoundFeatures)
    if ended is None or ended.state is RunState.FAILED:
        raise typer.Exit(EXIT_FAILED)
