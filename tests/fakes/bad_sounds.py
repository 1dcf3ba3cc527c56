"""The sounds of the scenarios, for tests that put them together themselves."""

from elder_channel.simulator.scenarios.made_sounds import (
    RATE_HZ,
    Floats,
    keys,
    mixed_languages,
    music,
    noise,
    shouted,
    silence,
    syllable,
    together,
    tone,
    voice,
    without_pause,
)

__all__ = [
    "RATE_HZ",
    "Floats",
    "keys",
    "mixed_languages",
    "music",
    "noise",
    "shouted",
    "silence",
    "syllable",
    "together",
    "tone",
    "voice",
    "without_pause",
]
