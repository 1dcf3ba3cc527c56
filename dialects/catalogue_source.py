"""The catalogue in use: the shipped one with the site's additions, renewed when their files change."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dialects.additions import Addition, read_additions, with_additions
from dialects.catalogue import Catalogue
from dialects.errors import CatalogueError, UnknownDialectError
from dialects.preparation import prepare

_Signature = tuple[tuple[str, int, int, int], ...]
"""Name, modification time, size and inode of every file."""


class CatalogueSource:
    """Holds the catalogue in use; a wrong file never goes live (law 8).

    A wrong file costs its own dialect's changes only: that dialect keeps its last good additions, none at the start,
    and the line goes on. `reload` is cheap while nothing changed, and safe to call from one thread while others read.
    """

    def __init__(self, base: Catalogue, folder: Path) -> None:
        """`folder` holds one file a dialect; it need not be there."""
        self._base = base
        self._folder = folder
        self._good: dict[str, tuple[Addition, ...]] = {}
        self._problems: Mapping[str, CatalogueError] = {}
        self._seen: _Signature = ()
        self._current = base
        self.reload()

    @property
    def base(self) -> Catalogue:
        """The shipped catalogue."""
        return self._base

    @property
    def current(self) -> Catalogue:
        """The catalogue in use."""
        return self._current

    @property
    def additions(self) -> Mapping[str, tuple[Addition, ...]]:
        """Dialect id to what the site has added and is in use."""
        return dict(self._good)

    @property
    def problems(self) -> Mapping[str, CatalogueError]:
        """File name to why its last change was refused; empty while all are good."""
        return self._problems

    def reload(self) -> bool:
        """Take changed files over where they are good; True when the catalogue in use is another one now."""
        seen = self._signature()
        if seen == self._seen:
            return False
        good, problems = dict(self._good), {}
        names = {name for name, *_ in seen}
        for dialect_id in [id_ for id_ in good if f"{id_}.yaml" not in names]:
            del good[dialect_id]
        for name in sorted(names):
            try:
                good[Path(name).stem] = self._read(name)
            except CatalogueError as error:
                problems[name] = error
        changed = good != self._good
        if changed:
            made = with_additions(self._base, good)
            prepare(made)  # before it is used: no caller waits for its tables
            self._current = made
        self._good, self._problems, self._seen = good, problems, seen
        return changed

    def _read(self, name: str) -> tuple[Addition, ...]:
        dialect = self._base.dialects.get(Path(name).stem)
        if dialect is None:
            raise UnknownDialectError(Path(name).stem)
        return read_additions(self._folder / name, dialect)[0].added

    def _signature(self) -> _Signature:
        try:
            files = sorted(self._folder.glob("[!.]*.yaml"))
            stats = [(file.name, file.stat()) for file in files]
        except OSError:  # the folder went away or changed under us: look again next time
            return self._seen
        return tuple((name, stat.st_mtime_ns, stat.st_size, stat.st_ino) for name, stat in stats)
