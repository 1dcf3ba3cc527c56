"""What a reply wants: rules first, then the small model, then a person."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Protocol

from greeting_sms.inbound.folding import Folded, fold
from greeting_sms.inbound.labels import PERHAPS_URGENT, Classified, Decider, Label
from greeting_sms.inbound.model import shipped_model
from greeting_sms.inbound.rules import Form, Rule, fitting_rules


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

    Chosen on families of seeds held out and on the half of the ordinary texts that may be looked at, on no frozen set:
    `python -m greeting_sms.inbound.operating_points` tells of the others.
    """

    urgent: float = 0.30
    """Of being urgent, whatever else is likelier: a needless call back is kind, a missed one cannot be mended."""
    perhaps_urgent: float = 0.08
    """From here on, below `urgent`, a person reads the reply at once, whatever else it may be."""
    opt_out: float = 0.70
    """Of an opt-out nobody has put into the words of a rule. Below it a person reads the reply."""
    perhaps_opt_out: float = 0.12
    """From here on, below `opt_out`, a person reads the reply, whatever else it may be."""
    nothing_done: float = 0.70
    """Of thanks and other: a wrong label would be seen by nobody."""
    order_left: float = 0.50
    """Of anything else: an order makes a person read it."""
    agreed_urgent: float = 0.03
    agreed_opt_out: float = 0.05
    """What the model must give to a rule that does not decide alone."""
    overruled: float = 0.50
    """Of being urgent, whatever rule fits: who wants no more texts and no more life is rung, and says the rest then."""
    least_known: float = 0.35
    """The share of a reply's pairs of letters that the model must have seen; of the rest it knows nothing."""

    def agreed(self, label: Label) -> float:
        """What the model must give to a rule of this label that does not decide alone."""
        return {Label.URGENT: self.agreed_urgent, Label.OPT_OUT: self.agreed_opt_out}.get(label, self.order_left)

    def sure(self, label: Label) -> float:
        """From when on a label other than urgent and opt-out is given."""
        return self.nothing_done if label in (Label.THANKS, Label.OTHER) else self.order_left


POINT = OperatingPoint()


def classify(text: str, *, model: Judge | None = None, point: OperatingPoint = POINT) -> Classified:
    """What a reply is taken for. Never fails: an empty one is `other`, one nobody understands goes to a person."""
    folded = fold(text)
    shares: Mapping[Label, float] = {}
    doubted: set[Label] = set()
    for rule in fitting_rules(folded):
        if not shares and _asks_model(rule):
            shares = (model or shipped_model()).probabilities(folded.words)
        if rule.sure or shares[rule.label] >= point.agreed(rule.label):
            if _asks_model(rule) and rule.label is not Label.URGENT and shares[Label.URGENT] >= point.overruled:
                return Classified(Label.URGENT, Decider.MODEL, shares[Label.URGENT])
            return Classified(rule.label, Decider.RULE, rule=rule.id)
        doubted.add(rule.label)
    if not folded.compact:
        return Classified(Label.OTHER, Decider.RULE, rule="no_words")
    return _by_model(folded, model or shipped_model(), doubted, point)


def _asks_model(rule: Rule) -> bool:
    """Whether the model is heard where a rule fits: it is not sure, or more may be said than its words."""
    return not rule.sure or (rule.label is Label.OPT_OUT and rule.form is not Form.WHOLE)


def _by_model(folded: Folded, model: Judge, doubted: Set[Label], point: OperatingPoint) -> Classified:
    """What the model says where no rule decided; `doubted` are labels a rule spoke for and the model did not."""
    shares = model.probabilities(folded.words)
    best = max(shares, key=lambda label: shares[label])
    if model.known_share(folded.words) < point.least_known:
        return Classified(None, Decider.PERSON, shares[best], guess=best)
    if shares[Label.URGENT] >= point.urgent:
        return Classified(Label.URGENT, Decider.MODEL, shares[Label.URGENT])
    if Label.URGENT in doubted or shares[Label.URGENT] >= point.perhaps_urgent:
        return Classified(None, Decider.PERSON, shares[Label.URGENT], rule=PERHAPS_URGENT, guess=Label.URGENT)
    if shares[Label.OPT_OUT] >= point.opt_out:
        return Classified(Label.OPT_OUT, Decider.MODEL, shares[Label.OPT_OUT])
    is_perhaps_opt_out = Label.OPT_OUT in doubted or shares[Label.OPT_OUT] >= point.perhaps_opt_out
    if shares[best] >= point.sure(best) and not is_perhaps_opt_out:
        return Classified(best, Decider.MODEL, shares[best])
    return Classified(None, Decider.PERSON, shares[best], guess=best)
