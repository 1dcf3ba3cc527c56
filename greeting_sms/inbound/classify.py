"""What a reply wants: rules first, then the small model, then a person."""

from __future__ import annotations

from collections.abc import Mapping, Set

from greeting_sms.inbound.folding import Folded, fold
from greeting_sms.inbound.labels import PERHAPS_URGENT, Classified, Decider, Label
from greeting_sms.inbound.model import ReplyModel, shipped_model
from greeting_sms.inbound.rules import Form, Rule, fitting_rules

# Chosen on families of seeds held out and on the half of the ordinary texts that may be looked at, not on a frozen set.
URGENT_FROM = 0.30
"""Of being urgent, whatever else is likelier: a needless call back is kind, a missed one cannot be mended."""
PERHAPS_URGENT_FROM = 0.08
"""From here on, below `URGENT_FROM`, a person reads the reply at once, whatever else it may be."""
OPT_OUT_FROM = 0.70
"""Of an opt-out nobody has put into the words of a rule. Below it a person reads the reply."""
PERHAPS_OPT_OUT_FROM = 0.12
"""From here on, below `OPT_OUT_FROM`, a person reads the reply, whatever else it may be."""
SURE_FROM = {Label.OTHER: 0.70, Label.THANKS: 0.70}
"""Of what nothing is done about: a wrong label would be seen by nobody."""
SURE_ELSE_FROM = 0.50
"""Of anything else: an order makes a person read it."""
AGREED_FROM = {Label.URGENT: 0.03, Label.OPT_OUT: 0.05}
"""What the model must give to a rule that does not decide alone."""
OVERRULED_FROM = 0.50
"""Of being urgent, whatever rule fits: who wants no more texts and no more life is rung, and says the rest then."""
LEAST_KNOWN = 0.35
"""The share of a reply's pairs of letters that the model must have seen; of the rest it knows nothing."""


def classify(text: str, *, model: ReplyModel | None = None) -> Classified:
    """What a reply is taken for. Never fails: an empty one is `other`, one nobody understands goes to a person."""
    folded = fold(text)
    shares: Mapping[Label, float] = {}
    doubted: set[Label] = set()
    for rule in fitting_rules(folded):
        if not shares and _asks_model(rule):
            shares = (model or shipped_model()).probabilities(folded.words)
        if rule.sure or shares[rule.label] >= AGREED_FROM.get(rule.label, SURE_ELSE_FROM):
            if _asks_model(rule) and rule.label is not Label.URGENT and shares[Label.URGENT] >= OVERRULED_FROM:
                return Classified(Label.URGENT, Decider.MODEL, shares[Label.URGENT])
            return Classified(rule.label, Decider.RULE, rule=rule.id)
        doubted.add(rule.label)
    if not folded.compact:
        return Classified(Label.OTHER, Decider.RULE, rule="no_words")
    return _by_model(folded, model or shipped_model(), doubted)


def _asks_model(rule: Rule) -> bool:
    """Whether the model is heard where a rule fits: it is not sure, or more may be said than its words."""
    return not rule.sure or (rule.label is Label.OPT_OUT and rule.form is not Form.WHOLE)


def _by_model(folded: Folded, model: ReplyModel, doubted: Set[Label]) -> Classified:
    """What the model says where no rule decided; `doubted` are labels a rule spoke for and the model did not."""
    shares = model.probabilities(folded.words)
    best = max(shares, key=lambda label: shares[label])
    if model.known_share(folded.words) < LEAST_KNOWN:
        return Classified(None, Decider.PERSON, shares[best], guess=best)
    if shares[Label.URGENT] >= URGENT_FROM:
        return Classified(Label.URGENT, Decider.MODEL, shares[Label.URGENT])
    if Label.URGENT in doubted or shares[Label.URGENT] >= PERHAPS_URGENT_FROM:
        return Classified(None, Decider.PERSON, shares[Label.URGENT], rule=PERHAPS_URGENT, guess=Label.URGENT)
    if shares[Label.OPT_OUT] >= OPT_OUT_FROM:
        return Classified(Label.OPT_OUT, Decider.MODEL, shares[Label.OPT_OUT])
    is_perhaps_opt_out = Label.OPT_OUT in doubted or shares[Label.OPT_OUT] >= PERHAPS_OPT_OUT_FROM
    if shares[best] >= SURE_FROM.get(best, SURE_ELSE_FROM) and not is_perhaps_opt_out:
        return Classified(best, Decider.MODEL, shares[best])
    return Classified(None, Decider.PERSON, shares[best], guess=best)
