"""Places a call through the carrier simulator of a running stack, and follows it."""

from __future__ import annotations

import base64
import re
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import phonenumbers

from dialects.audio import mulaw
from dialects.audio.decode import decode_audio
from dialects.audio.samples import to_int16
from dialects.numbers import Form, read_number
from elder_channel.errors import ElderChannelError

MAX_AUDIO_SECONDS = 120.0
"""A caller says no more than this into the simulator; a longer file is cut, and that is said."""


class CallPlacingError(ElderChannelError):
    """The call could not be placed or followed."""


@dataclass(frozen=True)
class Sound:
    """What the caller says."""

    mulaw: bytes
    seconds: float
    truncated: bool
    """True when the file was longer than is sent."""


@dataclass(frozen=True)
class CallOrder:
    """A call to be placed."""

    from_number: str
    to_number: str | None = None
    sound: Sound | None = None
    key: str | None = None
    say: str | None = None
    speak_at_seconds: float | None = None


def read_sound(path: Path) -> Sound:
    """Any wav, flac, mp3 or m4a as telephone sound. Raises the errors of `decode_audio`."""
    audio = decode_audio(path, rate_hz=mulaw.RATE_HZ, max_seconds=MAX_AUDIO_SECONDS)
    return Sound(mulaw.encode(to_int16(audio.samples)), audio.seconds, audio.truncated)


def as_carrier_sends(number: str) -> str:
    """A number as a carrier writes it: E.164, or `anonymous`. Raises `CallPlacingError` for what is no number."""
    text = unicodedata.normalize("NFKC", number).strip()  # ０５９１－… as a Chinese keyboard may write it
    if text.strip("+") and read_number(text).form is Form.WITHHELD:  # a word, or the word's keys: +266696687
        return text if text.lstrip("+").isdigit() else "anonymous"
    digits = re.sub(r"[\s\-().\u2010-\u2015]", "", text)
    if re.fullmatch(r"\+?\d{3,15}", digits):
        try:
            parsed = phonenumbers.parse(digits, "CN")
        except phonenumbers.NumberParseException:
            parsed = None
        if parsed and phonenumbers.is_possible_number(parsed):
            return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    raise CallPlacingError(
        f"«{number}» is not a phone number; give one such as 059100000101 or +14155550100, or «anonymous»"
    )


class SimulatorClient:
    """The control side of a running simulator."""

    def __init__(self, base_url: str, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self._http = httpx.Client(base_url=base_url, headers=headers, timeout=40.0, trust_env=False)

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def place(self, order: CallOrder, **more: Any) -> str:
        """Place the call; its call SID. `more` are further fields of the control API (`hang_up_after_seconds`, …)."""
        body: dict[str, Any] = {"from": as_carrier_sends(order.from_number)}
        if order.to_number:
            body["to"] = as_carrier_sends(order.to_number)
        if order.sound:
            body["audio_mulaw"] = base64.b64encode(order.sound.mulaw).decode()
        if order.key:
            body["key"] = order.key
        if order.say:
            body["say"] = order.say
        if order.speak_at_seconds is not None:
            body["speak_at"] = order.speak_at_seconds
        return self.place_plan(body | more)

    def place_plan(self, plan: Mapping[str, Any]) -> str:
        """Place a call as the control API describes one; its call SID."""
        return str(self._ask("POST", "/simulator/calls", json=dict(plan))["call_sid"])

    def expect_calls(self, number: str, plans: Sequence[Mapping[str, Any]]) -> None:
        """How the next calls the service places to a number go, as the control API describes them."""
        self._ask("PUT", f"/simulator/phones/{quote(number, safe='')}", json={"calls": list(plans)})

    def calls_to(self, number: str, *, after: int = 0, wait_seconds: float = 0.0) -> list[str]:
        """SIDs of the calls the service placed to a number, after the first `after`, waiting so long for one."""
        until = time.monotonic() + wait_seconds
        while True:
            wait = min(20.0, max(0.0, until - time.monotonic()))
            path = f"/simulator/phones/{quote(number, safe='')}/calls"
            sids: list[str] = self._ask("GET", path, params={"after": after, "wait": wait})["calls"]
            if sids or time.monotonic() >= until:
                return sids

    def set_agent(self, contact: str, **profile: Any) -> None:
        """Change how a simulated agent behaves from now on."""
        self._ask("PUT", f"/simulator/agents/{quote(contact, safe='')}", json=profile)

    def events(self, call_sid: str) -> Iterator[dict[str, Any]]:
        """What happens to the call, as it happens, until it is over."""
        after = 0
        while True:
            answer = self._ask("GET", f"/simulator/calls/{call_sid}/events", params={"after": after, "wait": 20})
            for event in answer["events"]:
                after = event["n"]
                yield event
            if answer["done"]:
                return

    def record(self, call_sid: str) -> dict[str, Any]:
        """The carrier's record of the call."""
        return self._ask("GET", f"/simulator/calls/{call_sid}")

    def _ask(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        try:
            answer = self._http.request(method, path, **options)
        except httpx.HTTPError as error:
            raise CallPlacingError(f"the simulator does not answer at {self._http.base_url}: {error}") from error
        if answer.is_error:
            raise CallPlacingError(f"the simulator refused: {answer.text}")
        result: dict[str, Any] = answer.json()
        return result


def wait_until(condition: Callable[[], object], *, seconds: float) -> bool:
    """Look every 50 ms until `condition()` holds; False when the time is up."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True
