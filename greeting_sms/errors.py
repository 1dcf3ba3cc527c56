"""What can go wrong with greetings.

GreetingsError
├── ChannelError              a carrier of texts that cannot be used
│   ├── ChannelSilentError    it does not answer, or not with what was asked
│   ├── ChannelUnknownError   no channel has this name
│   └── BadReceiptError       a receipt that is not the carrier's
└── OutboxBusyError           the outbox could not be written in time
"""

from __future__ import annotations

from collections.abc import Iterable


class GreetingsError(Exception):
    """Something about greetings that a person has to know, said in a sentence."""


class ChannelError(GreetingsError):
    """A carrier of texts cannot be used."""


class ChannelSilentError(ChannelError):
    """A carrier does not answer, or not with what was asked of it."""

    retryable = True

    def __init__(self, channel: str, why: str) -> None:
        super().__init__(f"the channel {channel} does not answer: {why}")


class ChannelUnknownError(ChannelError):
    """No channel has this name."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(f"no channel is named {name!r}; known: {', '.join(sorted(known)) or 'none'}")


class BadReceiptError(ChannelError):
    """A receipt is not the carrier's, or not one we understand."""


class OutboxBusyError(GreetingsError):
    """The outbox could not be written in time."""
