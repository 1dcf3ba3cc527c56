"""The messages as a page of documentation: `python -m bilingual.message_table > docs/messages.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence

from bilingual.messages import Channel, Language, Message, Review, load_messages
from bilingual.prompt_lint import spoken_seconds

_HEADING = """# What the line says

Everything the line says and writes by itself, in Chinese and English. It lives in `bilingual/data/messages/`; this page
is made from there by `python -m bilingual.message_table > docs/messages.md`, and a test fails when the two differ. `·`
marks a pause. Words in braces are variables; behind them stands in what form they come (`telephone`: digit by digit,
one as 幺; `quantity`: as a number of things, 两 and not 二). How a message, a value or a language is found wanting, and
what is said then, is told in [languages.md](languages.md).
"""
_VOICE = """
## Spoken

Seconds are those of the modelled voice, pauses included. Messages marked "both" are said in both languages, because
the caller's is not known yet.

| id | when | 中文 | English | languages | seconds (zh / en) |
|---|---|---|---|---|---|
"""
_WRITTEN = """
## {title}

| id | when | 中文 | English |
|---|---|---|---|
"""
_DIALECTS = """
## In dialects

As spoken there, with what it was made from. A draft has been read by no native speaker: staff and whoever records it
see it, and the line never says it. What is missing falls back to Putonghua.

| id | dialect | wording | reading | review | source |
|---|---|---|---|---|---|
"""
_TITLES = {Channel.WEB: "On pages", Channel.TEXT: "As texts"}


def message_table(messages: Iterable[Message]) -> str:
    """The page as Markdown, one row a message, ending in a line break."""
    chosen = tuple(messages)
    return _HEADING + "".join(_parts(chosen))


def _parts(messages: Sequence[Message]) -> Iterator[str]:
    spoken = [message for message in messages if message.channel is Channel.VOICE]
    yield _VOICE + "".join(map(_spoken_row, spoken))
    for channel, title in _TITLES.items():
        if chosen := [message for message in messages if message.channel is channel]:
            yield _WRITTEN.format(title=title) + "".join(_row(*_words(message)) for message in chosen)
    if any(message.dialects for message in messages):
        yield _DIALECTS + "".join(row for message in messages for row in _dialect_rows(message))


def _spoken_row(message: Message) -> str:
    seconds = " / ".join(f"{spoken_seconds(message.phrases(language)):.1f}" for language in Language)
    return _row(*_words(message), "both" if message.both_languages else "the caller's", seconds)


def _words(message: Message) -> tuple[str, str, str, str]:
    purpose = message.purpose
    if message.variables:
        forms = ", ".join(f"`{name}`: {variable.format}" for name, variable in message.variables.items())
        purpose = f"{purpose} ({forms})"
    return f"`{message.id}`", purpose, " · ".join(message.zh), " · ".join(message.en)


def _dialect_rows(message: Message) -> Iterator[str]:
    for id_, wording in message.dialects.items():
        reading = " · ".join(wording.reading) or "none"
        review = "draft" if wording.review is Review.DRAFT else "checked by a native speaker"
        yield _row(f"`{message.id}`", f"`{id_}`", " · ".join(wording.phrases), reading, review, wording.source)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


if __name__ == "__main__":
    sys.stdout.write(message_table(load_messages(None).values()))
