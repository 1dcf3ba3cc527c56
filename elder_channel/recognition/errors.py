"""What can go wrong between the line and its recognizer.

RecognitionError
├── RecognitionUnavailableError     no answer; the call goes on without one
└── ReplicaLoadError                a replica on Ray has no model
"""

from __future__ import annotations

import re


class RecognitionError(Exception):
    """Base of every error of this package."""


class RecognitionUnavailableError(RecognitionError):
    """There is no recognition of this utterance; never a reason to hold a call."""

    def __init__(self, code: str, text: str, *, retryable: bool) -> None:
        super().__init__(text)
        self.code = code
        """`busy`, `starting`, `model_absent`, `model_damaged`, `model_error`, `disabled`, `timeout`, `worker_died`,
        `failed`, `unreachable`, `forbidden`, `refused`, `no_specialist` for a second hearing, `engine_absent` (Ray is
        not installed) or `engine_error` (Ray does not work)."""
        self.retryable = retryable
        """True when the same utterance may be recognized a moment later."""


class ReplicaLoadError(RecognitionError):
    """The replica has no model; its text travels through Ray's status and is read back by `load_failure`."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"recognizer unavailable [{code}]: {text}")


_LOAD_FAILURE = re.compile(r"recognizer unavailable \[(\w+)\]: ([^\n]*)")


def load_failure(message: str) -> tuple[str, str] | None:
    """The code and sentence of a `ReplicaLoadError` in a message of Ray's; None when it tells of something else."""
    found = _LOAD_FAILURE.findall(message)
    return (found[-1][0], found[-1][1]) if found else None
