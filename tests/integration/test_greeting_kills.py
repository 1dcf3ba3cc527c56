"""Law 6 under kill -9: a sample of what `python -m bench.greeting_kills` proves in a thousand runs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.stack
def test_law_6_processes_die_and_everybody_gets_one_text(tmp_path: Path) -> None:
    """Two planners, three senders, one who takes receipts and one who reconciles, killed in the midst of it."""
    command = [sys.executable, "-m", "bench.greeting_kills", "--runs", "1", "--database", "sqlite"]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
