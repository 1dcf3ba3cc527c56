"""What the books say of a caller's dialect when a number may be several people's, or a relative's."""

from __future__ import annotations

from dialects.catalogue import Catalogue
from dialects.evidence import Evidence, Source
from dialects.profile import customer_evidence
from elder_channel.customers.model import AtNumber, Listed, Relation

RELATIVE_SHARE = 0.5
"""Weight of a customer's dialect on a family number: as often as not the relative speaks. A judgement."""


def evidence_of_books(at_number: AtNumber, catalogue: Catalogue) -> Evidence | None:
    """What everybody in the books at the number says together, or None when the books say nothing.

    Whoever calls is one of them, nobody knows which: the likelihood is the mean of theirs, each summing to 1 first.
    Of who has no dialect in the books, and for the half of a family number that is the relative's, it is flat.
    """
    told = [(listed, customer_evidence(listed.customer.dialect, None, catalogue)) for listed in at_number.people]
    texts = [_text(listed, evidence) for listed, evidence in told if evidence]
    if not texts:
        return None
    if at_number.owner is not None:
        return told[0][1]
    flat = 1 / len(catalogue.classes)
    mean = dict.fromkeys(catalogue.classes, 0.0)
    for listed, evidence in told:
        share = 0.0 if evidence is None else RELATIVE_SHARE if listed.relation is Relation.FAMILY else 1.0
        total = sum(evidence.likelihood.values()) if evidence else 1.0
        for class_id in mean:
            said = evidence.likelihood[class_id] / total if evidence else 0.0
            mean[class_id] += (share * said + (1 - share) * flat) / len(told)
    return Evidence(Source.CUSTOMER, ";".join(dict.fromkeys(texts)), mean)


def _text(listed: Listed, evidence: Evidence) -> str:
    return evidence.text + ("(家属号码)" if listed.relation is Relation.FAMILY else "(在册之一)")
