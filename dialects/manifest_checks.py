"""A manifest looked through before anything is heard: better a sentence at once than an error after half an hour."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dialects.acoustics import ENGLISH
from dialects.catalogue import Catalogue
from dialects.errors import ManifestError
from dialects.utterances import Clip, read_manifest

UNSPECIFIED = "_unspecified"
"""Ending of an id that names a group of the catalogue and no dialect, `wu_unspecified`."""


def clips_to_measure(
    file: Path, *, catalogue: Catalogue, split: str | None = None, unit: str | None = None
) -> list[Clip]:
    """The clips of a split and of a unit (`sentence`), or all, each with a known id and a recording that is there.

    Raises ManifestError with file, line and column, also when no row is left.
    """
    clips = read_manifest(file)
    if not clips:
        raise ManifestError(file, 1, "it has no rows")
    for column, wanted in (("split", split), ("unit", unit)):
        if wanted is not None:
            clips = _chosen(file, clips, column, wanted)
    for clip in clips:
        if not known_id(clip.dialect_id, catalogue):
            raise ManifestError(file, clip.line, _unknown(clip.dialect_id))
        if not clip.path.is_file():
            raise ManifestError(file, clip.line, f"file: there is no recording {clip.path}")
    return clips


def known_id(dialect_id: str, catalogue: Catalogue) -> bool:
    """Whether a clip may be of this: one of the 42, Putonghua, English, or a group of the catalogue, unspecified."""
    if dialect_id.endswith(UNSPECIFIED):
        return dialect_id.removesuffix(UNSPECIFIED) in catalogue.groups
    return dialect_id == ENGLISH or dialect_id in catalogue.classes


def _unknown(dialect_id: str) -> str:
    return (
        f"dialect_id: {dialect_id!r} is none of the 42 dialects (elder-channel dialects list), nor putonghua, "
        f"{ENGLISH} or a group as in wu{UNSPECIFIED}"
    )


def _chosen(file: Path, clips: Sequence[Clip], column: str, wanted: str) -> list[Clip]:
    found = [clip for clip in clips if getattr(clip, column) == wanted]
    if not found:
        there = sorted({getattr(clip, column) or "(empty)" for clip in clips})
        raise ManifestError(file, 1, f"{column}: no row has {wanted!r}; there are {', '.join(there)}")
    return found
