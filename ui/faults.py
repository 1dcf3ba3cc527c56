"""Names a fault for the log without its text, which may hold what a caller said (law 7)."""

from __future__ import annotations

import traceback
from pathlib import Path


def where_raised(error: BaseException) -> str:
    """File and line the error comes from, such as `calls.py:57`; empty when it was never raised."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
