"""Ordinary texts that are no replies to us, from the NUS SMS Corpus: what a false opt-out is counted on.

Chen and Kan 2013, "Creating a live, public short message service corpus: the NUS SMS corpus". Read where it lies, never
copied, never trained on. Messages with an even number were looked at while the rules were written. Of the others nobody
has read one: the totals of one half of them choose the operating points, the other half judges.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from xml.etree import ElementTree as ET

FILE = "sms/nus_sms_corpus_zh_2015.zip"
"""Below the folder of the reference data."""


class Part(StrEnum):
    """What a message is used for."""

    LOOKED_AT = "looked at"  # may have been read while rules and seeds were written
    CHOOSES = "chooses"  # its totals were looked at when operating points were chosen
    JUDGES = "judges"


@dataclass(frozen=True)
class OrdinaryText:
    """One message of the corpus."""

    number: int
    text: str

    @property
    def part(self) -> Part:
        """By the number, so that a message stays in its part."""
        return Part.LOOKED_AT if self.number % 2 == 0 else Part.CHOOSES if self.number % 4 == 1 else Part.JUDGES


def ordinary_texts(archive: Path) -> Iterator[OrdinaryText]:
    """The messages of the corpus, one after the other; memory stays small."""
    with zipfile.ZipFile(archive) as folder, folder.open(folder.namelist()[0]) as source:
        for _, element in ET.iterparse(source):  # noqa: S314 - as above
            if element.tag == "message":
                yield OrdinaryText(int(element.get("id", "0")), element.findtext("text") or "")
                element.clear()
