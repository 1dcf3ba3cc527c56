"""What other operating points would have brought: `python -m greeting_sms.inbound.operating_points [REFERENCE]`.

The whole classifier on the seeds, each with what a model says of it that has not seen its family, every seed counted
once. Where the folder of the reference data is named, also false alarms: on the ordinary texts that may be looked at,
and on the quarter whose totals choose the points. Rules were widened by the oldest seeds: what is told is too kind to
them. Takes some minutes.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from greeting_sms.inbound.classify import POINT, Judge, OperatingPoint, classify
from greeting_sms.inbound.families import distinct, families
from greeting_sms.inbound.labels import PERHAPS_URGENT, Classified, Label
from greeting_sms.inbound.model import shipped_model
from greeting_sms.inbound.ordinary_texts import FILE, Part, ordinary_texts
from greeting_sms.inbound.seeds import Example, examples
from greeting_sms.inbound.train import held_out

POINTS = {
    "as shipped": POINT,
    "urgent 0.30, named 0.15": replace(POINT, urgent=0.30, urgent_named=0.15),
    "at once 0.06": replace(POINT, perhaps_urgent=0.06),
    "at once 0.08": replace(POINT, perhaps_urgent=0.08),
    "held 0.03": replace(POINT, perhaps_opt_out=0.03),
    "held 0.05": replace(POINT, perhaps_opt_out=0.05),
    "opt-out 0.95": replace(POINT, opt_out=0.95),
    "opt-out 0.90": replace(POINT, opt_out=0.90),
    "opt-out agreed 0.70": replace(POINT, agreed_opt_out=0.70),
    "opt-out agreed 0.50": replace(POINT, agreed_opt_out=0.50),
    "opt-out agreed 0.90": replace(POINT, agreed_opt_out=0.90),
}


@dataclass(frozen=True)
class Said:
    """A model that says of every text what was said of one."""

    shares: Mapping[Label, float]

    def probabilities(self, words: str) -> Mapping[Label, float]:  # noqa: ARG002 - as a judge is asked
        """The same always."""
        return self.shares

    def known_share(self, words: str) -> float:  # noqa: ARG002 - as a judge is asked
        """All of it."""
        return 1.0


def seed_figures(learned: Sequence[Example], judges: Sequence[Judge], point: OperatingPoint) -> dict[str, float]:
    """Urgent rung, or before a person at once; opt-outs acted on, or stopped by a hold; each seed counted once."""
    sizes = Counter(each.seed for each in learned)
    right = {Label.URGENT: 0.0, Label.OPT_OUT: 0.0}
    count, at_once, stopped = dict(right), 0.0, 0.0
    for each, judge in zip(learned, judges, strict=True):
        if each.label in right:
            made = classify(each.text, model=judge, point=point)
            weight = 1 / sizes[each.seed]
            count[each.label] += weight
            right[each.label] += weight * (made.label is each.label)
            at_once += weight * _at_once(made) * (each.label is Label.URGENT)
            stopped += weight * made.stops * (each.label is Label.OPT_OUT)
    return {
        "urgent rung": right[Label.URGENT] / count[Label.URGENT],
        "urgent at once": at_once / count[Label.URGENT],
        "opt-outs acted on": right[Label.OPT_OUT] / count[Label.OPT_OUT],
        "opt-outs stopped": stopped / count[Label.OPT_OUT],
    }


def ordinary_figures(texts: Sequence[str], point: OperatingPoint) -> dict[str, float]:
    """Of 10,000 ordinary texts: urgent, before a person at once, ended, held; and the milliseconds each took."""
    began = time.process_time()
    made = [classify(text, point=point) for text in texts]
    per = 10_000 / len(texts)
    return {
        "urgent": per * sum(each.label is Label.URGENT for each in made),
        "at once": per * sum(each.rule == PERHAPS_URGENT for each in made),
        "greetings ended": per * sum(each.label is Label.OPT_OUT for each in made),
        "held": per * sum(each.holds for each in made),
        "ms each": (time.process_time() - began) * 1000 / len(texts),
    }


def tell(reference: Path | None) -> Iterator[str]:
    """A line for every operating point."""
    learned = distinct(examples())
    said = held_out(learned, families(learned))
    judges = [Said(dict(zip(Label, map(float, row), strict=True))) for row in said]
    ordinary = list(ordinary_texts(reference / FILE)) if reference else []
    shipped_model()
    for name, point in POINTS.items():
        figures = seed_figures(learned, judges, point)
        for part in (Part.LOOKED_AT, Part.CHOOSES) if ordinary else ():
            texts = [each.text for each in ordinary if each.part is part]
            figures |= {f"{part}: {what}": value for what, value in ordinary_figures(texts, point).items()}
        yield f"{name}: " + ", ".join(f"{what} {value:.3f}" for what, value in figures.items())


def _at_once(made: Classified) -> bool:
    return made.label is Label.URGENT or made.rule == PERHAPS_URGENT


if __name__ == "__main__":
    for line in tell(Path(sys.argv[1]) if len(sys.argv) > 1 else None):
        print(line, flush=True)  # noqa: T201 - a script
