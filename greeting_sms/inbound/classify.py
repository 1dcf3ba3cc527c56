"""What a reply wants: rules first, then the small model, then a person.

What ends a customer's greetings is done by no guess: a published key alone, or words of a way out that rule and model
both are sure of. What may be an opt-out holds the number until a person has read it. What tells of danger is rung, what
may tell of it is read at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from greeting_sms.inbound.concepts import MARK, features
from greeting_sms.inbound.folding import Folded, fold
from greeting_sms.inbound.labels import PERHAPS_OPT_OUT, PERHAPS_URGENT, Classified, Decider, Label
from greeting_sms.inbound.model import shipped_model
from greeting_sms.inbound.rules import Form, Rule, fitting_rules

_NOTHING_DONE = frozenset({Label.THANKS, Label.OTHER})
_HOLDING = frozenset({Label.URGENT, Label.WRONG_NUMBER})
"""Who is in danger, and whose number we may have wrongly, is sent no greeting either until somebody has read it."""


class Judge(Protocol):
    """What a model says of a folded text."""

    def probabilities(self, words: str) -> Mapping[Label, float]:
        """The probability of each label; they add up to one."""
        ...

    def known_share(self, words: str) -> float:
        """How much of the text the model has ever seen, 0 to 1."""
        ...


@dataclass(frozen=True)
class OperatingPoint:
    """From which probability on a reply is taken for what.

    Chosen on families of seeds held out, on the half of the ordinary texts that may be looked at and at the totals of
    another quarter of them, on no frozen set:
    `python -m greeting_sms.inbound.operating_points` tells of the others.
    """

    urgent: float = 0.20
    """Of being urgent, whatever else is likelier: a needless call back is kind, a missed one cannot be mended."""
    urgent_named: float = 0.10
    """The same where the reply names a danger (`concepts.py`)."""
    perhaps_urgent: float = 0.04
    """From here on, below `urgent`, a person reads the reply at once, whatever else it may be."""
    opt_out: float = 0.98
    """Of an opt-out no rule speaks for. Below it the reply holds its number until a person has read it."""
    agreed_opt_out: float = 0.80
    """Of one a rule speaks for that is not sure. Below it likewise."""
    perhaps_opt_out: float = 0.02
    """From here on the reply holds its number, whatever else it may be."""
    nothing_done: float = 0.70
    """Of thanks and other: a wrong label would be seen by nobody."""
    order_left: float = 0.50
    """Of anything else: an order makes a person read it."""
    agreed_urgent: float = 0.03
    """What the model must give to a rule of danger that does not decide alone."""
    overruled: float = 0.25
    """Of being urgent, whatever rule fits: who wants no more texts and no more life is rung, and says the rest then."""
    least_known: float = 0.35
    """The share of a reply's pairs of letters that the model must have seen; of the rest it knows nothing."""
    surely_urgent: float = 0.60
    """Of being urgent where letters are not known, so that sounds and concepts said it, and where a death is told."""

    def agreed(self, label: Label) -> float:
        """What the model must give to a rule of this label that does not decide alone."""
        return {Label.URGENT: self.agreed_urgent, Label.OPT_OUT: self.agreed_opt_out}.get(label, self.order_left)

    def sure(self, label: Label) -> float:
        """From when on a label other than urgent and opt-out is given."""
        return self.nothing_done if label in _NOTHING_DONE else self.order_left


POINT = OperatingPoint()
DANGERS = frozenset(
    f"{MARK}{name}"
    for name in (
        *("help", "rescue", "pain", "fall", "stuck_body", "faint", "breath", "blood", "poison", "fire", "gas"),
        *("trapped", "violence", "fraud", "impostor", "missing", "suicide", "neglect", "crash", "birth"),
    )
)
"""Concepts of a danger."""


def classify(text: str, *, model: Judge | None = None, point: OperatingPoint = POINT) -> Classified:
    """What a reply is taken for. Never fails: an empty one is `other`, one nobody understands goes to a person."""
    folded = fold(text)
    shares: Mapping[Label, float] = {}
    doubted: dict[Label, str] = {}
    news = ""
    for rule in fitting_rules(folded):
        if rule.news:
            news = rule.id
            continue
        if rule.asks:
            return Classified(None, Decider.PERSON, rule=rule.id, guess=rule.label, holds=True)
        if not shares and _asks_model(rule):
            shares = (model or shipped_model()).probabilities(folded.words)
        if rule.sure or shares[rule.label] >= point.agreed(rule.label):
            if _asks_model(rule) and rule.label is not Label.URGENT and shares[Label.URGENT] >= point.overruled:
                return Classified(Label.URGENT, Decider.MODEL, shares[Label.URGENT], holds=True)
            return Classified(rule.label, Decider.RULE, rule=rule.id, holds=rule.label in _HOLDING)
        doubted.setdefault(rule.label, rule.id)
    if not folded.compact:
        return Classified(Label.OTHER, Decider.RULE, rule="no_words")
    return _by_model(folded, model or shipped_model(), doubted, news, point)


def _asks_model(rule: Rule) -> bool:
    """Whether the model is heard where a rule fits: it is not sure, or more may be said than its words."""
    return not rule.sure or (rule.label is Label.OPT_OUT and rule.form is not Form.WHOLE)


def _by_model(
    folded: Folded, model: Judge, doubted: Mapping[Label, str], news: str, point: OperatingPoint
) -> Classified:
    """What the model says where no rule decided.

    `doubted` are labels a rule spoke for and the model did not; `news` is the rule of what a person must read.
    """
    shares = model.probabilities(folded.words)
    best = max(shares, key=lambda label: shares[label])
    known = model.known_share(folded.words) >= point.least_known
    urgent, opt_out = shares[Label.URGENT], shares[Label.OPT_OUT]
    may_be_opt_out = Label.OPT_OUT in doubted or opt_out >= point.perhaps_opt_out or not known
    holds = may_be_opt_out or bool(news)
    if urgent >= (_urgent_from(folded, point) if known and not news else point.surely_urgent):
        return Classified(Label.URGENT, Decider.MODEL, urgent, holds=True)
    if (Label.URGENT in doubted and known) or urgent >= point.perhaps_urgent:
        return Classified(None, Decider.PERSON, urgent, rule=PERHAPS_URGENT, guess=Label.URGENT, holds=holds)
    if known and opt_out >= point.opt_out:
        return Classified(Label.OPT_OUT, Decider.MODEL, opt_out)
    is_read = may_be_opt_out or (news and best in _NOTHING_DONE)
    if known and shares[best] >= point.sure(best) and not is_read:
        return Classified(best, Decider.MODEL, shares[best], holds=holds or best in _HOLDING)
    why = news or (PERHAPS_OPT_OUT if may_be_opt_out else "")
    return Classified(None, Decider.PERSON, shares[best], rule=why, guess=best, holds=holds)


def _urgent_from(folded: Folded, point: OperatingPoint) -> float:
    return point.urgent_named if DANGERS & set(features(folded.words)) else point.urgent
