"""What a caller hears of a document, whether a voice of the carrier says it or a sound of ours is played."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from elder_channel.bootstrap import Line


def heard_in(document: ET.Element, line: Line) -> str:
    """Everything the document says, in order."""
    return "".join(
        _words_of(verb, line) for verb in document.iter() if verb.tag in ("Say", "Play") or verb.tag == "prosody"
    )


def _words_of(verb: ET.Element, line: Line) -> str:
    if verb.tag != "Play":
        return verb.text or ""
    played = line.sounds.named(PurePosixPath(urlsplit(verb.text or "").path).stem)
    assert played is not None, f"nobody knows what {verb.text} says"
    return played.text
