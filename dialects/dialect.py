"""One dialect of the catalogue: its facts, the words it is known by, and what is known about recognizing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class AreaShare:
    """How much of one area code's local speakers speak the dialect."""

    code: str
    """Area code as dialled within the country, `0591`."""
    share: float
    """P(dialect | area code) of a local speaker, 0 to 1; shares of a code sum to one over the dialects."""
    basis: str
    """Where the share comes from: `mcpdict`, `mcpdict_low_n`, `override_judgement`, `guess_no_point`."""
    points: int
    """Survey points behind it."""
    cities: tuple[str, ...]
    """Cities the code covers, with their province: `福建福州`."""


@dataclass(frozen=True)
class Cue:
    """A word that speaks for the dialect when it is read in a transcript."""

    word: str
    weight: float
    """0 to 1; how much the word says."""
    not_after: str = ""
    """Characters before which the word is part of another one: 么事 in 什么事."""


@dataclass(frozen=True)
class SourcedCue:
    """A cue taken from a published word list."""

    word: str
    ipa: str
    gloss: str
    """Mandarin word for the same thing."""
    weight: float
    source: str
    """`beida` (lexibank/beidasinitic) or `liu` (lexibank/liusinitic), both CC BY 4.0."""
    shared_by: tuple[str, ...]
    """Other dialects the lists know the word from."""


@dataclass(frozen=True)
class Phrase:
    """Ways to say one thing that must be understood at once."""

    texts: tuple[str, ...]
    status: str
    """`word_attested`, `cognate_of_mandarin` or `composed_unverified`."""
    added: tuple[str, ...] = ()
    """Ways a site has added to the shipped ones (`dialects.additions`)."""


@dataclass(frozen=True)
class Pronunciation:
    """How the key words are read, character by character, at one survey point."""

    point: str
    classification: str
    source: str
    tone_values: Mapping[str, str] | None
    """Tone category to pitch contour, where known."""
    readings: Mapping[str, str]
    """Key word, in traditional characters, to its reading in IPA with tone category."""


@dataclass(frozen=True)
class RecognizerSupport:
    """What is known about recognizing the dialect."""

    recommended: str
    """Open model judged best; a model id, not necessarily installed."""
    quality_guess: str
    """Judgement: `ok`, `assumed_ok`, `partial`, `assumed_partial`, `weak`, `none_reliable`."""
    measured_cer: str | None
    """Published character error rates, percent, as text; None where nobody published one."""
    systems: Mapping[str, tuple[str, ...]]
    """System to its letter (N named, U umbrella, - not listed) and label."""
    firered_lid_tag: str
    kespeech_telespeech: str | None
    specialist: tuple[str, ...]
    """Models trained for it."""


@dataclass(frozen=True)
class Dialect:
    """One of the 42."""

    id: str
    zh: str
    en: str
    group: str
    branch: str
    """Part of the group whose speakers understand each other best: a 片 of the Atlas, of Mandarin one of its eight."""
    classification: str
    """Class of the Language Atlas of China, second edition."""
    iso639_3: str
    """Mind `nan`: Southern Min, not a missing number."""
    glottocode: str
    glottocode_match: str
    """`exact`, or which nearest or parent languoid the code is."""
    bcp47: str
    """Language tag, `nan-x-hokk1242`."""
    area_codes: tuple[AreaShare, ...]
    cues: tuple[Cue, ...]
    cues_sourced: tuple[SourcedCue, ...]
    phrases: Mapping[str, Phrase]
    """Phrase id (`report_claim`, `help`, ...) to the ways to say it."""
    pronunciation: Pronunciation
    romanised: Mapping[str, str]
    """Key word to a romanisation; empty for most."""
    romanised_source: str
    asr: RecognizerSupport
    review: Mapping[str, str]
    """Field to who checked it, in words."""

    @property
    def recognizers_recommended(self) -> tuple[str, ...]:
        """Model ids to prefer for this dialect, best first."""
        named = (self.asr.recommended, *(model for model in self.asr.specialist if " " not in model))
        return tuple(dict.fromkeys(named))

    @property
    def recognizer_quality(self) -> str:
        """Judgement of what the recommended recognizer makes of it."""
        return self.asr.quality_guess


@dataclass(frozen=True)
class Baseline:
    """Putonghua: not one of the 42, always a competing class."""

    id: str
    zh: str
    en: str
    group: str
    iso639_3: str
    bcp47: str


@dataclass(frozen=True)
class Group:
    """A family of dialects whose speakers may understand each other a little."""

    id: str
    zh: str
    en: str


@dataclass(frozen=True)
class ForeignNumbering:
    """A Chinese-speaking place with a country code of its own."""

    calling_code: str
    """`+852`."""
    place: str
    shares: Mapping[str, float]
    """Dialect id to share of local speakers."""
