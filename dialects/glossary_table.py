"""The glossaries as a page of documentation: `python -m dialects.glossary_table > docs/dialect-glossary.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from dialects.catalogue import Catalogue, load_catalogue
from dialects.dialect import Group
from dialects.glossary import banner, english_banner
from dialects.glossary_words import Field, GlossaryWord, word_sources, words_of

ASKED_FOR = 10
"""Words of each field that a group should have."""

_HEADING = """# Words that differ

What the agent's [desk](desk.md) marks in what a caller said, and shows beside it. Every word is from a published
survey: `beida` is Peking University's 汉语方言词汇 (1964) as lexibank/beidasinitic, `liu` the list of Liu (2007) as
lexibank/liusinitic, both CC BY 4.0; which words of them is in `cues_sourced` of each dialect and in
`dialects/data/glossary/insurance.yaml`. Eight dialects that neither survey covers, and one word of a
ninth, have theirs from the pages [below](#pages), each word with its page in `dialects/data/glossary/pages.yaml`:
weaker evidence, most of it no survey. **All of it is a draft: no native speaker has checked it.** Misread
characters of the old prints are in it.

*Insurance* are words of illness, accidents, family and money. Words of the trade itself (保单, 理赔) stand in no
published dialect list; callers say the Mandarin word. Where no list exists nothing is made up: such a dialect borrows
the words of a relative of its branch and says so, or has none. This page is made by
`python -m dialects.glossary_table > docs/dialect-glossary.md`, and a test fails when it differs.

"""


def page(catalogue: Catalogue) -> str:
    """The page as Markdown, ending in a line break."""
    parts = (*_groups(catalogue), "", *_dialects(catalogue), "", *_pages(catalogue), "", *_english())
    return _HEADING + "\n".join(parts) + "\n"


def meanings_of(group: Group, catalogue: Catalogue, field: Field) -> frozenset[str]:
    """The meanings for which any dialect of the group has a word of its own in a list."""
    words = (word for class_id in catalogue.members(group.id) for word in words_of(class_id, catalogue))
    return frozenset(word.mandarin for word in words if word.field is field)


def _groups(catalogue: Catalogue) -> Iterator[str]:
    yield "## Groups"
    yield ""
    yield "| group | dialects with a list | everyday | insurance | |"
    yield "|---|---|---|---|---|"
    for group in catalogue.groups.values():
        listed = [catalogue.name(each) for each in catalogue.members(group.id) if words_of(each, catalogue)]
        counts = {field: len(meanings_of(group, catalogue, field)) for field in Field}
        short = [f"only {count} {field}" for field, count in counts.items() if count < ASKED_FOR]
        remark = f"{', '.join(short)}: the lists have no more" if short else ""
        figures = " | ".join(str(counts[field]) for field in (Field.EVERYDAY, Field.INSURANCE))
        yield f"| {group.zh} {group.en} | {'、'.join(listed)} | {figures} | {remark} |"


def _dialects(catalogue: Catalogue) -> Iterator[str]:
    yield "## Dialects"
    yield ""
    yield "| dialect | words of | everyday | insurance |"
    yield "|---|---|---|---|"
    for class_id, dialect in catalogue.dialects.items():
        shown = {field: banner(class_id, catalogue, field=field) for field in Field}
        whose = dict.fromkeys(catalogue.name(found.of) for found in shown.values() if found)
        cells = (_cell(found.words if found else ()) for found in shown.values())
        yield f"| {dialect.zh} | {'、'.join(whose) or 'no list'} | {' | '.join(cells)} |"


def _cell(words: tuple[GlossaryWord, ...]) -> str:
    return "，".join(f"{word.word}={word.mandarin}" for word in words) or "none"


def _pages(catalogue: Catalogue) -> Iterator[str]:
    yield "## Pages"
    yield ""
    yield (
        "`dictionary` names the printed dictionary or gazetteer it follows, `wiki` is written by volunteers, `page` is "
        "somebody's page about the dialect."
    )
    yield ""
    yield "| page | kind | words of |"
    yield "|---|---|---|"
    for source in word_sources().values():
        users = (
            each for each in catalogue.dialects if any(word.source == source.id for word in words_of(each, catalogue))
        )
        yield f"| [{source.title}]({source.url}) | {source.kind} | {'、'.join(map(catalogue.name, users))} |"


def _english() -> Iterator[str]:
    yield "## English callers"
    yield ""
    yield (
        "Marked with their Chinese; sources in `dialects/data/glossary/english.yaml`, all secondary or ours, none "
        "checked by a professional:"
    )
    yield ""
    yield "，".join(f"{word.word}={word.mandarin}" for word in english_banner(size=1000).words) + "."


if __name__ == "__main__":
    sys.stdout.write(page(load_catalogue()))
