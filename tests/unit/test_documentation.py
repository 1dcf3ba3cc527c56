"""What the program knows, the documentation tells: settings, commands, variables, figures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import typer.main
from typer.core import TyperGroup

from config.environment import variables
from config.reference import settings_table
from elder_channel.cli.main import app
from elder_channel.quotations import QUOTED, disagreements, documents, quotations

ROOT = Path(__file__).parents[2]
PACKAGES = ("elder_channel", "dialects", "bilingual", "greeting_sms", "ui", "config")
VARIABLE = re.compile(r"\bELDER_CHANNEL_[A-Z0-9]+(?:_[A-Z0-9]+)*(?!_)\b")


def documentation() -> str:
    """Return all that is written for readers."""
    return "\n".join(document.read_text(encoding="utf-8") for document in documents(ROOT))


def command_lines(command: Any, name: str) -> Iterator[str]:
    """Yield every command below one, as it is typed; hidden ones are not for readers."""
    if not isinstance(command, TyperGroup):
        yield name
        return
    context = typer.Context(command)
    for key in command.list_commands(context):
        below = command.get_command(context, key)
        assert below is not None
        if not below.hidden:
            yield from command_lines(below, f"{name} {key}")


def variables_in_code() -> set[str]:
    """Return every environment variable with our prefix that the packages name."""
    sources = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return {name for path in sources for name in VARIABLE.findall(path.read_text(encoding="utf-8"))}


def test_every_setting_is_documented_as_the_schema_has_it() -> None:
    """The table of settings is the schema's; `elder-channel config reference --write` renews it."""
    assert settings_table() in (ROOT / "docs/configuration.md").read_text(encoding="utf-8")


def test_every_command_is_documented() -> None:
    """Every command can be found in the README or in docs."""
    text = documentation()
    lines = list(command_lines(typer.main.get_command(app), "elder-channel"))
    assert "elder-channel config check" in lines
    assert [line for line in lines if line not in text] == []


def test_every_environment_variable_is_documented() -> None:
    """Every variable the code names is explained, settings by their table."""
    text = documentation()
    unknown = [name for name in sorted(variables_in_code()) if name not in variables() and name not in text]
    assert unknown == []


@pytest.mark.parametrize("document", documents(ROOT), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_quoted_figure_is_the_report_s(document: Path) -> None:
    """A figure in the documentation is what was measured; `make reports` renews the reports it is compared with."""
    assert list(disagreements(quotations(document), reports=ROOT / QUOTED)) == []
