"""Errors of the carrier's protocol.

TelephonyError
├── BadSignatureError
├── BadStreamTokenError
└── CarrierError
    ├── CallGoneError
    └── RecordingGoneError
"""

from __future__ import annotations


class TelephonyError(Exception):
    """Something is wrong between the carrier and us."""


class BadSignatureError(TelephonyError):
    """The request is not signed by the carrier; nothing of it is believed or kept."""


class BadStreamTokenError(TelephonyError):
    """The media websocket names no call of ours, or one whose time has passed."""


class CarrierError(TelephonyError):
    """The carrier did not do what was asked."""

    def __init__(self, message: str, *, code: str, retryable: bool) -> None:
        super().__init__(message)
        self.code = code
        self.retryable = retryable


class CallGoneError(CarrierError):
    """The caller has hung up already."""

    def __init__(self, sid: str) -> None:
        super().__init__(f"call {sid} is no longer in progress", code="call_gone", retryable=False)


class RecordingGoneError(CarrierError):
    """The recording has been deleted, or there never was one."""

    def __init__(self, sid: str) -> None:
        super().__init__(f"there is no recording {sid}", code="recording_gone", retryable=False)
