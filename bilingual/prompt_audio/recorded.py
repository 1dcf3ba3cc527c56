"""Prompts that a person has spoken: what the line asks of whoever keeps them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bilingual.errors import UnknownMessageError
from bilingual.messages import Language, Message, load_messages


@dataclass(frozen=True)
class RecordedPrompt:
    """One message in one voice, recorded and approved."""

    message_id: str
    voice_tag: str
    """`zh`, `en`, or the id of a dialect (`guangzhou`)."""
    words: str
    """What is heard, in the dialect's own writing."""
    words_of: str
    """`words_hash` of the message when it was recorded: once the message says something else, it is not played."""
    file: Path
    """Any recording FFmpeg reads; the whole message, its pauses included."""
    sha256: str
    """Of the file, in lower-case hexadecimal: a file that has changed since is not played."""


class RecordedPrompts(Protocol):
    """The recordings that may be played; thread-safe."""

    def find(self, message_id: str, voice_tag: str) -> RecordedPrompt | None:
        """The recording of a message in a voice that is in force now, or None."""
        ...

    def named(self, sha256: str) -> RecordedPrompt | None:
        """A recording by its hash, also one that was in force a moment ago; None for one that never was."""
        ...


class NoRecordedPrompts:
    """Where nobody has recorded anything."""

    def find(self, message_id: str, voice_tag: str) -> RecordedPrompt | None:  # noqa: ARG002 - the port's interface
        """None."""
        return None

    def named(self, sha256: str) -> RecordedPrompt | None:  # noqa: ARG002
        """None."""
        return None


def words_hash(message_id: str, voice_tag: str, messages: Mapping[str, Message] | None = None) -> str:
    """SHA-256 of what a recording in this voice says: the English for `en`, for `zh` and every dialect the Chinese.

    Raises `UnknownMessageError`.
    """
    message = (load_messages() if messages is None else messages).get(message_id)
    if message is None:
        raise UnknownMessageError(message_id)
    phrases = message.en if voice_tag == Language.EN else message.zh
    return hashlib.sha256("\n".join(phrases).encode()).hexdigest()
