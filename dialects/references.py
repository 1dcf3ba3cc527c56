"""What the recordings of a manifest say, where it stands there in a form that a transcript can be held against.

The manifest's columns `transcript` and `transcript_kind` (`hanzi`, `english`, `romanisation`, `none`). Without the
second, characters are taken for Chinese, and Latin letters for English where the clip is English. A romanisation is no
text that a recognizer writes, and the systems differ from source to source: nothing is measured against it. Nor against
a text that breaks off with an ellipsis: what was said after it would count as invented.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from dialects.acoustics import ENGLISH
from dialects.spoken_form import has_chinese
from dialects.utterances import Clip

_NOTE = re.compile(r"【[^】]*】|\([^)]*\)|（[^）]*）")
_MORE_WAS_SAID = re.compile(r"(…|\.\.\.)\W*$")
_LATIN = "A-Za-zÀ-ɏḀ-ỿⁿ"
_READING_AFTER = re.compile(
    rf"^(?P<characters>[^\s{_LATIN}]+)\s*(?P<reading>[{_LATIN}][{_LATIN}\u0300-\u036f'·/\- ]*)$"
)


class Written(StrEnum):
    """What a reference is written in, which says how it is compared."""

    CHINESE = "chinese"  # by characters and by toneless syllables
    ENGLISH = "english"  # by words


@dataclass(frozen=True)
class Reference:
    """What was said in a clip."""

    text: str
    written: Written


def reference_of(clip: Clip) -> Reference | None:
    """What the clip says, None where the manifest does not tell.

    Notes in brackets are taken out, and a reading that follows the characters (`引進 ín-tsìn`, a dictionary's habit).
    """
    text = _NOTE.sub(" ", clip.transcript).strip()
    if _MORE_WAS_SAID.search(text):
        return None
    if has_chinese(text) and clip.transcript_kind in ("hanzi", ""):
        return Reference(_without_reading(text), Written.CHINESE)
    if text and (clip.transcript_kind == "english" or (not clip.transcript_kind and clip.dialect_id == ENGLISH)):
        return Reference(text, Written.ENGLISH)
    return None


def _without_reading(text: str) -> str:
    """`角 kak` is 角: as many syllables as characters make a reading; other Latin words were said."""
    found = _READING_AFTER.match(text)
    if found is None:
        return text
    first_of_several = re.split(r"[/·]", found["reading"])[0]
    syllables = len(re.findall(r"[^\s\-]+", first_of_several))
    return found["characters"] if syllables == len(found["characters"]) else text
