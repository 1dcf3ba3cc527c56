"""What was understood is compared with what was said, sound by sound and unit by unit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bilingual.messages import parse_messages
from bilingual.prompt_audio.build import build
from bilingual.prompt_audio.manifest import read_manifest
from bilingual.prompt_audio.readback import ReadBack, rate_of, read_back, units
from bilingual.prompt_audio.renditions import renditions
from bilingual.prompt_audio.shelf import Shelf
from bilingual.prompt_audio.table import TABLE_BEGIN, TABLE_END, replace_table
from dialects.error_rates import edits
from dialects.recognizers.port import RATE_HZ, Capabilities, Recognition
from tests.fakes.prompt_voice import HummingVoice

MESSAGES = parse_messages(
    "messages: [{id: hello, purpose: p, channel: voice, pause_after_ms: 700, zh: [您好。, 请按零。], en: [Hello.]}]",
    source="test",
)


class Listener:
    """Writes what it is told to, and remembers how long it listened."""

    capabilities = Capabilities(name="listener", languages=frozenset({"zh", "en"}), dialects=frozenset())

    def __init__(self, writes: str) -> None:
        self.writes = writes
        self.seconds: list[float] = []

    def recognize(
        self, utterances: Sequence[NDArray[np.float32]], *, languages: Sequence[str] = ("zh", "en")
    ) -> list[Recognition]:
        self.seconds += [utterance.size / RATE_HZ for utterance in utterances]
        return [Recognition(text=self.writes, language=languages[0]) for _ in utterances]


def test_a_prompt_is_heard_whole_with_its_pauses(tmp_path: Path) -> None:
    """Its phrases in order, the quiet between them, and a moment of quiet around."""
    entries = build(renditions(MESSAGES.values(), {}), [HummingVoice()], tmp_path).entries
    listener = Listener("您好,请按0")
    found = read_back(entries, Shelf([tmp_path]).wave, MESSAGES, listener)
    assert [(each.message, each.language, each.manner) for each in found] == [
        ("hello", language, manner) for language in ("en", "zh") for manner in ("hearing", "plain")
    ]
    plain = next(place for place, each in enumerate(found) if (each.language, each.manner) == ("zh", "plain"))
    parts = [entry.seconds for entry in entries if (entry.language, entry.manner) == ("zh", "plain")]
    assert listener.seconds[plain] == pytest.approx(sum(parts) + 0.7 + 2 * 0.3, abs=0.05)
    assert rate_of(found, "zh") == 0
    assert rate_of(found, "en") == 5  # five units of Chinese for one English word
    assert found[plain].is_right


@pytest.mark.parametrize(
    ("language", "said", "heard", "right", "errors"),
    [
        pytest.param("zh", "请按零。", "請按0", True, 0, id="other script and a numeral"),
        pytest.param(
            "zh", "请按零。", "请按铃", True, 1, id="a homophone was heard right and is an error all the same"
        ),
        pytest.param("zh", "有人接。", "有人解", False, 1, id="another tone"),
        pytest.param("zh", "打幺幺零。", "打110", True, 0, id="a telephone number"),
        pytest.param("zh", "打幺幺零。", "打妖妖灵", True, 3, id="a telephone number written by its sound"),
        pytest.param("zh", "打幺幺零。", "打要要零", False, 2, id="a telephone number in another tone"),
        pytest.param("zh", "长者热线。", "長著熱線", True, 1, id="a neutral tone is no other tone"),
        pytest.param("zh", "接着说。", "接著說", True, 0, id="one word in two scripts"),
        pytest.param("en", "Call one one zero.", "call 110", True, 0, id="a telephone number in English"),
        pytest.param("en", "The elders' line.", "The Elder line.", False, 1, id="a plural"),
        pytest.param("en", "Goodbye.", "Good bye.", True, 2, id="one word written as two"),
    ],
)
def test_what_counts_as_an_error(language: str, said: str, heard: str, right: bool, errors: int) -> None:
    """Writing is made alike; what was heard is not."""
    compared = edits(units(said, language), units(heard, language))
    assert ReadBack("m", language, "plain", said, heard, compared, 1.0).is_right is right
    assert compared.errors == errors


def test_the_table_replaces_the_one_that_stood_there(tmp_path: Path) -> None:
    """One row for each prompt; a page without a place for it is refused."""
    entries = build(renditions(MESSAGES.values(), {}), [HummingVoice()], tmp_path).entries
    found = read_back(entries, Shelf([tmp_path]).wave, MESSAGES, Listener("a|b"))
    page = replace_table(f"before\n{TABLE_BEGIN}\nold\n{TABLE_END}\nafter\n", found, read_manifest(tmp_path).entries)
    assert page.count("| `hello` |") == 4
    assert "old" not in page
    assert page.startswith("before\n")
    assert page.endswith("after\n")
    with pytest.raises(ValueError, match="no lines"):
        replace_table("nothing", found, entries)
