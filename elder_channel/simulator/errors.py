"""What can go wrong in the simulated carrier.

SimulatorError
├── InvalidOptionsError        it cannot start as asked
├── WebhookFailedError         the service gave no usable answer (carries the carrier's error code)
├── DocumentError              the answer is no TwiML document
└── RestError                  a REST request is answered with the carrier's error body
"""

from __future__ import annotations


class SimulatorError(Exception):
    """The simulated carrier could not do what was asked."""


class InvalidOptionsError(SimulatorError):
    """The simulator cannot start with these options; the message says which one and why."""


class DocumentError(SimulatorError):
    """The answer is not a TwiML document."""


class WebhookFailedError(SimulatorError):
    """The service gave no usable answer; `code` is the carrier's error code, `url` the address asked."""

    def __init__(self, code: int, url: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.url = url
        self.reason = reason


class RestError(SimulatorError):
    """A REST request is refused with the carrier's numbered error."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
