"""What a process asks for itself: its place behind others, and how often it looks for garbage."""

from __future__ import annotations

import gc
import os


def give_way(niceness: int) -> None:
    """Others come first from here on, the more the larger; nothing where the system knows no such thing."""
    if hasattr(os, "nice"):
        os.nice(niceness)


def collect_seldom() -> None:
    """From here on; what is there now is never looked at again.

    By itself Python looks after every 700 new things, and now and then at all there are: that holds up the sound of all
    calls at once, and is one microsecond in twenty of every greeting sent.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
