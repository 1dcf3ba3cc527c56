"""The line as a stack that runs on the state folder has it: same books, same addresses."""

from __future__ import annotations

from collections.abc import Mapping

from elder_channel.bootstrap import Line
from elder_channel.cli.books import open_books
from elder_channel.state import find_running, state_folder


def open_started_line(env: Mapping[str, str]) -> Line:
    """The line; where a stack runs, with its ports and addresses. Raises as `open_books`."""
    running = find_running(state_folder(env))
    return open_books({**env, **running.environment} if running else env)
