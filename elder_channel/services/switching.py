"""Who waits turns out to speak another language: the sentence being said ends, and the line goes on in theirs."""

from __future__ import annotations

import structlog

from elder_channel.bootstrap import Line
from elder_channel.services.line import LineService
from elder_channel.services.still_wanted import not_back_yet
from elder_channel.telephony.errors import CallGoneError, CarrierError

log = structlog.get_logger()


class Switching:
    """Ends the sentence a waiting caller hears; the carrier itself would let only a key do so."""

    def __init__(self, line: Line, calls: LineService) -> None:
        self._line = line
        self._calls = calls

    def speak_now(self, sid: str) -> bool:
        """Have the call moved out of its sentence and back into the queue; True when it was.

        Nothing is done for a call that is not in the queue at that moment. One on its way there hears the new language
        anyway; who rings or talks hears no sentence, and is never taken out of an agent's leg: the books let go of a
        call for this only while nobody has it, and give it to nobody until it is back (laws 1 and 2).
        """
        if not self._line.calls.requeue(sid, at=self._line.clock()):
            return False
        url = self._line.addresses.url("/voice/language")
        try:
            self._line.carrier.redirect(sid, url, still_wanted=lambda: not_back_yet(self._line, sid))
        except CallGoneError:
            self._calls.ended(sid)
            return False
        except CarrierError as error:
            # It is in the queue as before, and its next sentence is in the new language by itself.
            log.warning("call.move_failed", call=sid, code=error.code)
            self._line.calls.queued(sid, at=self._line.clock())
            return False
        log.info("language.said_now", call=sid)
        return True
