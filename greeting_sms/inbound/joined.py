"""Replies that say two things, made of two examples: 谢谢祝福 我摔倒了. The graver of the two is what they are."""

from __future__ import annotations

import random
from collections.abc import Sequence

from greeting_sms.inbound.labels import Label
from greeting_sms.inbound.seeds import Example

PAIRS = 3000
LONGEST, SHORTEST = 24, 3
"""Characters of an example that is joined: of a shorter one nobody knows what it says beside more words."""
_HARMLESS = (Label.OTHER, Label.OTHER, Label.OTHER, Label.THANKS, Label.QUESTION, Label.COMPLAINT)
"""One of each pair is of these, talk of no matter as often as the others together."""
_BETWEEN = (" ", "，", "。", " ", "")


def joined(learned: Sequence[Example], count: int = PAIRS) -> list[Example]:
    """So many pairs of examples, drawn the same way every time, each with a seed number of its own below zero.

    Made of what a model learns from, after folds are cut: nothing that is held out gets in.
    """
    drawn = random.Random(20261123)  # noqa: S311 - no secret: the same pairs every time
    order = {label: number for number, label in enumerate(Label)}
    by_label = {label: [each for each in learned if each.label is label and _fits(each)] for label in Label}
    harmless = [label for label in _HARMLESS if by_label[label]]
    others = [*harmless, *(label for label in (Label.URGENT, Label.OPT_OUT) if by_label[label])]
    made: list[Example] = []
    while harmless and len(made) < count:
        pair = [drawn.choice(by_label[drawn.choice(labels)]) for labels in (harmless, others)]
        drawn.shuffle(pair)
        graver = min((each.label for each in pair), key=order.__getitem__)
        made.append(Example(drawn.choice(_BETWEEN).join(each.text for each in pair), graver, -1 - len(made)))
    return made


def _fits(example: Example) -> bool:
    return SHORTEST <= len(example.text) <= LONGEST
