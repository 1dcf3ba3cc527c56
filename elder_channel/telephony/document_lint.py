"""Whether a document of the line can be followed by somebody old, and leads nowhere but to a person.

`bilingual.prompt_lint` looks at the sentences; this looks at what becomes of them: order, pauses, speed as spoken,
keys, and the way on. The figures of a profile come from standards; each can be changed where another one holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import PurePosixPath
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

from bilingual.manner import Manner
from bilingual.prompt_audio.sounds import Played
from bilingual.prompt_lint import han_in, key_names, load_profile, voice_seconds

PERSON_KEYS = frozenset({"零", "0", "zero", "九", "9", "nine"})
"""Zero is a person, nine is one who speaks English."""
_LEADS_ON = frozenset({"Gather", "Enqueue", "Dial", "Redirect", "Leave"})


@dataclass(frozen=True)
class Profile:
    """The figures documents are held to."""

    max_characters_per_minute: float = field(default_factory=lambda: load_profile().figures.max_characters_per_minute)
    """Chinese, as spoken with all pauses; 270 in clause 4.3 of a Chinese financial-service standard."""
    max_seconds_to_first_choice: float = 7.0
    """Until the first key has been named; ours."""
    max_seconds: float = 12.0
    """Of a document that asks for a key; ours."""
    min_pause_seconds: float = 1.0
    """Between two phrases, for who thinks slowly (W3C Cognitive Accessibility Guidance)."""
    min_timeout_seconds: float = 3.0
    """Silence allowed after a prompt."""


@dataclass(frozen=True)
class _Phrase:
    text: str
    seconds: float
    pause_seconds: float
    unknown: str = ""
    """The address of a sound that nobody knows."""


def _unknown(name: str) -> Played | None:  # noqa: ARG001 - as `Sounds` has it
    return None


Sounds = Callable[[str], Played | None]
"""What a sound says, by its name."""


def lint_document(
    document: str, profile: Profile | None = None, *, sounds: Sounds = _unknown, in_queue: bool = False
) -> tuple[str, ...]:
    """Everything in a TwiML document that breaks a rule, in words; empty when it is in order.

    `sounds` tells what each `<Play>` says and how long it really lasts; one it does not know is a finding. `in_queue`:
    a person is on the way already and saying nothing is enough, so a choice offered there needs neither to name the
    person first nor to be short; all other rules hold.
    """
    root = ET.fromstring(document)  # noqa: S314 (our own)
    return tuple(_lint(root, profile or Profile(), sounds, in_queue=in_queue))


def names_keys(document: str, *, sounds: Sounds = _unknown) -> bool:
    """Whether the document tells its hearer to press something: a level of a menu, however short."""
    root = ET.fromstring(document)  # noqa: S314 (our own)
    return any(key_names(phrase.text) for phrase in _phrases(root, sounds))


def _lint(root: ET.Element, profile: Profile, sounds: Sounds, *, in_queue: bool) -> Iterator[str]:
    phrases = list(_phrases(root, sounds))
    yield from (f"nobody knows what {phrase.unknown} says" for phrase in phrases if phrase.unknown)
    yield from _speed(phrases, profile)
    if any(key_names(phrase.text) for phrase in phrases):
        yield from _choice(root, phrases, profile, in_queue=in_queue)
    for phrase, following in pairwise(phrases):
        if phrase.pause_seconds < profile.min_pause_seconds:
            yield f"no pause between 「{phrase.text}」 and 「{following.text}」"
    yield from _way_on(root, profile)


def _speed(phrases: Sequence[_Phrase], profile: Profile) -> Iterator[str]:
    spoken = [phrase for phrase in phrases if han_in(phrase.text)]
    seconds = sum(phrase.seconds + phrase.pause_seconds for phrase in spoken) - (
        spoken[-1].pause_seconds if spoken else 0
    )
    rate = 60 * sum(han_in(phrase.text) for phrase in spoken) / seconds if spoken else 0.0
    if rate > profile.max_characters_per_minute:
        yield f"{rate:.0f} characters a minute"


def _choice(root: ET.Element, phrases: Sequence[_Phrase], profile: Profile, *, in_queue: bool) -> Iterator[str]:
    if root.find("Gather") is None:
        yield "a key is named where none is taken"
    seconds = 0.0
    first: Sequence[str] = ()
    for phrase in phrases:
        seconds += phrase.seconds
        named = key_names(phrase.text)
        if named and not first:
            first = named
            if seconds > profile.max_seconds_to_first_choice:
                yield f"the first choice comes after {seconds:.1f} s"
        seconds += phrase.pause_seconds
    if in_queue:
        return
    if first and first[0] not in PERSON_KEYS:
        yield f"the first choice, {first[0]}, is no person"
    if seconds > profile.max_seconds:
        yield f"a prompt of {seconds:.1f} s"


def _way_on(root: ET.Element, profile: Profile) -> Iterator[str]:
    names = [verb.tag for verb in root]
    if "Hangup" in names or "Reject" in names:
        yield "the line hangs up"
    if not _LEADS_ON.intersection(names):
        yield "a dead end"
    for place, verb in enumerate(root):
        if verb.tag != "Gather":
            continue
        if "dtmf" not in verb.get("input", "dtmf"):
            yield "a key is not taken"
        if verb.get("actionOnEmptyResult") != "true" and not _LEADS_ON.intersection(names[place + 1 :]):
            yield "silence is a dead end"
        if float(verb.get("timeout", "5")) < profile.min_timeout_seconds:
            yield f"only {verb.get('timeout', '5')} s to react"


def _phrases(root: ET.Element, sounds: Sounds) -> Iterator[_Phrase]:
    """What is said, in order, whether inside a `<Gather>` or before it, with the pause after it."""
    verbs = [verb for verb in root.iter() if verb.tag in ("Say", "Play", "Pause")]
    for place, verb in enumerate(verbs):
        if verb.tag == "Pause":
            continue
        pauses = 0.0
        for later in verbs[place + 1 :]:
            if later.tag != "Pause":
                break
            pauses += float(later.get("length", "1"))
        yield _said(verb, pauses) if verb.tag == "Say" else _played(verb, pauses, sounds)


def _said(verb: ET.Element, pauses: float) -> _Phrase:
    text = "".join(verb.itertext())
    return _Phrase(text, voice_seconds(text, _manner(verb)), pauses)


def _played(verb: ET.Element, pauses: float, sounds: Sounds) -> _Phrase:
    address = (verb.text or "").strip()
    played = sounds(PurePosixPath(urlsplit(address).path).stem)
    return _Phrase(played.text, played.seconds, pauses) if played else _Phrase("", 0.0, pauses, unknown=address)


def _manner(say: ET.Element) -> Manner:
    prosody = say.find("prosody")
    given: Mapping[str, str] = {} if prosody is None else prosody.attrib
    rate = re.fullmatch(r"(\d+)%", given.get("rate", ""))
    return Manner(int(rate[1]) if rate else 100, given.get("volume"))
