"""The catalogue's own sentences, and what a changed catalogue makes of them: which answers change, before it is kept.

The sentences are those of `data/sentences/`. What callers said is not tried: customers agree to keeping sound, not
words.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

from dialects.catalogue import PUTONGHUA, Catalogue
from dialects.catalogue_files import read_yaml
from dialects.intents import find_need
from dialects.words import word_evidence

NO_NEED = "none"
_OF_NO_DIALECT = ("english", "look_alikes", "none")


@dataclass(frozen=True)
class Sentence:
    """One sentence and what it is to mean."""

    text: str
    need: str
    """The need that is to be read from it, `none` for none."""
    dialect: str | None
    """Whose it is: a dialect, `putonghua`, or None where the file belongs to no dialect."""


@dataclass(frozen=True)
class Answer:
    """What a catalogue makes of a sentence."""

    need: str
    dialect: str | None
    """What its words speak for most; None where they say too little."""


@dataclass(frozen=True)
class Change:
    """A sentence whose answer is another one."""

    sentence: Sentence
    before: Answer
    after: Answer

    @property
    def is_worse(self) -> bool:
        """Whether something that was right is wrong now, or what was not told is told wrongly."""
        meant, before, after = self.sentence, self.before, self.after
        lost_need = before.need == meant.need != after.need
        told_wrongly = after.dialect not in (None, meant.dialect) and before.dialect in (None, meant.dialect)
        return lost_need or (meant.dialect is not None and told_wrongly)

    @property
    def is_better(self) -> bool:
        """Whether something is right now that was not, and nothing worse."""
        meant, before, after = self.sentence, self.before, self.after
        found_need = before.need != meant.need == after.need
        found_dialect = meant.dialect is not None and before.dialect != meant.dialect == after.dialect
        return not self.is_worse and (found_need or found_dialect)


@lru_cache(maxsize=1)
def load_sentences() -> tuple[Sentence, ...]:
    """Every sentence that says something, in the order of the files' names."""
    folder = Path(str(resources.files("dialects"))) / "data" / "sentences"
    return tuple(
        Sentence(text, need, None if file.stem in _OF_NO_DIALECT else file.stem)
        for file in sorted(folder.glob("*.yaml"))
        for need, texts in read_yaml(file).items()
        for text in texts
        if text.strip()
    )


@lru_cache(maxsize=4)
def answers(catalogue: Catalogue) -> tuple[Answer, ...]:
    """What the catalogue makes of each sentence, in their order."""
    return tuple(_answer(sentence.text, catalogue) for sentence in load_sentences())


def changes(before: Catalogue, after: Catalogue) -> tuple[Change, ...]:
    """The sentences the two catalogues answer differently, those that get worse first."""
    pairs = zip(load_sentences(), answers(before), answers(after), strict=True)
    found = [Change(sentence, old, new) for sentence, old, new in pairs if old != new]
    return tuple(sorted(found, key=lambda change: (not change.is_worse, not change.is_better)))


def _answer(text: str, catalogue: Catalogue) -> Answer:
    heard, words = find_need(text, catalogue), word_evidence(text, catalogue)
    dialect = None
    if words is not None:
        best = max(words.likelihood, key=lambda class_id: words.likelihood[class_id])
        dialect = None if best == PUTONGHUA else best
    return Answer(heard.need.id if heard else NO_NEED, dialect)
