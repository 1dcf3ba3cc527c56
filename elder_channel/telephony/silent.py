"""A carrier that moves and rings nobody: for trying what the line would do."""

# ruff: noqa: ARG002 - arguments are those of the ports; nothing is done with them here

from __future__ import annotations

from collections.abc import Callable, Collection

from elder_channel.telephony.errors import CarrierError


class SilentCarrier:
    """Fills `calls.ports.Carrier` and `Recorder`: moves are taken for done, and nothing can be placed or recorded."""

    def redirect(self, sid: str, url: str, *, still_wanted: Callable[[], bool] = lambda: True) -> None:
        """Nothing is moved."""

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
        """Nobody is rung: raises `CarrierError`."""
        raise CarrierError("This carrier places no calls.", code="silent", retryable=False)

    def send_document(self, sid: str, document: str) -> None:
        """Nothing is moved."""

    def start_stream(self, sid: str, url: str, *, status_url: str) -> None:
        """Nothing is said that could be listened to."""

    def stop_stream(self, sid: str, stream_sid: str) -> None:
        """There is no stream."""

    def is_over(self, sid: str) -> bool:
        """A call that is tried goes on."""
        return False

    def answered_by(self, sid: str, *, besides: Collection[str] = ()) -> str | None:
        """Nobody answers."""
        return None

    def rang_anybody(self, sid: str) -> bool:
        """Nobody's phone rings."""
        return False

    def start(self, call_sid: str, *, callback_url: str) -> str:
        """Nothing is recorded: raises `CarrierError`."""
        raise CarrierError("This carrier records nothing.", code="silent", retryable=False)

    def of_call(self, call_sid: str) -> list[str]:
        """Nothing is recorded."""
        return []

    def stop(self, call_sid: str, recording_sid: str) -> None:
        """There is nothing to stop."""

    def fetch(self, recording_sid: str) -> bytes:
        """There is no sound: raises `CarrierError`."""
        raise CarrierError("This carrier records nothing.", code="silent", retryable=False)

    def delete(self, recording_sid: str) -> None:
        """There is nothing to delete."""
