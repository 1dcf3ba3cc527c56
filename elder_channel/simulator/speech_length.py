"""How long a sentence takes to speak. No voice is synthesized; only the time it takes is modelled.

Chinese at 270 characters a minute, the ceiling of a Chinese financial service standard for hotline prompts
(clause 4.3); other scripts at 14 characters a second, about 160 English words a minute. Both are assumptions about
the carrier's voices.
"""

from __future__ import annotations

from elder_channel.simulator.twiml import Verb

HAN_PER_SECOND = 4.5
LETTERS_PER_SECOND = 14.0
SHORTEST_SECONDS = 0.3


def spoken_seconds(text: str) -> float:
    """The seconds it takes to say `text`; nothing takes no time."""
    han = sum(1 for character in text if "\u3400" <= character <= "\u9fff")
    other = sum(1 for character in text if character.isalnum() or character.isspace()) - han
    if not text.strip():
        return 0.0
    return max(SHORTEST_SECONDS, han / HAN_PER_SECOND + max(other, 0) / LETTERS_PER_SECOND)


def say_seconds(say: Verb) -> float:
    """The seconds a `<Say>` takes, at the speed its `<prosody rate>` asks for; named speeds are not modelled."""
    return sum(spoken_seconds(part.text) / _rate(part) for part in say.named("prosody") or (say,))


def _rate(part: Verb) -> float:
    """The speed as a factor, within the 20% to 200% that the voices can do."""
    rate = part.attributes.get("rate", "").strip().removesuffix("%")
    return min(max(int(rate), 20), 200) / 100 if rate.isascii() and rate.isdecimal() else 1.0
