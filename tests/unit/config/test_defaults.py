"""The packaged files say what the schema says, and the demonstration team can ring nobody."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from config import Settings, load
from config.files import is_list_field
from config.reference import default_file

SECTIONS = [field for field in Settings.model_fields if not is_list_field(field)]
HARMLESS = re.compile(r"\+1\d{3}55501\d\d|sip:[\w-]+@agents\.example|client:[\w-]+")


@pytest.mark.parametrize("field", SECTIONS)
def test_packaged_file_has_every_default_with_its_help_text(field: str) -> None:
    """Defaults and explanations have one home, the schema; the YAML is written from it."""
    assert (files("config") / "defaults" / f"{field}.yaml").read_text(encoding="utf-8") == default_file(field)


def test_every_setting_has_a_help_text() -> None:
    """Nobody has to read code to learn what a setting means."""
    assert not re.search(r"\| *(None)? *\|$", "".join(default_file(field) for field in SECTIONS), re.MULTILINE)
    for field in SECTIONS:
        assert "# None" not in default_file(field)


def test_demonstration_team_can_ring_nobody() -> None:
    """Contacts come from ranges set aside for fiction, reserved names and softphones."""
    assert all(HARMLESS.fullmatch(agent.contact) for agent in load(site=None, env={}).agents)


def test_demonstration_team_covers_the_line() -> None:
    """Every dialect of the catalogue finds somebody, English two people, and the carrier three to ring by itself."""
    agents = load(site=None, env={}).agents
    assert len({dialect for agent in agents for dialect in agent.dialects}) == 42
    assert sum(agent.languages.get("en", 0) >= 4 for agent in agents) >= 2
    assert sum(agent.hunt_group and agent.contact.startswith("+") for agent in agents) >= 3
