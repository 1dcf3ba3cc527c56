"""`elder-channel dialects`: the catalogue, and which recognizers serve a dialect."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from dialects.catalogue import Catalogue, load_catalogue
from dialects.dialect import Dialect
from dialects.errors import CatalogueError
from dialects.recognizers.model_files import engine_installed
from dialects.recognizers.models import Engine, load_models
from dialects.recognizers.port import Capabilities
from dialects.recognizers.weights import ModelState, ModelStatus, model_status
from dialects.support import available_recognizers
from elder_channel.cli import consent, corrections, heads, runs, sound, training
from elder_channel.cli.models import find

app = typer.Typer(help="The 42 dialects and what is known of them.", no_args_is_help=True)
sound.register(app)
training.register(app)
for name, group in (
    ("corrections", corrections.app),
    ("consent", consent.app),
    ("heads", heads.app),
    ("runs", runs.app),
):
    app.add_typer(group, name=name)

EXIT_WRONG = 2
"""Exit code when the catalogue cannot be read."""
_USABLE = (ModelState.VERIFIED, ModelState.PRESENT)
_CODES_SHOWN = 4
_FOLDED = {"English": 26, "recommended": 30}
"""Columns with long texts, and how wide they may be."""
MIN_WIDTH = 170


@app.command(name="list")
def list_dialects(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON array, one object a dialect.")] = False,
) -> None:
    """List the dialects: names, codes, area codes, and the recognizers available now and recommended."""
    try:
        catalogue = load_catalogue()
    except CatalogueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(EXIT_WRONG) from error
    status = model_status()
    usable = installed(status)
    rows = [describe(dialect, usable, catalogue) for dialect in catalogue.dialects.values()]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    # A narrow terminal wraps whole lines rather than every word.
    Console(width=max(Console().width, MIN_WIDTH)).print(_table(rows, catalogue))
    print(status.text)
    print(
        "A recognizer that only knows Chinese is listed where the dialect is Mandarin; it hears the others too, badly."
    )


def installed(status: ModelStatus) -> list[Capabilities]:
    """What the recognizers usable on this machine say of themselves; no Whisper while its model is damaged."""
    added = [
        replace(model.capabilities, name=model.id)  # the id is what `elder-channel models` is asked by
        for model in load_models().values()
        if model.engine is not Engine.WHISPER and engine_installed(model.engine) and find(model).usable
    ]
    if status.state not in _USABLE:
        return added
    # as `WhisperRecognizer` says of itself, without loading the model for a list
    whisper = Capabilities(name=f"{status.path.name}-int8", languages=frozenset({"zh", "en"}), reports_language=True)
    return [whisper, *added]


def describe(dialect: Dialect, recognizers: list[Capabilities], catalogue: Catalogue) -> dict[str, Any]:
    """One dialect as `--json` prints it."""
    return {
        "id": dialect.id,
        "zh": dialect.zh,
        "en": dialect.en,
        "iso639_3": dialect.iso639_3,
        "glottocode": dialect.glottocode,
        "group": dialect.group,
        "area_codes": [area.code for area in dialect.area_codes],
        "recognizers": {
            "available": list(available_recognizers(dialect.id, recognizers, catalogue=catalogue)),
            "recommended": list(dialect.recognizers_recommended),
        },
    }


def _table(rows: list[dict[str, Any]], catalogue: Catalogue) -> Table:
    table = Table(title=f"{len(rows)} dialects", show_lines=False)
    for column in (
        "id",
        "中文",
        "English",
        "ISO 639-3",
        "Glottocode",
        "group",
        "area codes",
        "available now",
        "recommended",
    ):
        table.add_column(column, overflow="fold", no_wrap=column not in _FOLDED, max_width=_FOLDED.get(column))
    for row in rows:
        codes = row["area_codes"]
        more = f" +{len(codes) - _CODES_SHOWN}" if len(codes) > _CODES_SHOWN else ""
        table.add_row(
            row["id"],
            row["zh"],
            row["en"],
            row["iso639_3"],
            row["glottocode"],
            catalogue.groups[row["group"]].zh,
            " ".join(codes[:_CODES_SHOWN]) + more,
            " ".join(row["recognizers"]["available"]) or "-",
            " ".join(row["recognizers"]["recommended"]),
        )
    return table
