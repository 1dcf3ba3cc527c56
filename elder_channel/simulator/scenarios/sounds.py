"""What a caller of a scenario is heard to say: shipped voices, files, and sounds made on the spot."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from dialects.audio.decode import decode_audio
from dialects.audio.telephone import to_telephone
from dialects.errors import DialectsError
from elder_channel.simulator.scenarios import made_sounds
from elder_channel.simulator.scenarios.errors import CannotPlayError
from elder_channel.simulator.scenarios.made_sounds import Floats

LONGEST_SECONDS = 300.0


class Tone(BaseModel):
    """A tone of the network."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seconds: float = Field(gt=0, le=LONGEST_SECONDS)
    hz: float = Field(450.0, gt=0, lt=4000)
    on: float = Field(1.0, gt=0, description="Seconds it sounds.")
    off: float = Field(0.0, ge=0, description="Seconds it rests.")


class Sound(BaseModel):
    """One sound; a list of them is heard one after the other."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    voice: str | None = Field(None, description="A voice shipped with the program, such as zh_hello.")
    file: str | None = Field(None, description="wav, flac, mp3 or m4a; from the scenario's own folder.")
    silence: float | None = Field(None, gt=0, le=LONGEST_SECONDS, description="Seconds of nothing.")
    noise: float | None = Field(None, gt=0, le=LONGEST_SECONDS, description="Seconds of a bad line.")
    music: float | None = Field(None, gt=0, le=LONGEST_SECONDS, description="Seconds of music.")
    tone: Tone | None = Field(None, description="A tone of the network.")
    keys: str | None = Field(None, pattern=r"^[0159]+$", description="The sound of keys 0, 1, 5 and 9 on the line.")
    syllable: float | None = Field(None, gt=0, le=2, description="So many seconds of one voice: a syllable.")
    without_pause: float | None = Field(None, gt=0, le=LONGEST_SECONDS, description="Seconds of speech with no pause.")
    mixed_languages: bool | None = Field(None, description="Putonghua and English in one breath.")
    together: tuple[Sound, ...] | None = Field(None, min_length=2, max_length=2, description="Two sounds at once.")
    quiet: Sound | None = Field(None, description="A sound from far away: 24 dB quieter, on a line that hisses.")
    shouted: Sound | None = Field(None, description="A sound so loud that it clips.")

    @model_validator(mode="after")
    def _is_one_sound(self) -> Self:
        if len(self.model_fields_set) != 1:
            kinds = ", ".join(type(self).model_fields)
            raise ValueError(f"give exactly one of {kinds}")
        return self


def as_mulaw(sounds: Sequence[Sound], *, folder: Path) -> str:
    """The sounds over a telephone line, one after the other: base64 of 8 kHz mu-law. Raises CannotPlayError."""
    samples = np.concatenate([_samples(sound, folder) for sound in sounds])
    return base64.b64encode(to_telephone(samples, rate_hz=made_sounds.RATE_HZ)).decode()


def _samples(sound: Sound, folder: Path) -> Floats:
    kind = next(iter(sound.model_fields_set))
    value = getattr(sound, kind)
    match kind:
        case "file":
            return _file(folder / value)
        case "voice":
            return _voice(value)
        case "tone":
            return made_sounds.tone(value.seconds, value.hz, on=value.on, off=value.off)
        case "together":
            one, other = (_samples(each, folder) for each in value)
            return made_sounds.together(one, other)
        case "quiet":
            return made_sounds.quiet(_samples(value, folder))
        case "shouted":
            return made_sounds.shouted(_samples(value, folder))
        case "mixed_languages":
            return made_sounds.mixed_languages()
    return _MADE[kind](value)


_MADE: dict[str, Callable[..., Floats]] = {
    "silence": made_sounds.silence,
    "noise": lambda seconds: made_sounds.noise(seconds, 0.05),
    "music": made_sounds.music,
    "keys": made_sounds.keys,
    "syllable": made_sounds.syllable,
    "without_pause": made_sounds.without_pause,
}


def _voice(name: str) -> Floats:
    if not (made_sounds.VOICES / f"{name}.flac").is_file():
        shipped = ", ".join(sorted(path.stem for path in made_sounds.VOICES.glob("*.flac")))
        raise CannotPlayError(f"there is no voice {name}; shipped are {shipped}")
    return made_sounds.voice(name)


def _file(path: Path) -> Floats:
    try:
        audio = decode_audio(path, rate_hz=made_sounds.RATE_HZ, max_seconds=LONGEST_SECONDS)
    except (DialectsError, OSError) as error:
        raise CannotPlayError(f"the recording {path} cannot be heard: {error}") from error
    return audio.samples
