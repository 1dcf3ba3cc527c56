"""Tables for people: nothing in a cell is cut off, and in a file or pipe they are as wide as they need to be."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

_WIDTH_OF_FILES = 160


def console() -> Console:
    """As wide as the terminal; without one, wide enough for every table of ours."""
    found = Console()
    return found if found.is_terminal else Console(width=_WIDTH_OF_FILES)


def table(*columns: str, title: str | None = None) -> Table:
    """A table whose cells are folded where they are too long, never cut off."""
    made = Table(title=title, title_justify="left")
    for column in columns:
        made.add_column(column, overflow="fold")
    return made
