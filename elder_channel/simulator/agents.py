"""The people who answer dialled phones: per contact, whether, how soon and for how long."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from elder_channel.simulator.errors import InvalidOptionsError
from elder_channel.simulator.script import Mulaw


class Behaviour(StrEnum):
    """What a phone does when it is dialled."""

    ANSWER = "answer"
    NO_ANSWER = "no_answer"  # rings until the caller's side gives up
    BUSY = "busy"
    DECLINE = "decline"  # rings, and is turned away; the carrier calls that busy
    FAIL = "fail"  # the network cannot reach it


class AgentProfile(BaseModel):
    """How one simulated person behaves."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    answer_after_seconds: float = Field(1.2, ge=0, description="Ringing before the phone is picked up.")
    talk_seconds: float = Field(3.0, ge=0, description="Talking before the agent hangs up.")
    behaviour: Behaviour = Field(Behaviour.ANSWER, description="What the phone does when dialled.")
    audio_mulaw: Mulaw | None = Field(None, description="Base64 of 8 kHz mu-law: said on picking up, for recordings.")


EVERYBODY = "*"
_PROFILES = TypeAdapter(dict[str, AgentProfile])


class AgentBook:
    """Profiles by contact (`client:…`, `sip:…`, `+…`); a contact that is not listed answers with the defaults."""

    def __init__(self, profiles: Mapping[str, AgentProfile] | None = None) -> None:
        self._profiles = dict(profiles or {})
        self._engaged: set[str] = set()

    def profile(self, contact: str, *, changes: Mapping[str, AgentProfile] | None = None) -> AgentProfile:
        """How this contact behaves now; `changes` hold for one call, by contact or `*` for every other."""
        profile = self._profiles.get(contact, AgentProfile())
        change = (changes or {}).get(contact) or (changes or {}).get(EVERYBODY)
        return profile if change is None else profile.model_copy(update=change.model_dump(exclude_unset=True))

    def change(self, contact: str, profile: AgentProfile) -> None:
        """From the next call on, this contact behaves like this."""
        self._profiles[contact] = profile

    def is_engaged(self, contact: str) -> bool:
        """The person is talking to somebody."""
        return contact in self._engaged

    def pick_up(self, contact: str) -> bool:
        """The person takes a call; False when already in one."""
        if contact in self._engaged:
            return False
        self._engaged.add(contact)
        return True

    def put_down(self, contact: str) -> None:
        """The person is free again."""
        self._engaged.discard(contact)


def read_profiles(path: Path) -> dict[str, AgentProfile]:
    """The profiles of a JSON file `{contact: {answer_after_seconds, talk_seconds, behaviour}}`."""
    try:
        return _PROFILES.validate_json(path.read_bytes())
    except OSError as error:
        raise InvalidOptionsError(f"The agents file {path} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InvalidOptionsError(
            f"The agents file {path} is wrong at {where or 'its start'}: {first['msg']}."
        ) from error
