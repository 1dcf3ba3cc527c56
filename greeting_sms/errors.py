"""What can go wrong with greetings.

GreetingError
└── ChannelError              a carrier of texts cannot be used
    ├── ChannelSilentError    it does not answer, or not with what was asked
    ├── ChannelUnknownError   no channel has this name
    └── BadReceiptError       a receipt is not the carrier's
"""

from __future__ import annotations

from collections.abc import Iterable


class GreetingError(Exception):
    """Something about greetings is wrong."""

    code = "greeting"
    """Short and stable, for logs and screens."""
    retryable = False


class ChannelError(GreetingError):
    """A carrier of texts cannot be used."""

    code = "channel"


class ChannelSilentError(ChannelError):
    """A carrier does not answer, or not with what was asked of it."""

    code = "channel_silent"
    retryable = True

    def __init__(self, channel: str, why: str) -> None:
        super().__init__(f"the channel {channel} does not answer: {why}")


class ChannelUnknownError(ChannelError):
    """No channel has this name."""

    code = "channel_unknown"

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(f"no channel is named {name!r}; known: {', '.join(sorted(known)) or 'none'}")


class BadReceiptError(ChannelError):
    """A receipt is not the carrier's, or not one we understand."""

    code = "bad_receipt"
