"""How well replies are understood: on the frozen set, and false opt-outs among ordinary texts."""

from __future__ import annotations

import csv
import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from greeting_sms.errors import InboundSetError
from greeting_sms.inbound.classify import classify
from greeting_sms.inbound.folding import fold
from greeting_sms.inbound.labels import PERHAPS_URGENT, Decider, Label
from greeting_sms.inbound.ordinary_texts import OrdinaryText, Part
from greeting_sms.inbound.seeds import examples

_Z = 1.96
_COLUMNS = {"id", "text", "label", "language", "style", "note"}
PER = 10_000


@dataclass(frozen=True)
class Labelled:
    """One message of the frozen set."""

    id: str
    text: str
    label: Label
    language: str
    style: str
    hard: bool


@dataclass(frozen=True)
class Share:
    """So many of so many, with the 95% interval of Wilson 1927."""

    right: int
    count: int

    @property
    def value(self) -> float:
        """The share, 0 where nothing was counted."""
        return self.right / self.count if self.count else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Where the share may lie; everywhere when nothing was counted."""
        if not self.count:
            return 0.0, 1.0
        spread = _Z**2 / self.count
        middle = (self.value + spread / 2) / (1 + spread)
        half = _Z * math.sqrt(self.value * (1 - self.value) / self.count + spread / (4 * self.count)) / (1 + spread)
        return max(0.0, middle - half), min(1.0, middle + half)

    def as_json(self) -> dict[str, Any]:
        """For reports."""
        return {"right": self.right, "count": self.count, "value": self.value, "interval": list(self.interval)}


@dataclass(frozen=True)
class SetFigures:
    """What came out on the frozen set."""

    digest: str
    recall: dict[Label, Share]
    """Of each label: the share that was labelled so; a message left to a person is none of them."""
    precision: dict[Label, Share]
    urgent_real: Share
    opt_out_real: Share
    """Recall among the messages in real style."""
    urgent_new: Share
    opt_out_new: Share
    """Recall among messages no seed is equal to, letter for letter: 退订 and help are in every list of anybody's."""
    by_rule: dict[Label, int]
    """How many of a label were found by a rule."""
    to_a_person: Share
    urgent_seen: Share
    opt_out_seen: Share
    """Labelled so, or read by a person: the share that is not lost."""
    urgent_at_once: Share
    """Labelled so, or read by a person before all other orders."""
    opt_out_stopped: Share
    """After which nothing more is sent: labelled so, or held until a person has read it."""
    harmless_held: Share
    """Held among messages that are neither opt-outs, urgent nor wrong numbers."""
    false_opt_outs: Share
    """Among messages that are neither opt-outs nor urgent."""
    hard_right: Share


@dataclass(frozen=True)
class OrdinaryFigures:
    """What came out on ordinary texts."""

    opt_outs: Share
    """Taken for an opt-out, so that the number's greetings end and nobody has read it: in the part that judges."""
    opt_outs_not_wished: Share
    """The same without texts which the frozen set labels as opt-outs, letter for letter: 不要, 别烦我, td."""
    urgent: Share
    perhaps_urgent: Share
    """Given to a person at once."""
    held: Share
    """Hold their number until a person has read them."""
    to_a_person: Share
    """Read by a person because no machine settled them, at once or not."""
    opt_outs_looked_at: Share
    """In the half that was looked at while rules were written."""
    opt_outs_choosing: Share
    """In the quarter whose totals chose the operating points."""


