"""The table of prompts in `docs/prompts.md`: what was said, how long and how loud, and what was understood."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import mean

from bilingual.prompt_audio.manifest import Entry
from bilingual.prompt_audio.readback import ReadBack

TABLE_BEGIN = "<!-- prompts: begin (written by `elder-channel prompts readback`) -->"
TABLE_END = "<!-- prompts: end -->"
_HEADING = """
| message | language | manner | seconds | LUFS | says | was heard as | wrong |
|---|---|---|---|---|---|---|---|
"""


def prompts_table(results: Sequence[ReadBack], entries: Iterable[Entry]) -> str:
    """One row for each prompt in each manner."""
    loudness: dict[tuple[str, str, str], list[float]] = {}
    for entry in entries:
        loudness.setdefault((entry.message, entry.language, entry.manner), []).append(entry.lufs)
    return _HEADING.lstrip("\n") + "".join(_row(each, loudness) for each in results)


def replace_table(document: str, results: Sequence[ReadBack], entries: Iterable[Entry]) -> str:
    """The document with its table renewed; ValueError when it has no place for one."""
    before, begin, rest = document.partition(TABLE_BEGIN)
    _, end, after = rest.partition(TABLE_END)
    if not (begin and end):
        raise ValueError(f"the document has no lines {TABLE_BEGIN} and {TABLE_END}")
    return f"{before}{TABLE_BEGIN}\n\n{prompts_table(results, entries)}\n{TABLE_END}{after}"


def _row(each: ReadBack, loudness: Mapping[tuple[str, str, str], Sequence[float]]) -> str:
    lufs = mean(loudness[each.message, each.language, each.manner])
    wrong = f"{each.edits.errors} of {each.edits.units}"
    cells = (f"`{each.message}`", each.language, each.manner, f"{each.seconds:.1f}", f"{lufs:.1f}", each.text)
    return f"| {' | '.join((*cells, each.heard.replace('|', ' '), wrong))} |\n"
