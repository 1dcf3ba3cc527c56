"""A dialect's wording of a message, before somebody records it: held to the rules of the Chinese it stands for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bilingual.messages import Channel, Language, Message, Review, Spoken
from bilingual.prompt_lint.findings import Broken, Finding, weigh
from bilingual.prompt_lint.linting import pace
from bilingual.prompt_lint.parity import variables_in
from bilingual.prompt_lint.rules import Figures, Profile, load_profile
from bilingual.prompt_lint.speech import keys_in
from bilingual.prompt_lint.wording import wrong_words


def lint_wording(
    message: Message, dialect_id: str, phrases: Sequence[str], *, is_checked: bool, profile: Profile | None = None
) -> tuple[Finding, ...]:
    """Everything in the phrases of one dialect that breaks a rule, or is still to be done.

    `is_checked`: whether a native speaker stands for them. Speed and length are those of the modelled Mandarin voice,
    a character a syllable; how common a character is is not asked, for a dialect is written with its own.
    """
    held_to = profile or load_profile()
    broken = _broken(message, dialect_id, phrases, held_to.figures, is_checked=is_checked)
    return tuple(weigh(broken, message.id, held_to))


def lint_wordings(message: Message, profile: Profile | None = None) -> tuple[Finding, ...]:
    """The findings of every dialect a message has a wording in, in their order."""
    return tuple(
        finding
        for dialect_id, wording in message.dialects.items()
        for finding in lint_wording(
            message,
            dialect_id,
            wording.phrases,
            is_checked=wording.review is Review.NATIVE_CHECKED,
            profile=profile,
        )
    )


def _broken(
    message: Message, dialect_id: str, phrases: Sequence[str], figures: Figures, *, is_checked: bool
) -> Iterator[Broken]:
    if not is_checked:
        yield Broken("not_heard", "a draft: no native speaker stands for it", dialect_id)
    for text in phrases:
        yield from wrong_words(text, message.id, dialect_id, spoken=message.channel is Channel.VOICE)
    yield from _beside_chinese(phrases, [phrase.text for phrase in message.phrases(Language.ZH)], dialect_id)
    if message.channel is Channel.VOICE:
        spoken = [Spoken(text, Language.ZH.tag, message.pause_after_ms) for text in phrases]
        yield from pace(spoken, dialect_id, figures)


def _beside_chinese(phrases: Sequence[str], chinese: Sequence[str], dialect_id: str) -> Iterator[Broken]:
    own, other = " ".join(phrases), " ".join(chinese)
    if keys_in(own) != keys_in(other):
        yield Broken("other_keys", "other keys than in Chinese", dialect_id)
    if variables_in(own) != variables_in(other):
        yield Broken("other_variables", "other variables than in Chinese", dialect_id)
    if len(phrases) != len(chinese):
        yield Broken("other_phrases", f"{len(phrases)} phrases, {len(chinese)} in Chinese", dialect_id)
