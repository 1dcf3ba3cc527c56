"""Sentences of whole callers from which a need is to be read, and ordinary ones from which none is."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest

from dialects.catalogue import Catalogue
from dialects.catalogue_files import read_yaml
from dialects.intents import find_need
from dialects.needs import load_needs

FOLDER = Path(str(resources.files("dialects"))) / "data" / "sentences"
FILES = {file.stem: read_yaml(file) for file in sorted(FOLDER.glob("*.yaml"))}
SENTENCES = [(name, need, text) for name, needs in FILES.items() for need, texts in needs.items() for text in texts]


@pytest.mark.parametrize("name", FILES)
def test_every_sentence_is_understood(name: str, catalogue: Catalogue) -> None:
    """Exactly the need under which it stands; none, where none is meant."""
    wrong = []
    for _, need, text in (each for each in SENTENCES if each[0] == name):
        heard = find_need(text, catalogue)
        if (heard.need.id if heard else "none") != need:
            wrong.append((need, text, heard))
    assert wrong == []


def test_the_files_are_those_of_languages_and_dialects(catalogue: Catalogue) -> None:
    """Named after a dialect, or one of the four that belong to none; under needs that exist."""
    assert set(FILES) - set(catalogue.dialects) == {"putonghua", "english", "look_alikes", "none"}
    assert {need for _, need, _ in SENTENCES} - {"none"} == set(load_needs())
    assert set(FILES) >= set(catalogue.dialects)


def test_look_alikes_are_known_by_their_sound(catalogue: Catalogue) -> None:
    """None of them holds a wording as written."""
    heard = [find_need(text, catalogue) for name, _, text in SENTENCES if name == "look_alikes"]
    assert [each.wording for each in heard if each and each.exact] == []
