"""Which endpointing profile a caller has: how long a pause is waited for before what was said counts as finished."""

from __future__ import annotations

from dialects.settings import EndpointingSettings, Profile
from elder_channel.bootstrap import Line
from elder_channel.calls.model import Entry


def endpointing_for(line: Line, sid: str) -> EndpointingSettings:
    """The profile of a call's caller: that of elders where books, hearing mode or the number dialled say so."""
    call = line.calls.get(sid)
    known = call is not None and (call.elder or call.hearing or call.entry is Entry.DEDICATED_LINE)
    listening = line.settings.listening
    return endpointing_of(line, listening.known_elders if known else listening.other_callers)


def endpointing_of(line: Line, profile: Profile) -> EndpointingSettings:
    """The settings of a profile."""
    if profile is Profile.ELDER:
        return line.settings.endpointing_elder
    return line.settings.endpointing_standard
