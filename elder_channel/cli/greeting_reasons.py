"""What the words of plans and of the outbox mean, in a sentence each, for whoever reads a table of them."""

from __future__ import annotations

from types import MappingProxyType

STATES = MappingProxyType(
    {
        "planned": "waits for its hour, or for its turn",
        "claimed": "a sender has it; nothing has left the house",
        "posting": "the request is being made",
        "accepted": "the carrier has it",
        "sent": "the carrier has passed it on",
        "delivered": "on the phone",
        "undelivered": "the phone was not reached",
        "failed": "refused by the carrier or the network",
        "unknown": "nobody knows yet whether the carrier has it; it is looked up, not sent again",
        "unknown_final": "nobody ever knew; counted, not sent again",
        "suppressed": "must not be sent; why is told below",
        "expired": "its window passed; nothing is sent late",
    }
)
"""States of a greeting in the outbox."""

REASONS = MappingProxyType(
    {
        "deceased": "dead in the books of a company",
        "complaint": "has complained at a company",
        "no_consent": "has refused at a company",
        "lapsed": "customer of no company any more",
        "quarantined": "birthday in doubt: elder-channel customers doubts",
        "no_birthday": "no company knows the birthday",
        "landline": "has only a landline",
        "no_number": "has no number",
        "opted_out": "wants no texts of any company",
        "greeted_lately": "a greeting lies less than 300 days away",
        "no_campaign": "in no approved campaign's audience",
        "control_group": "in the control group: gets nothing, to compare",
        "no_words": "no template in the person's language",
        "no_window": "the window does not open there that day",
        "window_over": "the window has passed where the person lives",
        "unknown_zone": "a time zone nobody knows",
        "number_full": "others at this number are greeted already",
        "household_full": "others at this number are greeted already",
        "number_changed": "the number has changed since the plan",
        "unread_reply": "waits until somebody has read a reply of this number",
        "bad_number": "the carrier says that this number takes no texts",
        "not_a_recipient": "not in the books any more",
        "no_wording": "the template is not there any more",
        "nobody_knows": "no clear answer before the window closed",
        "not_sent": "the carrier had no trace of it; tried once more",
    }
)
"""Why somebody gets no greeting, or a greeting did not go."""


def meaning(reason: str) -> str:
    """In a sentence; a carrier's code stands for itself."""
    if reason.startswith("carrier_"):
        return f"the carrier's code {reason.removeprefix('carrier_')}"
    return REASONS.get(reason, "")
