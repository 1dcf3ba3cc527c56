"""Messages that a site writes for itself: amounts, days and lengths of time, which no message that ships needs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from bilingual import messages, resolving
from bilingual.errors import MessageVariableError
from bilingual.formatting import Money, Value
from bilingual.messages import parse_messages, say, write
from bilingual.variables import Format
from elder_channel.telephony.words import words_of

SITE = """
messages:
  - id: premium_due
    purpose: To test.
    channel: voice
    pause_after_ms: 500
    variables: {amount: {format: money}, day: {format: date}, last: {format: minutes}}
    zh: ["您的保费{amount}，{day}到期。", "办理要{last}。"]
    en: ["Your premium of {amount} is due on {day}.", "It takes {last}."]
  - id: premium_text
    purpose: To test.
    channel: text
    variables: {amount: {format: money}, day: {format: date}}
    zh: ["保费{amount}，{day}到期。"]
    en: ["Your premium of {amount} is due on {day}."]
"""
VALUES: dict[str, Value] = {"amount": Money(Decimal("1200.50")), "day": date(2026, 12, 25)}
CHECKOUT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def site(monkeypatch: pytest.MonkeyPatch) -> None:
    """The site's messages in the place of the shipped ones."""
    parsed = parse_messages(SITE, source="site/messages.yaml")
    for module in (messages, resolving):
        monkeypatch.setattr(module, "load_messages", lambda *_: parsed)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh", "您的保费一千两百元五角，十二月二十五日到期。办理要两分钟。"),
        ("en", "Your premium of one thousand two hundred point five Chinese yuan is due on December twenty-fifth."
               "It takes two minutes."),
    ],
)  # fmt: skip
def test_amounts_and_days_are_said_in_words(language: str, said: str) -> None:
    """As a person says them, on the line."""
    spoken = say("premium_due", language, values={**VALUES, "last": 2})
    assert "".join(phrase.text for phrase in spoken) == said


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("zh", "保费¥1,200.50，2026年12月25日到期。"),
        ("en", "Your premium of CN¥1,200.50 is due on December 25, 2026."),
    ],
)
def test_amounts_and_days_are_written_with_figures(language: str, told: str) -> None:
    """As the language writes them, in a text."""
    assert write("premium_text", language, values=VALUES) == told


def test_law_1_an_amount_that_is_none_costs_its_sentence_and_not_the_call() -> None:
    """The error names message, file and variable; the caller hears the rest."""
    wrong: dict[str, Value] = {**VALUES, "amount": "lots", "last": 2}
    with pytest.raises(MessageVariableError, match=r"premium_due.*site/messages.yaml.*amount"):
        say("premium_due", "zh", values=wrong)
    assert [phrase.text for phrase in words_of("premium_due", "zh", values=wrong)] == ["办理要两分钟。"]


def test_the_formats_no_shipped_message_uses_are_named_in_the_documentation() -> None:
    """Whoever writes a message of a site's own finds them there."""
    used: set[Format] = set()
    for file in sorted((CHECKOUT / "bilingual" / "data" / "messages").glob("*.yaml")):
        for message in parse_messages(file.read_text(encoding="utf-8"), source=file.name).values():
            used |= {variable.format for variable in message.variables.values()}
    page = (CHECKOUT / "docs" / "languages.md").read_text(encoding="utf-8")
    assert [each for each in Format if each not in used and f"`{each}`" not in page] == []
