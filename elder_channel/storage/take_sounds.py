"""The sound of recorded prompts: WAV files in the state folder, named by their content."""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Collection, Iterator
from pathlib import Path

FOLDER = "prompt_takes"
"""In the state folder."""
_NAME = re.compile(r"[0-9a-f]{64}")
_YOUNG_SECONDS = 600.0
"""A file so young may be one whose row is just being written."""


class TakeSounds:
    """The files, by the SHA-256 of what is in them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Where the sound lies, or would lie."""
        if not _NAME.fullmatch(sha256):
            raise ValueError(f"{sha256!r} is no SHA-256")
        return self.folder / f"{sha256}.wav"

    def put(self, content: bytes) -> str:
        """Keep a sound, mode 0600, whole or not at all; its name. Raises OSError."""
        sha256 = hashlib.sha256(content).hexdigest()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = self.folder / f".{sha256}.{os.getpid()}.{time.monotonic_ns()}"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
        temporary.replace(self.path(sha256))
        return sha256

    def get(self, sha256: str) -> bytes | None:
        """The sound; None when it is gone, or is not what it was."""
        try:
            content = self.path(sha256).read_bytes()
        except OSError:
            return None
        return content if hashlib.sha256(content).hexdigest() == sha256 else None

    def delete(self, sha256: str) -> None:
        """Delete the file, if it is there; raises OSError."""
        self.path(sha256).unlink(missing_ok=True)

    def strays(self, known: Collection[str], *, now: float | None = None) -> Iterator[Path]:
        """Files that belong to no take that may be kept: left by a crash."""
        if not self.folder.is_dir():
            return
        before = (time.time() if now is None else now) - _YOUNG_SECONDS
        for file in sorted(self.folder.iterdir()):
            if file.stem not in known and file.stat().st_mtime < before:
                yield file
