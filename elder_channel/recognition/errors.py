"""What can go wrong between the line and its recognizer.

RecognitionError
└── RecognitionUnavailableError     no answer; the call goes on without one
"""

from __future__ import annotations


class RecognitionError(Exception):
    """Base of every error of this package."""


class RecognitionUnavailableError(RecognitionError):
    """There is no recognition of this utterance; never a reason to hold a call."""

    def __init__(self, code: str, text: str, *, retryable: bool) -> None:
        super().__init__(text)
        self.code = code
        """`busy`, `starting`, `model_absent`, `model_damaged`, `model_error`, `disabled`, `timeout`, `worker_died`,
        `failed`, `unreachable`, `forbidden`, `refused`, or `no_specialist` for a second hearing."""
        self.retryable = retryable
        """True when the same utterance may be recognized a moment later."""
