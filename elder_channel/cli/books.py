"""The books for commands that look into them."""

from __future__ import annotations

from collections.abc import Mapping

from elder_channel.bootstrap import Line, open_line
from elder_channel.errors import ElderChannelError
from elder_channel.state import state_folder
from elder_channel.storage.migrate import pending


def open_books(env: Mapping[str, str]) -> Line:
    """The line, or a sentence where none has been started on the state folder yet."""
    state = state_folder(env)
    line = open_line(state, env)
    if pending(line.databases):
        raise ElderChannelError(f"the databases in {state} are not up to date; give elder-channel run or migrate first")
    return line
