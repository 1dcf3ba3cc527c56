"""The settings in use: the last good ones, renewed when the site's files change."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Mapping
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

from config.errors import ConfigError
from config.loader import Assembly, assemble
from config.schema import Settings

_Signature = tuple[tuple[str, int, int, int], ...]
"""Name, modification time, size and inode of every entry of the site folder."""


class Reload(StrEnum):
    """What came of looking for changed settings."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    REFUSED = "refused"  # the files changed and are wrong; the last good settings stay


class SettingsSource:
    """Holds the settings in use; a wrong configuration never goes live (law 8).

    Construction raises `ConfigError` when the settings are wrong: there is no last good one to go on with. From then
    on `reload` is cheap while nothing changed, and safe to call from one thread while others read `settings`.
    """

    def __init__(
        self, *, site: Path | None, env: Mapping[str, str], dialect_ids: Collection[str] | None = None
    ) -> None:
        """Load the settings; the arguments are those of `config.load`."""
        self._site = site
        self._env = dict(env)
        self._dialect_ids = dialect_ids
        self._seen = _signature(site)
        self._good = self._assemble()
        self._problem: ConfigError | None = None

    @property
    def settings(self) -> Settings:
        """The last good settings."""
        return self._good.settings

    @property
    def assembly(self) -> Assembly:
        """The last good settings with the place of every value."""
        return self._good

    @property
    def problem(self) -> ConfigError | None:
        """Why the files as they are now were refused; None while they are good."""
        return self._problem

    def reload(self) -> Reload:
        """Take changed files over when they are good; when they are wrong keep serving and say so in `problem`."""
        signature = _signature(self._site)
        if signature == self._seen:
            return Reload.UNCHANGED if self._problem is None else Reload.REFUSED
        try:
            assembly = self._assemble()
        except ConfigError as error:
            self._problem, self._seen = error, signature
            return Reload.REFUSED
        if _signature(self._site) != signature:
            return Reload.UNCHANGED  # somebody was still writing; half a file may look valid, so look again next time
        changed = assembly.settings != self._good.settings
        self._good, self._problem, self._seen = assembly, None, signature
        return Reload.CHANGED if changed else Reload.UNCHANGED

    @property
    def site(self) -> Path | None:
        """The folder of the site's files; None for none."""
        return self._site

    def environment_gives(self, name: str) -> bool:
        """Whether the environment has a variable of this name that says something."""
        return bool(self._env.get(name))

    def tried(self, contents: Mapping[str, bytes]) -> Assembly:
        """The settings as they would be with these contents of some of the site's files; nothing is written there.

        `contents` are by the files' names. Raises `ConfigError` as `config.load` does, with the places as they would
        be in the site's folder.
        """
        with TemporaryDirectory(prefix="elder-channel-") as copy:
            if self._site is not None:
                for entry in self._site.iterdir():
                    if entry.is_file() and entry.suffix == ".yaml":
                        shutil.copyfile(entry, Path(copy) / entry.name)
            for name, content in contents.items():
                (Path(copy) / name).write_bytes(content)
            called = str(self._site or "site")
            return assemble(site=Path(copy), env=self._env, dialect_ids=self._dialect_ids, called=called)

    def _assemble(self) -> Assembly:
        return assemble(site=self._site, env=self._env, dialect_ids=self._dialect_ids)


def _signature(site: Path | None) -> _Signature:
    """Return what changes when a file of the folder is written, added or removed; empty for no folder."""
    if site is None:
        return ()
    entries = []
    try:
        for entry in sorted(site.iterdir()):
            status = entry.lstat()
            entries.append((entry.name, status.st_mtime_ns, status.st_size, status.st_ino))
    except OSError:
        return (("", 0, 0, 0),)  # the folder went away or changed under us; loading will say which
    return tuple(entries)
