"""The words of a template for a reader who does not exist: what a test text says."""

from __future__ import annotations

from dataclasses import dataclass

from bilingual.messages import Language
from bilingual.salutation import load_salutations
from greeting_sms.ages import MILESTONES
from greeting_sms.campaign import Campaign, Text
from greeting_sms.channel import Wording
from greeting_sms.letters import is_mainland, letter_of
from greeting_sms.templates import Variable, pack
from greeting_sms.wordings import wording_of

NAMES = {Language.ZH: "陈秀英", Language.EN: "Mary Chan"}
"""Of nobody; as long as most names."""
_GENDER, _AGE = "female", 80


@dataclass(frozen=True)
class _Planned:
    """What `wording_of` has to know of a row."""

    number: str
    template: str
    salutation: str


def sample_wording(campaign: Campaign, text: Text, number: str) -> Wording:
    """All that the number would read, signature and opt-out text included, with every variable filled.

    Raises TemplateError where the words cannot be made.
    """
    letter = letter_of(campaign, text, mainland=is_mainland(number))
    filled = letter.template.fill(_values(campaign, text))
    return wording_of(campaign, _Planned(number, text.id, pack(filled)))


def _values(campaign: Campaign, text: Text) -> dict[Variable, str]:
    name, salutations = NAMES[text.language], load_salutations()
    pattern = salutations.pattern(
        language=text.language, style=campaign.manner, gender=_GENDER, dialect=None, region=None
    )
    values = {Variable.SALUTATION: salutations.fill(pattern, name), Variable.NAME: name}
    if company := next(iter(campaign.company_names.values()), None):
        values[Variable.COMPANY] = company.get(text.language, "")
    if campaign.milestones != "never":
        reached = MILESTONES[_AGE]
        values[Variable.AGE_WORDS] = f"{reached.en} " if text.language is Language.EN else reached.zh
    return values
