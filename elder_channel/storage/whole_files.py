"""Replacing a file in one step: who reads it meanwhile reads the old one or the new one, never half."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

READABLE = 0o644


def replace_file(path: Path, content: bytes) -> None:
    """Write the content beside the file, and then in its place; its mode stays. Raises `OSError`."""
    mode = path.stat().st_mode & 0o777 if path.exists() else READABLE
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
