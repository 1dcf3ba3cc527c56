"""The books for commands that look into them."""

from __future__ import annotations

import getpass
import os
from collections.abc import Mapping

from elder_channel.bootstrap import Line, open_line
from elder_channel.errors import ElderChannelError
from elder_channel.services.accounts import Account, Role
from elder_channel.state import state_folder
from elder_channel.storage.migrate import pending


def open_books(env: Mapping[str, str]) -> Line:
    """The line, or a sentence where none has been started on the state folder yet."""
    state = state_folder(env)
    line = open_line(state, env)
    if pending(line.databases):
        raise ElderChannelError(f"the databases in {state} are not up to date; give elder-channel run or migrate first")
    return line


def operator() -> Account:
    """Who gives the command: whoever may use the state folder may do all that an administrator may."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # a container without a user database
        name = f"uid-{os.getuid()}"
    return Account(f"{name} (command line)", Role.ADMINISTRATOR)
