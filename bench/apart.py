"""A measurement in a process of its own: what was done before in this one neither helps nor hinders it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any


def told_apart(module: str, *arguments: str) -> Any:
    """What `python -m module` prints as JSON. Raises CalledProcessError where it fails."""
    done = subprocess.run([sys.executable, "-m", module, *arguments], check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)
