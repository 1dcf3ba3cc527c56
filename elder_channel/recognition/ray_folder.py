"""Where a Ray of our own keeps its sockets and logs: a private folder that goes with it."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import psutil

_PREFIX = "elder-channel-ray-"


def make_folder() -> Path:
    """A new folder for this user only; what killed processes left behind is removed first.

    It lies in the system's folder for such things, not in the state folder, whose path may be longer than the path of
    a socket may be.
    """
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        pid = folder.name.removeprefix(_PREFIX).split("-")[0]
        if pid.isdecimal() and not psutil.pid_exists(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)  # another user's stays
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))


def remove_folder(folder: Path) -> None:
    """Remove it with all that Ray wrote there."""
    shutil.rmtree(folder, ignore_errors=True)
