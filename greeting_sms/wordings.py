"""The words of a planned greeting, for who sends it: from the version of the campaign it was planned with."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy.engine import Engine

from greeting_sms.campaign import Campaign
from greeting_sms.campaign_books import get
from greeting_sms.channel import Wording
from greeting_sms.errors import CampaignUnknownError, TemplateError
from greeting_sms.letters import Letter, is_mainland, letter_of
from greeting_sms.templates import unpack


class PlannedText(Protocol):
    """What a row of the outbox says about its words."""

    @property
    def campaign_id(self) -> str: ...  # noqa: D102
    @property
    def campaign_version(self) -> int: ...  # noqa: D102
    @property
    def number(self) -> str: ...  # noqa: D102
    @property
    def template(self) -> str: ...  # noqa: D102
    @property
    def salutation(self) -> str:
        """The words for the blanks, packed by `templates.pack`."""
        ...


class Wordings:
    """Reads each version of a campaign once: a version never changes."""

    def __init__(self, engine: Engine) -> None:
        self._reader = engine.execution_options(reads_only=True)
        self._campaigns: dict[tuple[str, int], Campaign] = {}

    def __call__(self, planned: PlannedText) -> Wording | None:
        """The words; None where the campaign, its version or its template is not in the books."""
        try:
            return wording_of(self._campaign(planned.campaign_id, planned.campaign_version), planned)
        except (CampaignUnknownError, TemplateError):
            return None

    def _campaign(self, id_: str, version: int) -> Campaign:
        if (id_, version) not in self._campaigns:
            with self._reader.connect() as connection:
                self._campaigns[id_, version] = get(connection, id_, version).campaign
        return self._campaigns[id_, version]


def wording_of(campaign: Campaign, planned: PlannedText) -> Wording:
    """The words of a row planned by this very version. Raises TemplateError when the row does not fit it."""
    text = campaign.text(planned.template)
    letter: Letter = letter_of(campaign, text, mainland=is_mainland(planned.number))
    filled = unpack(letter.template, planned.salutation)
    body = letter.text(filled)
    return Wording(
        body=body,
        segments=letter.segments(filled),
        signature=campaign.sender[text.language],
        template=text.provider_id,
        variables={blank.variable.value: word for blank, word in zip(letter.template.blanks, filled, strict=True)},
    )
