"""What the line asks of a carrier."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Protocol


class Carrier(Protocol):
    """Moves live calls. Every method may raise the carrier's errors; a failed move leaves the call where it is."""

    def redirect(self, sid: str, url: str, *, still_wanted: Callable[[], bool] = lambda: True) -> None:
        """Move the live call to the document at `url`, at once.

        `still_wanted` is asked before a second try: the first may have worked although its answer was lost.
        """
        ...

    def place_call(
        self,
        number: str,
        *,
        from_: str,
        url: str,
        status_url: str,
        ring_seconds: int,
        fallback_url: str = "",
        detect_machines: bool = False,
    ) -> str:
        """Have `number` rung, showing `from_`; who picks up gets the document at `url`. The new call's name.

        Asked once and never again by itself: a lost answer may be that of a phone that rings.
        """
        ...

    def send_document(self, sid: str, document: str) -> None:
        """Move the live call to this document, given in full."""
        ...

    def start_stream(self, sid: str, url: str, *, status_url: str) -> None:
        """Send what the caller says to the websocket at `url`, whatever the call does meanwhile.

        Asked once and never again by itself: after a lost answer there might be two.
        """
        ...

    def stop_stream(self, sid: str, stream_sid: str) -> None:
        """End the call's audio stream."""
        ...

    def is_over(self, sid: str) -> bool:
        """Whether the call has ended."""
        ...

    def answered_by(self, sid: str, *, besides: Collection[str] = ()) -> str | None:
        """The contact who takes part in the call or took part in it, or None.

        Legs that are over count only for contacts other than `besides`.
        """
        ...

    def rang_anybody(self, sid: str) -> bool:
        """Whether anybody's phone was rung for the call, answered or not."""
        ...


class Recorder(Protocol):
    """Records live calls and keeps the sound until it is deleted. Every method may raise the carrier's errors."""

    def start(self, call_sid: str, *, callback_url: str) -> str:
        """Record the live call from now on, each side on its own channel; the recording's SID."""
        ...

    def of_call(self, call_sid: str) -> list[str]:
        """The SIDs of a call's recordings."""
        ...

    def stop(self, call_sid: str, recording_sid: str) -> None:
        """End the recording while the call goes on; one that is over already is as good."""
        ...

    def fetch(self, recording_sid: str) -> bytes:
        """The sound, a WAV file with two channels."""
        ...

    def delete(self, recording_sid: str) -> None:
        """Delete the sound; what is gone already is as good."""
        ...
