"""The words of a planned greeting, as whoever sends it needs them."""

from __future__ import annotations

from typing import Protocol

from greeting_sms.campaign import Campaign
from greeting_sms.channel import Wording
from greeting_sms.letters import is_mainland, letter_of
from greeting_sms.templates import unpack


class PlannedText(Protocol):
    """What a row of the outbox says about its words."""

    @property
    def number(self) -> str:
        """E.164."""
        ...

    @property
    def template(self) -> str:
        """Id of the template."""
        ...

    @property
    def salutation(self) -> str:
        """The words for the blanks, packed by `templates.pack`."""
        ...


def wording_of(campaign: Campaign, planned: PlannedText) -> Wording:
    """The words of a row planned by this very version. Raises TemplateError when the row does not fit it."""
    text = campaign.text(planned.template)
    letter = letter_of(campaign, text, mainland=is_mainland(planned.number))
    filled = unpack(letter.template, planned.salutation)
    body = letter.text(filled)
    return Wording(
        body=body,
        segments=letter.segments(filled),
        signature=campaign.sender[text.language],
        template=text.provider_id,
        variables={blank.variable.value: word for blank, word in zip(letter.template.blanks, filled, strict=True)},
    )
