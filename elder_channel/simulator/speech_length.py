"""How long a sentence takes to speak. No voice is synthesized; only the time it takes is modelled.

Chinese at 270 characters a minute, the ceiling of a Chinese financial service standard for hotline prompts
(clause 4.3); other scripts at 14 characters a second, about 160 English words a minute. Both are assumptions about
the carrier's voices.
"""

from __future__ import annotations

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
