"""The catalogue: the 42 dialects, Putonghua beside them, their groups and their area codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType

from dialects.catalogue_checks import check_catalogue
from dialects.catalogue_files import read_dialects, read_header
from dialects.dialect import Baseline, Dialect, ForeignNumbering, Group
from dialects.errors import UnknownDialectError

PUTONGHUA = "putonghua"


@dataclass(frozen=True)
class AreaCode:
    """An area code and who lives there."""

    code: str
    cities: tuple[str, ...]
    """With their province: `福建福州`."""
    shares: Mapping[str, float]
    """Dialect id to share of local speakers; sums to 1."""


@dataclass(frozen=True, eq=False, repr=False)
class Catalogue:
    """Everything known about the dialects; loaded once, never changed. Two loads are two catalogues."""

    version: str
    dialects: Mapping[str, Dialect]
    """Dialect id to dialect, the 42 in the catalogue's order."""
    baseline: Baseline
    groups: Mapping[str, Group]
    area_codes: Mapping[str, AreaCode]
    """Live area codes."""
    retired_code_aliases: Mapping[str, str]
    """Retired area code to the one it was merged into."""
    extra_numbering: Mapping[str, ForeignNumbering]
    """`+852` to who lives there."""
    classes: tuple[str, ...]
    """What a posterior is over: the ids of the 42, then `putonghua`."""

    def name(self, class_id: str) -> str:
        """Chinese name, `福州话`. Raises UnknownDialectError."""
        return self._entry(class_id).zh

    def bcp47(self, class_id: str) -> str:
        """Language tag, `cdo-x-fuzh1239`. Raises UnknownDialectError."""
        return self._entry(class_id).bcp47

    def group_of(self, class_id: str) -> str:
        """Id of the group; Putonghua's is `mandarin`. Raises UnknownDialectError."""
        return self._entry(class_id).group

    def members(self, group_id: str) -> tuple[str, ...]:
        """Classes of the group, Putonghua among those of `mandarin`; empty for an unknown group."""
        return tuple(class_id for class_id in self.classes if self.group_of(class_id) == group_id)

    def branch_of(self, class_id: str) -> str:
        """Id of the branch within the group; Putonghua's is its own. Raises UnknownDialectError."""
        entry = self._entry(class_id)
        return entry.branch if isinstance(entry, Dialect) else entry.id

    def neighbours(self, class_id: str) -> tuple[str, ...]:
        """The other classes of the same group, for widening. Raises UnknownDialectError."""
        return tuple(other for other in self.members(self.group_of(class_id)) if other != class_id)

    def _entry(self, class_id: str) -> Dialect | Baseline:
        if class_id == self.baseline.id:
            return self.baseline
        try:
            return self.dialects[class_id]
        except KeyError:
            raise UnknownDialectError(class_id) from None


def load_catalogue(path: Path | None = None) -> Catalogue:
    """The packaged catalogue, or the one in the folder `path`; read once per process.

    Raises CatalogueUnreadableError or CatalogueInvalidError, each naming the file and what is wrong in it.
    """
    return _load(path or Path(str(resources.files("dialects"))) / "data")


@lru_cache(maxsize=4)
def _load(folder: Path) -> Catalogue:
    header = read_header(folder)
    files = read_dialects(folder)
    check_catalogue(folder, header, files)
    by_id = {dialect.id: dialect for dialect in files.values()}
    dialects = {dialect_id: by_id[dialect_id] for dialect_id in header.order}
    return Catalogue(
        version=header.version,
        dialects=MappingProxyType(dialects),
        baseline=header.baseline,
        groups=MappingProxyType({group.id: group for group in header.groups}),
        area_codes=MappingProxyType(_area_codes(dialects)),
        retired_code_aliases=MappingProxyType(header.retired_code_aliases),
        extra_numbering=MappingProxyType({place.calling_code: place for place in header.extra_numbering}),
        classes=(*dialects, header.baseline.id),
    )


def _area_codes(dialects: Mapping[str, Dialect]) -> dict[str, AreaCode]:
    shares: dict[str, dict[str, float]] = {}
    cities: dict[str, tuple[str, ...]] = {}
    for dialect in dialects.values():
        for area in dialect.area_codes:
            shares.setdefault(area.code, {})[dialect.id] = area.share
            cities[area.code] = tuple(dict.fromkeys((*cities.get(area.code, ()), *area.cities)))
    codes = {}
    for code, by_dialect in sorted(shares.items()):
        total = sum(by_dialect.values())  # written with three decimals, so it may be 0.999
        codes[code] = AreaCode(code, cities[code], {key: share / total for key, share in by_dialect.items()})
    return codes
