"""What a process asks for itself."""

from __future__ import annotations

import subprocess
import sys

_SEEN = """
import gc
kept = [[n] for n in range(20_000)]
from elder_channel.own_process import collect_seldom
collect_seldom()
before = gc.get_stats()[0]["collections"]
more = [[n] for n in range(50_000)]
print(gc.get_freeze_count() >= 20_000, gc.get_stats()[0]["collections"] - before, gc.isenabled())
"""


def test_what_is_there_is_left_alone_and_what_comes_is_looked_at_seldom() -> None:
    """In a process of its own: the suite's must not change."""
    done = subprocess.run([sys.executable, "-c", _SEEN], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "0", "True"]
