"""Refuses a catalogue that cannot be true, with a sentence that names the file and what in it is wrong."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path

from dialects.catalogue_files import HEADER_FILE, Header
from dialects.dialect import Cue, Dialect, SourcedCue
from dialects.errors import CatalogueInvalidError

DIALECT_COUNT = 42
SHARE_TOLERANCE = 0.002
"""Shares are written with two or three decimals."""

_ID = re.compile(r"[a-z]+(_[a-z]+)*")
_FORMS = {
    "iso639_3": re.compile(r"[a-z]{3}"),
    "glottocode": re.compile(r"[a-z0-9]{4}[0-9]{4}"),
    # RFC 5646: language, script, region, private use; the parts a tag of ours may have
    "bcp47": re.compile(r"[a-z]{3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?(-x(-[a-z0-9]{1,8})+)?"),
}
_AREA_CODE = re.compile(r"0(10|2[0-9]|[3-9][0-9]{2})")
_CALLING_CODE = re.compile(r"\+[1-9][0-9]{0,2}")


def check_catalogue(folder: Path, header: Header, dialects: Mapping[Path, Dialect]) -> None:
    """Raises CatalogueInvalidError unless there are exactly 42 unique, well-formed dialects of known groups.

    Shares must sum to one per area code, and every alias must lead to a live code.
    """
    _check_ids(folder, header, dialects)
    groups = {group.id for group in header.groups}
    for file, dialect in dialects.items():
        _check_dialect(file, dialect, groups)
    tags = Counter([header.baseline.bcp47, *(dialect.bcp47 for dialect in dialects.values())])
    for file, dialect in dialects.items():
        _refuse_if(tags[dialect.bcp47] > 1, file, dialect.id, f"the tag {dialect.bcp47} belongs to another one too")
    codes = _check_shares(dialects)
    _check_numbering(folder / HEADER_FILE, header, codes, {dialect.id for dialect in dialects.values()})


def _refuse_if(wrong: bool, file: Path, subject: str, statement: str) -> None:
    if wrong:
        raise CatalogueInvalidError(file, subject, statement)


def _check_ids(folder: Path, header: Header, dialects: Mapping[Path, Dialect]) -> None:
    for file, dialect in dialects.items():
        _refuse_if(
            not isinstance(dialect.id, str) or not _ID.fullmatch(dialect.id), file, "id", f"{dialect.id!r} is not an id"
        )
        _refuse_if(dialect.id == header.baseline.id, file, dialect.id, "is the baseline, not one of the dialects")
    seen: dict[str, Path] = {}
    for file, dialect in dialects.items():
        other = seen.setdefault(dialect.id, file)
        _refuse_if(other != file, file, dialect.id, f"the same id is in {other.name}")
        _refuse_if(file.stem != dialect.id, file, dialect.id, "the file is not named after the dialect")
    count = len(dialects)
    _refuse_if(
        count != DIALECT_COUNT, folder, "dialects", f"there must be exactly {DIALECT_COUNT} dialects, these are {count}"
    )
    missing = sorted(set(seen) ^ set(header.order))
    _refuse_if(
        bool(missing) or len(header.order) != len(set(header.order)),
        folder / HEADER_FILE,
        "order",
        f"it must name every dialect once; look at {', '.join(missing) or 'what is there twice'}",
    )


def _check_dialect(file: Path, dialect: Dialect, groups: set[str]) -> None:
    _refuse_if(dialect.group not in groups, file, dialect.id, f"the group {dialect.group!r} is not known")
    for key, form in _FORMS.items():
        value = getattr(dialect, key)
        # a careless reader turns the code `nan` into a number
        _refuse_if(not isinstance(value, str), file, dialect.id, f"{key} must be text, not {value!r}; quote it")
        _refuse_if(not form.fullmatch(value), file, dialect.id, f"{key} {value!r} is not well formed")
    _refuse_if(
        dialect.bcp47.split("-")[0] != dialect.iso639_3, file, dialect.id, "bcp47 and iso639_3 speak of two languages"
    )
    cues: list[Cue | SourcedCue] = [*dialect.cues, *dialect.cues_sourced]
    for cue in cues:
        _refuse_if(not 0 < cue.weight <= 1, file, dialect.id, f"the cue {cue.word} has weight {cue.weight}, not 0 to 1")
        _refuse_if(not isinstance(cue.word, str) or not cue.word, file, dialect.id, "a cue is empty or no text")


def _check_shares(dialects: Mapping[Path, Dialect]) -> set[str]:
    total: dict[str, float] = defaultdict(float)
    last_file: dict[str, Path] = {}
    for file, dialect in dialects.items():
        for area in dialect.area_codes:
            well_formed = isinstance(area.code, str) and bool(_AREA_CODE.fullmatch(area.code))
            _refuse_if(not well_formed, file, dialect.id, f"{area.code!r} is not an area code; quote it")
            _refuse_if(
                not 0 < area.share <= 1, file, dialect.id, f"the share of {area.code} is {area.share}, not 0 to 1"
            )
            total[area.code] += area.share
            last_file[area.code] = file
        codes = Counter(area.code for area in dialect.area_codes)
        twice = [code for code, count in codes.items() if count > 1]
        _refuse_if(bool(twice), file, dialect.id, f"area codes given twice: {', '.join(twice)}")
    for code, share in total.items():
        wrong = abs(share - 1) > SHARE_TOLERANCE
        _refuse_if(
            wrong, last_file[code], f"area code {code}", f"the shares of all dialects sum to {share:.3f}, not to 1"
        )
    return set(total)


def _check_numbering(file: Path, header: Header, codes: set[str], dialect_ids: set[str]) -> None:
    for old, new in header.retired_code_aliases.items():
        well_formed = isinstance(old, str) and bool(_AREA_CODE.fullmatch(old))
        _refuse_if(not well_formed, file, "retired_code_aliases", f"{old!r} is not an area code; quote it")
        _refuse_if(old in codes, file, "retired_code_aliases", f"{old} is a live code")
        _refuse_if(new not in codes, file, "retired_code_aliases", f"{old} leads to {new!r}, which no dialect has")
    for place in header.extra_numbering:
        well_formed = bool(_CALLING_CODE.fullmatch(place.calling_code))
        _refuse_if(not well_formed, file, "extra_numbering", f"{place.calling_code!r} is not a country code")
        unknown = sorted(set(place.shares) - dialect_ids)
        _refuse_if(bool(unknown), file, place.calling_code, f"unknown dialects: {', '.join(unknown)}")
        total = sum(place.shares.values())
        _refuse_if(
            abs(total - 1) > SHARE_TOLERANCE, file, place.calling_code, f"the shares sum to {total:.3f}, not to 1"
        )
