"""What an agent may choose from when judging a call."""

from __future__ import annotations

from dataclasses import dataclass

from dialects.acoustics import ENGLISH
from dialects.catalogue import Catalogue
from dialects.needs import load_needs


@dataclass(frozen=True)
class Choices:
    """Ids with their Chinese names, in the order of the catalogue and of the needs."""

    dialects: tuple[tuple[str, str], ...]
    needs: tuple[tuple[str, str], ...]


def choices_of(catalogue: Catalogue) -> Choices:
    """Every dialect, Putonghua and English; every need."""
    dialects = tuple((class_id, catalogue.name(class_id)) for class_id in catalogue.classes)
    return Choices((*dialects, (ENGLISH, "英语")), tuple((need.id, need.zh) for need in load_needs().values()))
