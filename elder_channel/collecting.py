"""How often a process looks for garbage in cycles, where it makes and drops many small things in a row."""

from __future__ import annotations

import gc


def collect_seldom() -> None:
    """From here on; what is there now is never looked at again.

    By itself Python looks after every 700 new things, and now and then at all there are: that holds up the sound of all
    calls at once, and is one microsecond in twenty of every greeting sent.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
