"""The messages as a page of documentation: `python -m bilingual.message_table > docs/messages.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from bilingual.messages import Language, Message, load_messages
from bilingual.prompt_lint import spoken_seconds

_HEADING = """# What the line says

Every sentence the line speaks by itself, in Chinese and English. They live in `bilingual/data/messages.yaml`;
this page is made from that file by `python -m bilingual.message_table > docs/messages.md`, and a test fails when the
two differ. `·` marks a pause. Seconds are those of the modelled voice, pauses included. Messages marked "both" are said
in both languages, because the caller's is not known yet.

| id | when | 中文 | English | languages | seconds (zh / en) |
|---|---|---|---|---|---|
"""


def message_table(messages: Iterable[Message]) -> str:
    """The page as Markdown, one row a message, ending in a line break."""
    return _HEADING + "".join(_row(message) for message in messages)


def _row(message: Message) -> str:
    seconds = " / ".join(f"{spoken_seconds(message.phrases(language)):.1f}" for language in Language)
    languages = "both" if message.both_languages else "the caller's"
    cells = (f"`{message.id}`", message.purpose, " · ".join(message.zh), " · ".join(message.en), languages, seconds)
    return f"| {' | '.join(cells)} |\n"


if __name__ == "__main__":
    sys.stdout.write(message_table(load_messages().values()))
