"""The line as a stack that runs on the state folder has it: same books, same addresses."""

from __future__ import annotations

from collections.abc import Mapping

from elder_channel.bootstrap import Line, open_line
from elder_channel.errors import ElderChannelError
from elder_channel.state import find_running, state_folder
from elder_channel.storage.migrate import pending


def open_started_line(env: Mapping[str, str]) -> Line:
    """The line; where a stack runs, with its ports and addresses. `ElderChannelError` where none was ever started."""
    state = state_folder(env)
    running = find_running(state)
    line = open_line(state, {**env, **running.environment} if running else env)
    if pending(line.databases):
        raise ElderChannelError(f"the databases in {state} are not up to date; give elder-channel run or migrate first")
    return line
