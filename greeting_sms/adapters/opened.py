"""The channels of an installation, opened when they are asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from greeting_sms.adapters.http import HttpClient
from greeting_sms.adapters.loopback import LoopbackCarrier, LoopbackChannel
from greeting_sms.adapters.own_reference import OwnReferences
from greeting_sms.adapters.template_replies import UplinkText, read_replies
from greeting_sms.adapters.template_texts import TemplateTexts, read_receipts
from greeting_sms.adapters.twilio_messages import TwilioMessages, receipt_of
from greeting_sms.channel import Receipt, SmsChannel
from greeting_sms.errors import ChannelSetUpError, ChannelUnknownError
from greeting_sms.settings import GreetingSettings

LOOPBACK_FILE = "loopback_texts.jsonl"


@dataclass(frozen=True)
class Access:
    """What the channels need besides the settings."""

    account_sid: str
    auth_token: str
    carrier_base_url: str
    public_base_url: str
    receipt_secret: str
    domestic_key: str
    state: Path
    """Where the loopback carrier keeps its texts."""


class TextChannels:
    """The channels by name. Opened once a process; changed settings of theirs count after a restart."""

    def __init__(self, settings: GreetingSettings, access: Access, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._access = access
        self._clock = clock
        self._references = OwnReferences(access.receipt_secret)
        self._lock = threading.Lock()
        self._opened: dict[str, SmsChannel] = {}
        self._makers: Mapping[str, Callable[[], SmsChannel]] = {
            LoopbackChannel.name: self._loopback,
            TwilioMessages.name: self._twilio,
            TemplateTexts.name: self._domestic,
        }

    def channel(self, name: str) -> SmsChannel:
        """The channel. Raises `ChannelUnknownError`, and `ChannelSetUpError` where something it needs is not set."""
        if name not in self._makers:
            raise ChannelUnknownError(name, self._makers)
        with self._lock:
            if name not in self._opened:
                self._opened[name] = self._makers[name]()
            return self._opened[name]

    def twilio_receipt(self, form: Mapping[str, str], query: Mapping[str, str]) -> Receipt:
        """A status callback whose signature was checked. Raises `BadReceiptError`."""
        return receipt_of(form, query, self._references, now=self._clock())

    def domestic_receipts(self, headers: Mapping[str, str], body: bytes) -> tuple[Receipt, ...]:
        """A batch the domestic provider calls us with; its signature is checked here. Raises `BadReceiptError`."""
        how = {"app_id": self._settings.domestic_app_id, "key": self._access.domestic_key}
        return read_receipts(headers, body, **how, now=self._clock())

    def domestic_replies(self, headers: Mapping[str, str], body: bytes) -> tuple[UplinkText, ...]:
        """A batch of customers' texts the domestic provider brings. Raises `BadReceiptError`."""
        how = {"app_id": self._settings.domestic_app_id, "key": self._access.domestic_key}
        return read_replies(headers, body, **how, now=self._clock())

    def _loopback(self) -> SmsChannel:
        carrier = LoopbackCarrier(clock=self._clock, journal=self._access.state / LOOPBACK_FILE)
        return LoopbackChannel(carrier, self._clock)

    def _twilio(self) -> SmsChannel:
        settings, access = self._settings, self._access
        if not (settings.twilio_messaging_service or settings.twilio_from_number):
            raise ChannelSetUpError("twilio", "greetings.twilio_messaging_service or greetings.twilio_from_number")
        return TwilioMessages(
            access.account_sid,
            access.auth_token,
            http=HttpClient(access.carrier_base_url),
            public_base_url=access.public_base_url,
            references=self._references,
            messaging_service_sid=settings.twilio_messaging_service,
            from_number=settings.twilio_from_number,
            price_rate=settings.twilio_price_rate,
        )

    def _domestic(self) -> SmsChannel:
        settings = self._settings
        for key in ("domestic_base_url", "domestic_app_id"):
            if not getattr(settings, key):
                raise ChannelSetUpError("domestic", f"greetings.{key}")
        http = HttpClient(settings.domestic_base_url)
        return TemplateTexts(settings.domestic_app_id, self._access.domestic_key, http=http, clock=self._clock)
