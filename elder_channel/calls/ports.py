"""What the line asks of a carrier."""

from __future__ import annotations

from collections.abc import Callable
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

    def stop_stream(self, sid: str, stream_sid: str) -> None:
        """End the call's audio stream."""
        ...

    def is_over(self, sid: str) -> bool:
        """Whether the call has ended."""
        ...

    def answered_by(self, sid: str) -> str | None:
        """The contact who took part in the call, or None."""
        ...
