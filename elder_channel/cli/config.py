"""`elder-channel config`: check the settings, show them, and write their reference."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import BaseModel

from config.environment import without_password
from config.errors import ConfigError
from config.files import is_list_field
from config.layers import KeyPath, dotted, locate
from config.loader import Assembly, assemble
from config.reference import replace_table, settings_table
from elder_channel.state import site_folder

app = typer.Typer(help="Check and show the settings.", no_args_is_help=True)

EXIT_WRONG = 2
"""Exit code when the settings are wrong."""

Site = Annotated[
    Path | None,
    typer.Option("--site", help="Folder of the site's files; else ELDER_CHANNEL_SITE, else ./site when it exists."),
]


@app.command()
def check(site: Site = None) -> None:
    """Say whether the settings are good, or everything that is wrong with them."""
    assembly = _assemble(site)
    print("OK: the settings are good. Read, the later winning:")
    for source in assembly.sources:
        print(f"  {source}")
    for warning in assembly.warnings:
        print(f"Note: {warning}")


@app.command()
def show(
    site: Site = None, as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False
) -> None:
    """Show the settings in effect and where each value comes from."""
    assembly = _assemble(site)
    rows = [(dotted(path), value, str(_origin(assembly, path))) for path, value in _values(assembly)]
    if as_json:
        print(json.dumps({key: {"value": value, "from": origin} for key, value, origin in rows}, ensure_ascii=False))
        return
    for key, value, origin in rows:
        print(f"{key} = {json.dumps(value, ensure_ascii=False)}  ({origin})")


@app.command()
def reference(
    write: Annotated[Path | None, typer.Option(help="Renew the table inside this Markdown file instead.")] = None,
) -> None:
    """Print the table of all settings, as it stands in docs/configuration.md."""
    if write is None:
        print(settings_table())
    else:
        write.write_text(replace_table(write.read_text(encoding="utf-8")), encoding="utf-8")


def _assemble(site: Path | None) -> Assembly:
    try:
        return assemble(site=site if site is not None else site_folder(os.environ), env=os.environ)
    except ConfigError as error:
        count = len(error.problems)
        typer.echo(f"The settings are wrong in {count} {'place' if count == 1 else 'places'}:", err=True)
        typer.echo(f"{error}", err=True)
        raise typer.Exit(EXIT_WRONG) from error


def _values(assembly: Assembly) -> Iterator[tuple[KeyPath, Any]]:
    for path, value in _leaves(assembly.settings, path=()):
        yield path, without_password(value) if path == ("server", "database_url") else value


def _leaves(value: Any, *, path: KeyPath) -> Iterator[tuple[KeyPath, Any]]:
    """Yield every value with its path; lists of plain values and mappings count as one value."""
    if isinstance(value, BaseModel):
        for key in type(value).model_fields:
            yield from _leaves(getattr(value, key), path=(*path, key))
    elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
        for index, item in enumerate(value):
            yield from _leaves(item, path=(*path, index))
    else:
        yield path, list(value) if isinstance(value, tuple) else value


def _origin(assembly: Assembly, path: KeyPath) -> object:
    """Return where the value was written; a key that a list's entry leaves out has the schema's own default."""
    if is_list_field(str(path[0])) and path not in assembly.origins:
        return "default"
    return locate(assembly.origins, path) or "default"
