"""Whether a message can be followed by somebody old, on the telephone, at first hearing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bilingual.messages import Channel, Language, Message, Spoken
from bilingual.prompt_lint.findings import Broken, Finding, weigh
from bilingual.prompt_lint.parity import unequal
from bilingual.prompt_lint.reading import hard_to_read
from bilingual.prompt_lint.rules import Figures, Profile, load_profile
from bilingual.prompt_lint.speech import characters_per_minute, spoken_seconds
from bilingual.prompt_lint.wording import wrong_words


def lint(message: Message, profile: Profile | None = None) -> tuple[Finding, ...]:
    """Everything in a message that breaks a rule of the profile, of ours without one; empty when it can be followed."""
    held_to = profile or load_profile()
    return tuple(weigh(_broken(message, held_to.figures), message.id, held_to))


def lint_messages(messages: Iterable[Message], profile: Profile | None = None) -> tuple[Finding, ...]:
    """The findings of many messages, in their order."""
    return tuple(finding for message in messages for finding in lint(message, profile))


def _broken(message: Message, figures: Figures) -> Iterator[Broken]:
    phrases = {language: message.phrases(language) for language in Language}
    spoken = message.channel is Channel.VOICE
    for language, said in phrases.items():
        texts = [phrase.text for phrase in said]
        for text in texts:
            yield from wrong_words(text, message.id, language.value, spoken=spoken)
        yield from hard_to_read(texts, language.value, figures)
    if spoken:
        yield from _pace(message, figures)
    yield from unequal(phrases, figures, both_languages=message.both_languages, spoken=spoken)


def pace(phrases: Sequence[Spoken], language: str, figures: Figures) -> Iterator[Broken]:
    """Whether phrases are spoken slowly enough, are over soon enough, and have quiet between them."""
    rate = characters_per_minute(phrases)
    if rate > figures.max_characters_per_minute:
        yield Broken("too_fast", f"{rate:.0f} characters a minute", language)
    if (seconds := spoken_seconds(phrases)) > figures.max_seconds:
        yield Broken("too_long", f"{seconds:.1f} s", language)
    if len(phrases) > 1 and (pause := min(phrase.pause_after_ms for phrase in phrases)) < figures.min_pause_ms:
        yield Broken("pause", f"{pause} ms between phrases", language)


def _pace(message: Message, figures: Figures) -> Iterator[Broken]:
    for language in Language:
        yield from pace(message.phrases(language), language.value, figures)
    if message.both_languages:
        seconds = sum(spoken_seconds(message.phrases(language)) for language in Language)
        if seconds > figures.max_seconds:
            yield Broken("too_long", f"{seconds:.1f} s in both languages")
