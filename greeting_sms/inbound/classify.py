"""What a reply wants: rules first, then the small model, then a person."""

from __future__ import annotations

from greeting_sms.inbound.folding import fold
from greeting_sms.inbound.labels import Classified, Decider, Label
from greeting_sms.inbound.model import ReplyModel, shipped_model
from greeting_sms.inbound.rules import first_rule

# Chosen on seeds held out and on the half of the ordinary texts that may be looked at, not on the frozen set.
URGENT_FROM = 0.45
"""Of being urgent, whatever else is likelier: a needless call back is kind, a missed one cannot be mended."""
OPT_OUT_FROM = 0.90
"""Of an opt-out nobody has put into the words of a rule. Below it a person reads the reply."""
SURE_FROM = 0.50
"""Of anything else."""
LEAST_KNOWN = 0.35
"""The share of a reply's pairs of letters that the model must have seen; of the rest it knows nothing."""


def classify(text: str, *, model: ReplyModel | None = None) -> Classified:
    """What a reply is taken for. Never fails: an empty one is `other`, one nobody understands goes to a person."""
    folded = fold(text)
    if rule := first_rule(folded):
        return Classified(rule.label, Decider.RULE, rule=rule.id)
    if not folded.compact:
        return Classified(Label.OTHER, Decider.RULE, rule="no_words")
    return _by_model(folded.words, model or shipped_model())


def _by_model(words: str, model: ReplyModel) -> Classified:
    shares = model.probabilities(words)
    best = max(shares, key=lambda label: shares[label])
    if model.known_share(words) < LEAST_KNOWN:
        return Classified(None, Decider.PERSON, shares[best], guess=best)
    if shares[Label.URGENT] >= URGENT_FROM:
        return Classified(Label.URGENT, Decider.MODEL, shares[Label.URGENT])
    if shares[best] >= (OPT_OUT_FROM if best is Label.OPT_OUT else SURE_FROM):
        return Classified(best, Decider.MODEL, shares[best])
    return Classified(None, Decider.PERSON, shares[best], guess=best)
