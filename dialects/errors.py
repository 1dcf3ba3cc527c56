"""What can go wrong in this package.

DialectsError
├── AudioError                    a recording that cannot be used
│   ├── AudioNotFoundError
│   ├── EmptyAudioError
│   └── NotAudioError
│       └── NoAudioTrackError
├── ManifestError                 a list of recordings that cannot be read
├── TrainingDataError             recordings that no head can be trained on
│   └── FrozenSetError            recordings that heads cannot be compared on
├── HeadStoreError                a site's own heads that cannot be listed or changed
├── SpeechModelError              a model that cannot be used
│   ├── SpeechModelAbsentError
│   ├── SpeechModelDamagedError
│   ├── RecognizersFailedError
│   └── HeadError                 an acoustic head that is none, or not the one it should be
│       └── HeadFeaturesError     one that was trained on other features than this program makes
└── CatalogueError                the catalogue cannot answer
    ├── CatalogueUnreadableError
    ├── CatalogueInvalidError
    └── UnknownDialectError
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class DialectsError(Exception):
    """Base of every error of this package."""


class AudioError(DialectsError):
    """A recording cannot be used; names it and says why."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


class AudioNotFoundError(AudioError):
    """There is no such recording."""


class EmptyAudioError(AudioError):
    """The recording holds no sound at all."""


class NotAudioError(AudioError):
    """The file is not a recording, or not one that can be read."""


class NoAudioTrackError(NotAudioError):
    """The file holds pictures or data, but no sound."""


class ManifestError(DialectsError):
    """A manifest of recordings cannot be read; names file and line and says why."""

    def __init__(self, file: Path, line: int, reason: str) -> None:
        super().__init__(f"{file}:{line}: {reason}")
        self.file = file
        self.line = line


class TrainingDataError(DialectsError):
    """No head can be trained on these recordings."""


class FrozenSetError(TrainingDataError):
    """Heads cannot be compared on these recordings."""


class HeadStoreError(DialectsError):
    """A site's own heads cannot be listed or changed."""


class SpeechModelError(DialectsError):
    """A speech model cannot be used."""

    code = "model_error"
    retryable = False


class SpeechModelAbsentError(SpeechModelError):
    """The speech model is not installed."""

    code = "model_absent"


class SpeechModelDamagedError(SpeechModelError):
    """A file of the speech model is not the one it should be."""

    code = "model_damaged"


class RecognizersFailedError(SpeechModelError):
    """None of several recognizers could answer."""

    code = "recognizers_failed"
    retryable = True

    def __init__(self, failures: Sequence[str]) -> None:
        """`failures`: one sentence for each that was asked."""
        super().__init__("No recognizer could answer. " + "; ".join(failures))
        self.failures = tuple(failures)


class HeadError(SpeechModelError):
    """An acoustic head cannot be used: its file is missing, damaged or of another layout."""

    code = "head_error"


class HeadFeaturesError(HeadError):
    """An acoustic head was trained on other features than this program makes."""

    code = "head_features"


class CatalogueError(DialectsError):
    """The catalogue of dialects cannot answer."""

    code = "catalogue_error"
    retryable = False


class CatalogueUnreadableError(CatalogueError):
    """A file of the catalogue is missing or is not YAML."""

    code = "catalogue_unreadable"

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(f"{file}: cannot be read as catalogue data: {reason}")
        self.file = file


class CatalogueInvalidError(CatalogueError):
    """The catalogue says something that cannot be true."""

    code = "catalogue_invalid"

    def __init__(self, file: Path, subject: str, statement: str) -> None:
        """`subject` is the dialect, area code or key meant; `statement` says what is wrong with it."""
        super().__init__(f"{file}: {subject}: {statement}")
        self.file = file
        self.subject = subject


class UnknownDialectError(CatalogueError):
    """No dialect of the catalogue has this id."""

    code = "unknown_dialect"

    def __init__(self, dialect_id: str) -> None:
        super().__init__(f"{dialect_id!r} is neither one of the 42 dialects nor putonghua")
        self.dialect_id = dialect_id
