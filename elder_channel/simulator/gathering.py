"""What one `<Gather>` has heard so far."""

from __future__ import annotations

import asyncio
from functools import partial

from elder_channel.simulator.pace import Pace
from elder_channel.simulator.twiml import Verb

AUTO_SPEECH_TIMEOUT_SECONDS = 1.0
"""How long a silence ends speech under `speechTimeout="auto"`; the carrier does not say, this is assumed."""
CONFIDENCE = "0.92"
DEFAULT_TIMEOUT_SECONDS = 5.0


class Gathering:
    """Listens for keys, speech or both, as the verb's attributes say."""

    def __init__(self, verb: Verb, pace: Pace | None = None) -> None:
        attributes = verb.attributes
        inputs = attributes.get("input", "dtmf").split()
        self.takes_keys = "dtmf" in inputs
        self.takes_speech = "speech" in inputs
        self.timeout_seconds = verb.number("timeout", default=DEFAULT_TIMEOUT_SECONDS)
        self.digits = ""
        self.finished_on = ""
        self.words: str | None = None
        self.is_hearing_speech = False
        self.is_complete = False
        self.touched = asyncio.Event()
        """A key was pressed, or speech began or ended."""
        self._most_digits = int(verb.number("numDigits", default=0))
        self._finish_key = attributes.get("finishOnKey", "#")
        self._barge_in = verb.flag("bargeIn", default=True)
        self._speech_timeout = attributes.get("speechTimeout")
        self._pace = pace or Pace()
        self._timer: asyncio.TimerHandle | None = None

    def press(self, key: str) -> bool:
        """A key; whether it was taken."""
        if not self.takes_keys or self.is_complete:
            return False
        if key == self._finish_key:
            self.finished_on = key
            self.is_complete = True
        else:
            self.digits += key
            self.is_complete = bool(self._most_digits) and len(self.digits) >= self._most_digits
        self.touched.set()
        return True

    def hear_speech(self) -> None:
        """The caller begins to speak, or is speaking when the listening begins."""
        if self.takes_speech and not self.is_complete:
            self.is_hearing_speech = True
            if self._barge_in:
                self.touched.set()

    def end_speech(self, words: str) -> None:
        """The caller has fallen silent; the result comes when the silence is long enough."""
        if self.takes_speech and not self.is_complete:
            self.is_hearing_speech = True
            self._timer = self._pace.later(self._silence_seconds(), partial(self._recognized, words))

    def close(self) -> None:
        """Nothing more is listened for."""
        self.is_complete = True
        if self._timer is not None:
            self._timer.cancel()

    def result(self) -> dict[str, str] | None:
        """The fields of the action request, or None when nothing was heard."""
        if self.digits or self.finished_on:
            return {"Digits": self.digits, "FinishedOnKey": self.finished_on}
        if self.words is not None:
            return {"SpeechResult": self.words, "Confidence": CONFIDENCE}
        return None

    def _recognized(self, words: str) -> None:
        if self.is_complete:
            return
        self.words = words
        self.is_hearing_speech = False
        self.is_complete = True
        self.touched.set()

    def _silence_seconds(self) -> float:
        if self._speech_timeout == "auto":
            return AUTO_SPEECH_TIMEOUT_SECONDS
        try:
            return float(self._speech_timeout or self.timeout_seconds)
        except ValueError:
            return self.timeout_seconds
