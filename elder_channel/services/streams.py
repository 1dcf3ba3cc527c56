"""Begins another media stream in the place of one that broke while the caller still waits.

What is said after the break is heard then; who had spoken before is in the queue anyway, and no step of the call waits
for a stream (laws 1 and 2). Two more a call and no more: over a broken path they would break for ever.
"""

from __future__ import annotations

import time

import structlog

from elder_channel.bootstrap import Line
from elder_channel.storage.faults import BOOKS_FAULTS
from elder_channel.telephony.errors import CarrierError
from elder_channel.telephony.tokens import StreamTokens

log = structlog.get_logger()

MOST_RENEWED = 2


class Streams:
    """Streams of calls that wait."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._tokens = StreamTokens(line.secrets.stream_secret.get_secret_value())

    def broke(self, sid: str, stream_sid: str) -> bool:
        """A stream ended without its last message, or could not be opened; True when another one was asked for.

        Both its end and the carrier's word about it lead here: the first does it.
        """
        try:
            if not self._line.calls.lose_stream(sid, stream_sid, renewed_at_most=MOST_RENEWED):
                return False
            return self._begin(sid, stream_sid)
        except BOOKS_FAULTS:
            log.exception("stream.not_renewed", call=sid)
            return False

    def is_replaced(self, sid: str, stream_sid: str) -> bool:
        """Whether a stream that comes back after a break has another one in its place by now."""
        call = self._line.calls.get(sid)
        return call is not None and call.stream_lost == stream_sid

    def _begin(self, sid: str, lost: str) -> bool:
        addresses = self._line.addresses
        url = addresses.media_url(self._tokens.issue(sid, now=time.time()))
        try:
            self._line.carrier.start_stream(sid, url, status_url=addresses.url("/voice/stream-status"))
        except CarrierError as error:  # the call goes its way without being heard; or it is over
            log.warning("stream.not_renewed", call=sid, code=error.code)
            self._line.calls.stream_not_renewed(sid, lost)
            return False
        log.info("stream.renewed", call=sid)
        return True
