"""Fonts for the characters that fonts of staff's machines may lack: 𣍐, 𠊎, phonetic signs. Built from free fonts.

`python -m ui.rare_characters` writes `ui/static/` anew; it needs fontTools, and Debian's fonts-noto-cjk,
fonts-hanazono and fonts-dejavu-core (or a folder they are unpacked in, as its argument). The pages name
those of rare Chinese first, bound to their characters, and the signs last; a browser fetches only what it needs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).parents[1]
STATIC = Path(__file__).with_name("static")
SOURCES = {"bilingual/data": "*", "dialects/data": "*", "config/defaults": "*.yaml", "ui": "*.py"}
"""Where what is drawn stands: prompts and lint, dialects and glossaries, settings, and the console's own words."""
_READ = {".yaml", ".json", ".tsv", ".csv", ".py", ".txt"}
FAMILIES: Mapping[str, tuple[str, int, str]] = {
    "Elder Channel Signs": ("usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", 0, "fonts-dejavu-core"),
    "Elder Channel Han": ("usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2, "fonts-noto-cjk"),
    "Elder Channel Rare": ("usr/share/fonts/truetype/hanazono/HanaMinB.ttf", 0, "fonts-hanazono"),
}
"""Family, file, number within the file (2: simplified Chinese), and the package whose copyright goes along.

Hanazono has 𣍐 and seven more that Noto Sans CJK lacks."""
RARE_FAMILIES = frozenset({"Elder Channel Han", "Elder Channel Rare"})
"""Used for their characters before any font of the machine; `console.css` lists the characters."""
IN_NO_FONT = {
    "\u0e45": "a sign of the source's own coding in some readings, where ɿ or ʅ is meant",
}


def drawn_characters() -> set[str]:
    """Every character beyond ASCII that the console may draw of its own data."""
    found: set[str] = set()
    for folder, pattern in SOURCES.items():
        for file in (CHECKOUT / folder).rglob(pattern):
            if file.is_file() and file.suffix in _READ:
                found |= set(file.read_text(encoding="utf-8"))
    return {character for character in found if ord(character) > 0xA0 and character.isprintable()}


def is_rare(character: str) -> bool:
    """Whether a Chinese font may lack it: what GBK has, every one has had since 1995."""
    try:
        character.encode("gbk")
    except UnicodeEncodeError:
        return True
    return False


def rare_characters() -> set[str]:
    """What the fonts of `ui/static/` must have, together."""
    return {character for character in drawn_characters() if is_rare(character)} - set(IN_NO_FONT)


def file_of(family: str) -> Path:
    """Where a family lies: `elder-channel-han.woff`."""
    return STATIC / f"{family.lower().replace(' ', '-')}.woff"


def main() -> None:
    """Write the fonts, the list of what is in them, and their licences."""
    wanted, notes = rare_characters(), []
    root = Path(sys.argv[1] if len(sys.argv) > 1 else "/")
    STATIC.mkdir(exist_ok=True)
    for family, (source, number, package) in FAMILIES.items():
        had = _write(family, _found(root, source), number, wanted)
        wanted -= had
        copyright_ = _found(root, f"usr/share/doc/{package}/copyright").read_text(encoding="utf-8")
        notes.append(f"{file_of(family).name}: a subset of {Path(source).name} of Debian's {package}\n\n{copyright_}")
        file_of(family).with_suffix(".txt").write_text(_lines(had), encoding="utf-8")
    (STATIC / "LICENSES.txt").write_text("\n\n".join(notes), encoding="utf-8")
    if wanted:
        sys.exit(f"In none of the fonts: {' '.join(sorted(wanted))}")


def _found(root: Path, file: str) -> Path:
    """Under the root, else on this system."""
    return next((each for each in (root / file, Path("/") / file) if each.exists()), Path("/") / file)


def _write(family: str, source: Path, number: int, wanted: Iterable[str]) -> set[str]:
    from fontTools import subset
    from fontTools.ttLib import TTFont

    font: Any = TTFont(source, fontNumber=number)
    has = {character for character in wanted if ord(character) in font.getBestCmap()}
    options = subset.Options(flavor="woff", hinting=False, layout_features=["*"], name_IDs=[0, 1, 2, 4, 13, 14])
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[ord(character) for character in has])
    cutter.subset(font)
    for record in font["name"].names:
        if record.nameID in (1, 4):  # a changed font carries a name of its own
            record.string = family
    subset.save_font(font, file_of(family), options)
    return has


def _lines(characters: Iterable[str]) -> str:
    return "".join(f"U+{ord(character):05X} {character}\n" for character in sorted(characters))


if __name__ == "__main__":
    main()
