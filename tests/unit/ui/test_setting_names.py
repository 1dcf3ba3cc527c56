"""The settings in Chinese."""

from __future__ import annotations

import pytest

from config.fields import fields_of
from config.schema import Settings
from config.second_person import Concern
from config.taking_over import Taking
from ui.setting_names import ABOUT, CHOICES, HELPS, NAMES, SECTIONS
from ui.settings_cards import diff_text, value_text
from ui.words import ZH


def test_every_setting_has_its_name_and_meaning_in_chinese_and_nothing_else_has() -> None:
    """A setting that comes, goes or is renamed takes its words along."""
    known = {f"{section}.{spec.key}" for section in Settings.model_fields for spec in fields_of(section)}
    assert set(NAMES) == known
    assert set(SECTIONS) == set(ABOUT) == set(Settings.model_fields)
    assert [name for name in known if not NAMES[name] or not HELPS[name]] == []


def test_every_choice_has_its_word() -> None:
    """Beside the value the file has."""
    choices = {each for section in Settings.model_fields for spec in fields_of(section) for each in spec.choices}
    assert choices == set(CHOICES)


@pytest.mark.parametrize(
    "key",
    [
        *(f"settings.concern.{each}" for each in Concern),
        *(f"settings.counts.{each}" for each in Taking),
        *(
            f"settings.unit.{spec.unit}"
            for section in Settings.model_fields
            for spec in fields_of(section)
            if spec.unit
        ),
        *(f"refused.settings_{code}" for code in ("wrong", "file", "no_yaml", "no_site", "held", "id", "unknown")),
        *(f"refused.settings_{code}" for code in ("note", "note_long", "own", "decided", "import", "conflict")),
        *(f"refused.file_{code}" for code in ["unreadable", "unwritable", "busy", "no_version"]),
        *(f"settings.history.{what}" for what in ["changed", "added", "removed", "restored", "imported", "by_hand"]),
    ],
)
def test_whatever_the_services_say_has_its_sentence(key: str) -> None:
    """Reasons, refusals, units and kinds of change."""
    assert key in ZH


def test_values_are_told_in_words() -> None:
    """Yes and no, nothing, lists, and what is nested."""
    told = [value_text(each).zh for each in (True, False, "", [], 0, 0.05, ["a", "b"], {"a": [1]}, "elders", None)]
    assert told == ["是", "否", "没有", "没有", "0", "0.05", "a、b", '{"a": [1]}', "加上长者", "没有"]
    assert value_text("elders").en == "elders"


def test_a_difference_of_texts_is_told_by_line() -> None:
    """Nothing where nothing differs."""
    assert diff_text("line.yaml", "a\nb\n", "a\nb\n") == ""
    assert diff_text("line.yaml", "a\nb\n", "a\nc\n").splitlines()[-2:] == ["-b", "+c"]
