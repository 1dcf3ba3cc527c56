"""A whole text as it is read on the phone: who signs, the words, how to refuse; and how many segments that is.

Mainland texts must carry the signature in 【】 and end with how to refuse; texts in Chinese elsewhere look the same.
English ones abroad name the sender in plain letters, because 【】 would make every one of them a UCS-2 text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bilingual.messages import Language
from greeting_sms.campaign import Campaign, Text
from greeting_sms.segments import SINGLE, Encoding, is_gsm7, measure, units_in
from greeting_sms.templates import Template

MAINLAND = "+86"


def is_mainland(number: str) -> bool:
    """Whether a number in E.164 is served by the mainland's providers."""
    return number.startswith(MAINLAND)


@dataclass(frozen=True)
class Letter:
    """One template of a campaign for one kind of number, ready to be filled a million times."""

    template: Template
    before: str
    """What stands before the words: the signature."""
    after: str
    """What stands after them: how to refuse."""
    gsm7: bool
    """Whether the fixed part travels as GSM-7."""
    fixed_units: int
    """Units of everything that is fixed, in that encoding."""
    fixed_ucs2_units: int

    def text(self, filled: Sequence[str]) -> str:
        """The whole text."""
        return f"{self.before}{self.template.text(filled)}{self.after}"

    def segments(self, filled: Sequence[str]) -> int:
        """How many segments the whole text is; the same as measuring it."""
        words = "".join(filled)
        if self.gsm7 and ((words.isascii() and words.isalpha()) or is_gsm7(words)):
            units, most = self.fixed_units + units_in(words, Encoding.GSM7), SINGLE[Encoding.GSM7]
        else:
            units, most = self.fixed_ucs2_units + units_in(words, Encoding.UCS2), SINGLE[Encoding.UCS2]
        return 1 if units <= most else measure(self.text(filled)).segments


def letter_of(campaign: Campaign, text: Text, *, mainland: bool) -> Letter:
    """The letter of a template for numbers of the mainland, or for all others."""
    template = text.template
    sender, opt_out = campaign.sender[text.language], campaign.opt_out[text.language]
    if mainland or text.language is Language.ZH:
        before, after = f"【{sender}】", campaign.opt_out.get(Language.ZH, opt_out)
    else:
        before, after = f"{sender}: ", f" {opt_out}"
    fixed = before + "".join(template.literals) + after
    gsm7 = is_gsm7(fixed)
    return Letter(
        template, before, after, gsm7, units_in(fixed, Encoding.GSM7) if gsm7 else 0, units_in(fixed, Encoding.UCS2)
    )
