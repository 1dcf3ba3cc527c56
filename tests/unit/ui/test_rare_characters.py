"""Every character of the console's own data can be drawn by a font that the pages name."""

from __future__ import annotations

import re

import pytest

from ui.components.frame import ASSETS
from ui.launch import STREAMLIT_OPTIONS
from ui.rare_characters import FAMILIES, RARE_FAMILIES, drawn_characters, file_of, is_rare, rare_characters

STYLES = ASSETS / "console.css"
LISTED = re.compile(r"U\+([0-9A-F]{5}) ")


def listed(family: str) -> set[str]:
    """What stands in the list beside the font."""
    text = file_of(family).with_suffix(".txt").read_text(encoding="utf-8")
    return {chr(int(code, 16)) for code in LISTED.findall(text)}


def test_what_fonts_may_lack_is_in_the_fonts_that_come_along() -> None:
    """Anew with `python -m ui.rare_characters` when a dialect brings a new one."""
    shipped = set().union(*map(listed, FAMILIES))
    assert sorted(rare_characters() - shipped) == []


@pytest.mark.parametrize("character", ["𣍐", "𠊎"], ids=["U+23350", "U+2028E"])
def test_the_characters_of_fuzhou_and_hakka_are_there(character: str) -> None:
    """They stand in the data, are rare, and are in a font."""
    assert character in drawn_characters()
    assert is_rare(character)
    assert any(character in listed(family) for family in FAMILIES)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_font_has_what_its_list_says(family: str) -> None:
    """Read from the file itself."""
    fonts = pytest.importorskip("fontTools.ttLib", reason="fontTools is not installed (extra full)")
    assert set(map(chr, fonts.TTFont(file_of(family)).getBestCmap())) >= listed(family)


def test_the_pages_name_the_fonts_and_serve_them() -> None:
    """Rare Chinese first and for its own characters alone, signs last; nothing is asked of anybody else."""
    stack, styles = STREAMLIT_OPTIONS["theme.font"], STYLES.read_text(encoding="utf-8")
    first_of_the_machine, last_of_the_machine = stack.index("system-ui"), stack.index("Noto Sans CJK SC")
    for family in FAMILIES:
        is_rare_chinese = family in RARE_FAMILIES
        assert (stack.index(family) < first_of_the_machine) is is_rare_chinese
        assert (stack.index(family) > last_of_the_machine) is not is_rare_chinese
        [face] = re.findall(rf'@font-face {{ font-family: "{family}";.*', styles)
        ranged = set(map(chr, (int(code, 16) for code in re.findall(r"U\+([0-9A-F]+)", face))))
        assert ranged == (listed(family) if is_rare_chinese else set())
    assert STREAMLIT_OPTIONS["server.enableStaticServing"] == "true"
    assert all(file_of(family).stat().st_size < 60_000 for family in FAMILIES)
