"""The files of what a site has added to the dialects: read, and replaced in one step under a lock."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock

from dialects.additions import Additions, content_of, etag_of, parse_additions, read_additions
from dialects.dialect import Dialect
from elder_channel.storage.whole_files import replace_file

FOLDER = "dialects"
"""Where they lie, in the site folder."""
LOCK_TIMEOUT_SECONDS = 10


class DialectAdditionFiles:
    """One YAML file a dialect, readable by whoever may read the site's settings."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, dialect: Dialect) -> tuple[Additions, str]:
        """What was added, with its etag. Raises `dialects.errors.CatalogueError`."""
        return read_additions(self._file(dialect), dialect)

    def replace(self, dialect: Dialect, additions: Additions, *, seen: str) -> str | None:
        """Write them on top of the file whose etag was `seen`; the new etag, None when the file is another one now.

        What is written is read first: what could not be read never takes the place of what can (law 8). Raises
        CatalogueError for that, and OSError where the folder cannot be written or stays locked.
        """
        file, content = self._file(dialect), content_of(additions)
        parse_additions(content, dialect, file)
        self.folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self.folder / ".lock", timeout=LOCK_TIMEOUT_SECONDS):
            if _etag_at(file) != seen:
                return None
            replace_file(file, content)
        return etag_of(content)

    def _file(self, dialect: Dialect) -> Path:
        return self.folder / f"{dialect.id}.yaml"


def _etag_at(file: Path) -> str:
    try:
        return etag_of(file.read_bytes())
    except FileNotFoundError:
        return ""
