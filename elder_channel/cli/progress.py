"""What long commands share: a progress bar on standard error, and faults told in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from config.errors import ConfigError
from dialects.errors import DialectsError

EXIT_WRONG = 2
"""Exit code when what was asked for cannot be done with what was given."""


class Bar:
    """A bar on standard error."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress = progress
        self._task = task

    def total(self, count: int) -> None:
        """Say how many there will be."""
        self._progress.update(self._task, total=count)

    def step(self, _: int) -> None:
        """One more is done."""
        self._progress.advance(self._task)


@contextmanager
def bar(what: str) -> Iterator[Bar]:
    """A progress bar with the time that remains; gone when its work is done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield Bar(progress, progress.add_task(what, total=None))


@contextmanager
def told() -> Iterator[None]:
    """What can be wrong is said in a sentence, with exit code 2."""
    try:
        yield
    except (DialectsError, ConfigError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(EXIT_WRONG) from error


@contextmanager
def share_bar() -> Iterator[Callable[[str, float], None]]:
    """A bar for work in stages that is told what is being done and how much of it is, 0 to 1; one line a stage."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        stages: dict[str, TaskID] = {}

        def tell(what: str, share: float) -> None:
            if what not in stages:
                stages[what] = progress.add_task(what, total=1.0)
            progress.update(stages[what], completed=share)

        yield tell
