"""The answer to a text that came in, as the carrier's document."""

from __future__ import annotations

from twilio.twiml.messaging_response import MessagingResponse


def answer(words: str) -> str:
    """The document that answers with one text, or with none where there are no words."""
    response = MessagingResponse()
    if words:
        response.message(words)
    return str(response)
