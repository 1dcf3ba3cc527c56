"""What the settings of the connection to the carrier must satisfy between them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from config.checks import Finding
from config.layers import KeyPath
from elder_channel.calls.ceiling import OutboundCeilingSettings
from elder_channel.calls.settings import LineSettings, RecordingSettings
from elder_channel.telephony.settings import CarrierSettings

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_PREFIX = re.compile(r"\+[1-9][0-9]{0,14}")


def check_carrier(carrier: CarrierSettings) -> Iterator[Finding]:
    """Yield times that leave no room for one whole try."""
    one_try = carrier.connect_timeout_ms + carrier.read_timeout_ms
    if carrier.total_timeout_ms < one_try:
        text = f"must not be less than one try takes: connect_timeout_ms and read_timeout_ms together are {one_try}"
        yield ("carrier", "total_timeout_ms"), text


def check_test_numbers(line: LineSettings) -> Iterator[Finding]:
    """Yield test numbers that are not numbers, or are the line's own."""
    for index, number in enumerate(line.test_numbers):
        path: KeyPath = ("line", "test_numbers", index)
        if not _NUMBER.fullmatch(number):
            yield path, "must be a number in international form in quotes, such as '+15005550001'"
        elif number in line.test_numbers[:index]:
            yield path, "this number is listed twice"


def check_recording(recording: RecordingSettings | None, *, line: LineSettings) -> Iterator[Finding]:
    """Yield recording without the notice (law 7)."""
    if recording is not None and recording.enabled and not line.recording_notice:
        yield ("recording", "enabled"), "needs line.recording_notice: true; nobody is recorded without having been told"


def check_ceiling(ceiling: OutboundCeilingSettings) -> Iterator[Finding]:
    """Yield prices of what is no beginning of a number, and prices below nothing."""
    for prefix, price in ceiling.prices_by_prefix.items():
        path: KeyPath = ("outbound_ceiling", "prices_by_prefix", prefix)
        if not _PREFIX.fullmatch(prefix):
            yield path, "must be the beginning of a number in international form, such as '+852'"
        elif price < 0:
            yield path, f"a price must not be below 0, and this is {price}"