def read_set(file: Path) -> tuple[str, tuple[Labelled, ...]]:
    """The SHA-256 and the messages of a labelled set. Raises `InboundSetError` naming the line."""
    try:
        content = file.read_bytes()
        lines = csv.DictReader(content.decode("utf-8-sig").splitlines(keepends=True))
        if missing := _COLUMNS - set(lines.fieldnames or ()):
            raise InboundSetError(f"{file.name}: no column {sorted(missing)[0]!r}")
        read = tuple(_labelled(row, file.name, lines.line_num) for row in lines)
    except OSError as error:
        raise InboundSetError(f"{file.name}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InboundSetError(f"{file.name}: not in UTF-8") from error
    return hashlib.sha256(content).hexdigest(), read


def measure_set(digest: str, messages: Sequence[Labelled]) -> SetFigures:
    """Classify every message once."""
    said = [(each, classify(each.text)) for each in messages]

    def share(asked: Iterable[bool]) -> Share:
        asked = list(asked)
        return Share(sum(asked), len(asked))

    def recall(label: Label, style: str | None = None) -> Share:
        return share(made.label is label for each, made in said if each.label is label and style in (None, each.style))

    def seen(label: Label) -> Share:
        return share(made.label in (label, None) for each, made in said if each.label is label)

    learned = _learned()

    def new(label: Label) -> Share:
        mine = ((each, made) for each, made in said if each.label is label)
        return share(made.label is label for each, made in mine if fold(each.text).compact not in learned)

    harmless = [(each, made) for each, made in said if each.label not in (Label.OPT_OUT, Label.URGENT)]
    return SetFigures(
        digest=digest,
        recall={label: recall(label) for label in Label},
        precision={label: share(each.label is label for each, made in said if made.label is label) for label in Label},
        urgent_real=recall(Label.URGENT, "real"),
        opt_out_real=recall(Label.OPT_OUT, "real"),
        urgent_new=new(Label.URGENT),
        opt_out_new=new(Label.OPT_OUT),
        by_rule=dict(Counter(made.label for _, made in said if made.label and made.decider is Decider.RULE)),
        to_a_person=share(made.label is None for _, made in said),
        urgent_seen=seen(Label.URGENT),
        opt_out_seen=seen(Label.OPT_OUT),
        urgent_at_once=share(
            made.label is Label.URGENT or made.rule == PERHAPS_URGENT
            for each, made in said
            if each.label is Label.URGENT
        ),
        opt_out_stopped=share(made.stops for each, made in said if each.label is Label.OPT_OUT),
        harmless_held=share(made.holds for each, made in harmless if each.label is not Label.WRONG_NUMBER),
        false_opt_outs=share(made.label is Label.OPT_OUT for _, made in harmless),
        hard_right=share(made.label is each.label for each, made in said if each.hard),
    )


def measure_ordinary(texts: Iterable[OrdinaryText], messages: Sequence[Labelled]) -> OrdinaryFigures:
    """Classify ordinary texts, which are all taken to be no opt-outs."""
    wished = {fold(each.text).compact for each in messages if each.label is Label.OPT_OUT} - {""}
    counted: Counter[str] = Counter()
    for each in texts:
        made = classify(each.text)
        label = made.label
        part = each.part
        counted[part] += 1
        counted[f"{part}.{label or made.rule}"] += 1
        counted[f"{part}.held"] += made.holds
        counted[f"{part}.person"] += label is None
        if part is Part.JUDGES and label is Label.OPT_OUT and fold(each.text).compact in wished:
            counted["wished"] += 1

    def share(what: str, part: Part = Part.JUDGES) -> Share:
        return Share(counted[f"{part}.{what}"], counted[part])

    opt_outs = share(Label.OPT_OUT)
    return OrdinaryFigures(
        opt_outs=opt_outs,
        opt_outs_not_wished=Share(opt_outs.right - counted["wished"], opt_outs.count - counted["wished"]),
        urgent=share(Label.URGENT),
        perhaps_urgent=share(PERHAPS_URGENT),
        held=share("held"),
        to_a_person=share("person"),
        opt_outs_looked_at=share(Label.OPT_OUT, Part.LOOKED_AT),
        opt_outs_choosing=share(Label.OPT_OUT, Part.CHOOSES),
    )


@cache
def _learned() -> frozenset[str]:
    """Every example of the seeds, as it is compared."""
    return frozenset(fold(each.text).compact for each in examples())


def _labelled(row: dict[str, str], name: str, line: int) -> Labelled:
    try:
        label = Label(row["label"])
    except ValueError as error:
        raise InboundSetError(f"{name}, line {line}: no label is named {row['label']!r}") from error
    return Labelled(row["id"], row["text"], label, row["language"], row["style"], row["note"].startswith("hard"))
