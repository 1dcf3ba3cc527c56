"""Which settings a second person has to approve, and why: what cannot be mended once a call or a text has gone out.

`greetings.*` means every key of a section; `order_types[].urgent_minutes` a key of a list's items. A test sees to it
that every entry names a setting there is.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from config.files import is_list_field, item_type


class Concern(StrEnum):
    """Why two people look at it."""

    PRIVACY = "privacy"  # what is kept of callers, for how long, and who is given it (law 7)
    RECORDING = "recording"
    EMERGENCY = "emergency"  # who is in danger
    TELEPHONY = "telephony"  # which numbers and accounts the line speaks through; whether calls get through at all
    ADDRESS = "address"  # where the line is reached
    LIMITS = "limits"  # how much is sent, rung and spent
    IDENTITY = "identity"  # what proves who is calling


MARKED: Mapping[str, Concern] = {
    "server.*": Concern.ADDRESS,
    "line.hotline_number": Concern.TELEPHONY,
    "line.dedicated_numbers": Concern.TELEPHONY,
    "line.recording_notice": Concern.RECORDING,
    "line.test_numbers": Concern.TELEPHONY,
    "routing.engine": Concern.TELEPHONY,
    "routing.urgent_head_start_seconds": Concern.EMERGENCY,
    "routing.drained_line_number": Concern.TELEPHONY,
    "taskrouter.share_words": Concern.PRIVACY,
    "recognition.enabled": Concern.PRIVACY,
    "privacy.*": Concern.PRIVACY,
    "carrier.*": Concern.TELEPHONY,
    "recording.*": Concern.RECORDING,
    "learning.keep_audio": Concern.PRIVACY,
    "learning.keep_audio_days": Concern.PRIVACY,
    "learning.keep_unjudged_days": Concern.PRIVACY,
    "desk.translator": Concern.PRIVACY,
    "desk.questions": Concern.IDENTITY,
    "outbound.enabled": Concern.LIMITS,
    "outbound.calls_per_second": Concern.LIMITS,
    "outbound.urgent_from_hour": Concern.EMERGENCY,
    "outbound.urgent_until_hour": Concern.EMERGENCY,
    "outbound.fallback_url": Concern.ADDRESS,
    "outbound_ceiling.*": Concern.LIMITS,
    "one_tap.dial_number": Concern.TELEPHONY,
    "one_tap.link_hours": Concern.LIMITS,
    "one_tap.max_links_per_day": Concern.LIMITS,
    "one_tap.max_texts_per_hour": Concern.LIMITS,
    "one_tap.max_taps_per_hour": Concern.LIMITS,
    "one_tap.max_taps_per_minute": Concern.LIMITS,
    "greetings.mainland_channel": Concern.TELEPHONY,
    "greetings.foreign_channel": Concern.TELEPHONY,
    "greetings.mainland_segments_per_second": Concern.LIMITS,
    "greetings.foreign_segments_per_second": Concern.LIMITS,
    "greetings.mainland_cost_per_day": Concern.LIMITS,
    "greetings.foreign_cost_per_day": Concern.LIMITS,
    "greetings.test_numbers": Concern.TELEPHONY,
    "greetings.test_texts_per_hour": Concern.LIMITS,
    "greetings.breaker_refused_percent": Concern.LIMITS,
    "greetings.breaker_filtered_percent": Concern.LIMITS,
    "greetings.keep_days": Concern.PRIVACY,
    "greetings.twilio_messaging_service": Concern.TELEPHONY,
    "greetings.twilio_from_number": Concern.TELEPHONY,
    "greetings.domestic_base_url": Concern.ADDRESS,
    "greetings.domestic_app_id": Concern.TELEPHONY,
    "workorders.callback_urgent_minutes": Concern.EMERGENCY,
    "workorders.lost_calls": Concern.EMERGENCY,
    "order_types[].urgent_minutes": Concern.EMERGENCY,
    "companies[].numbers": Concern.TELEPHONY,
}


def concern(section: str, key: str) -> Concern | None:
    """Return why a key needs a second person, or None; of a list's items `key` is a key of an item."""
    name = f"{section}[].{key}" if is_list_field(section) else f"{section}.{key}"
    return MARKED.get(name) or MARKED.get(f"{section}.*")


def concern_of_change(section: str, key: str, before: Any, after: Any) -> Concern | None:
    """Return why a change needs a second person, or None.

    `key` is a field of a section, or the id of a list's item; `before` and `after` are then what the item says, None
    where there is no such item.
    """
    if not is_list_field(section):
        return concern(section, key)
    old, new = (side if isinstance(side, Mapping) else {} for side in (before, after))
    model = item_type(section)
    keys = model.model_fields if model else ()
    return next((why for each in keys if old.get(each) != new.get(each) and (why := concern(section, each))), None)
