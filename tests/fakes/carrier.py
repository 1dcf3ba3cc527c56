"""A carrier in memory: remembers how calls were moved, and fails when told to."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from urllib.parse import urldefrag

from elder_channel.telephony.errors import CallGoneError, CarrierError


@dataclass
class FakeCarrier:
    """Mirrors `elder_channel.calls.ports.Carrier`."""

    redirects: list[tuple[str, str]] = field(default_factory=list)
    """(call, address) of every move, the address without its connection overrides."""
    overrides: list[str] = field(default_factory=list)
    """The connection overrides of every move."""
    documents: list[tuple[str, str]] = field(default_factory=list)
    """(call, document) of every move to a document given in full."""
    stopped: list[tuple[str, str]] = field(default_factory=list)
    """(call, stream) of every stream that was ended."""
    streams: list[tuple[str, str]] = field(default_factory=list)
    """(call, address) of every stream that was begun by request."""
    over: set[str] = field(default_factory=set)
    """Calls that have ended."""
    answerers: dict[str, str] = field(default_factory=dict)
    """Call to the contact who took part in it."""
    rung: set[str] = field(default_factory=set)
    """Calls for which phones were rung that nobody picked up."""
    placed: list[dict[str, object]] = field(default_factory=list)
    """What was asked for every call the line placed, with its `sid`."""
    failure: CarrierError | None = None
    """Raised by every request while set."""
    failures_to_come: list[CarrierError] = field(default_factory=list)
    """Each spoils the first try of one move."""

    def redirect(self, sid: str, url: str, *, still_wanted: Callable[[], bool] = lambda: True) -> None:
        """Move a live call; while it fails for a moment, a second try is made when it is still wanted."""
        if self.failures_to_come and self.failures_to_come.pop().retryable and not still_wanted():
            return
        self._may_move(sid)
        address, overrides = urldefrag(url)
        self.redirects.append((sid, address))
        self.overrides.append(overrides)

    def place_call(self, number: str, **asked: object) -> str:
        """Ring somebody."""
        self._fail()
        sid = f"CAout{len(self.placed) + 1}"
        self.placed.append({"number": number, "sid": sid, **asked})
        return sid

    def send_document(self, sid: str, document: str) -> None:
        """Move a live call to a document."""
        self._may_move(sid)
        self.documents.append((sid, document))

    def start_stream(self, sid: str, url: str, *, status_url: str) -> None:
        """Begin a stream."""
        self._may_move(sid)
        self.streams.append((sid, url))

    def stop_stream(self, sid: str, stream_sid: str) -> None:
        """End a stream."""
        self._may_move(sid)
        self.stopped.append((sid, stream_sid))

    def is_over(self, sid: str) -> bool:
        """Whether the call has ended."""
        self._fail()
        return sid in self.over

    def answered_by(self, sid: str, *, besides: Collection[str] = ()) -> str | None:
        """Who took part in the call."""
        self._fail()
        contact = self.answerers.get(sid)
        return None if contact in besides else contact

    def rang_anybody(self, sid: str) -> bool:
        """Whether phones were rung for the call."""
        self._fail()
        return sid in self.rung or sid in self.answerers

    def _may_move(self, sid: str) -> None:
        self._fail()
        if sid in self.over:
            raise CallGoneError(sid)

    def _fail(self) -> None:
        if self.failure:
            raise self.failure


def out_of_order() -> CarrierError:
    """The carrier's REST API does not answer; a later try may succeed."""
    return CarrierError("the carrier's REST API does not answer", code="no_answer", retryable=True)
