"""What a manifest says was said, where it can be compared with what a recognizer writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialects.references import Written, reference_of
from dialects.utterances import Clip


@pytest.mark.parametrize(
    ("transcript", "kind", "dialect_id", "text"),
    [
        ("我想查保单。", "hanzi", "henan", "我想查保单。"),
        ("我想查保单。", "", "henan", "我想查保单。"),
        ("引進 ín-tsìn", "hanzi", "minnan", "引進"),
        ("对于", "hanzi", "putonghua", "对于"),
        ("两 个", "hanzi", "putonghua", "两 个"),
        ("飯頓 pn̄g-tǹg", "hanzi", "minnan", "飯頓"),
        ("角 kak", "hanzi", "minnan", "角"),
        ("聖 【白】siànn", "hanzi", "minnan", "聖"),
        ("我要用 APP", "hanzi", "putonghua", "我要用 APP"),
        ("荒唐（方肠）拉屎", "hanzi", "fuzhou", "荒唐 拉屎"),
        ("I NEED HELP", "english", "english", "I NEED HELP"),
        ("I NEED HELP", "", "english", "I NEED HELP"),
        ("ngai5 voi5", "romanisation", "hakka", None),
        ("ngai5 voi5", "", "hakka", None),
        ("", "none", "hakka", None),
        ("", "english", "english", None),
        ("他说，等于没吃……", "hanzi", "tianjin", None),
        ("and then...", "english", "english", None),
    ],
)
def test_only_what_a_recognizer_writes_is_compared(
    transcript: str, kind: str, dialect_id: str, text: str | None
) -> None:
    """Readings and notes are taken out; romanisations, and texts that break off, give no figure."""
    clip = Clip(Path("a.flac"), "dev", dialect_id, "sentence", 3.0, "a/b", "CC0", transcript, kind)
    reference = reference_of(clip)
    assert (reference.text if reference else None) == text
    if reference:
        assert reference.written is (Written.ENGLISH if dialect_id == "english" else Written.CHINESE)
