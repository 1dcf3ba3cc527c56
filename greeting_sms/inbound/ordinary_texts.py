"""Ordinary texts that are no replies to us, from the NUS SMS Corpus: what a false opt-out is counted on.

Chen and Kan 2013, "Creating a live, public short message service corpus: the NUS SMS corpus". Read where it lies, never
copied, never trained on. Messages with an even number were looked at while the rules were written; odd ones only count.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

FILE = "sms/nus_sms_corpus_zh_2015.zip"
"""Below the folder of the reference data."""


@dataclass(frozen=True)
class OrdinaryText:
    """One message of the corpus."""

    number: int
    text: str

    @property
    def was_looked_at(self) -> bool:
        """Whether it may have been read while rules were written."""
        return self.number % 2 == 0


def ordinary_texts(archive: Path) -> Iterator[OrdinaryText]:
    """The messages of the corpus, one after the other; memory stays small."""
    with zipfile.ZipFile(archive) as folder, folder.open(folder.namelist()[0]) as source:
        for _, element in ET.iterparse(source):  # noqa: S314 - as above
            if element.tag == "message":
                yield OrdinaryText(int(element.get("id", "0")), element.findtext("text") or "")
                element.clear()
