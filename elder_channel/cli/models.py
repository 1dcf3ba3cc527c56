"""`elder-channel models`: which file goes where for each of the 42 dialects, and what is already there."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from dialects.catalogue import Catalogue, load_catalogue
from dialects.recognizers.choose import Choice, Offer, choose_recognizers, is_recognizable
from dialects.recognizers.model_files import (
    FoundModel,
    Presence,
    engine_installed,
    find_model,
    how_to_install,
    models_folder,
)
from dialects.recognizers.models import Engine, ModelDescription, load_models
from dialects.recognizers.paddle import paddle_folder
from dialects.recognizers.weights import ModelState, model_status

app = typer.Typer(help="The speech models: where their files go, and whether they are there.", no_args_is_help=True)

EXIT_WRONG = 2
"""Exit code when a file is not what it should be, or the name of a model or dialect is not known."""
MIN_WIDTH = 170
"""A narrow terminal wraps whole lines rather than every word."""
_WHISPER_STATES = {
    ModelState.VERIFIED: Presence.VERIFIED,
    ModelState.PRESENT: Presence.PRESENT,
    ModelState.DAMAGED: Presence.DAMAGED,
    ModelState.ABSENT: Presence.ABSENT,
}
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.command(name="list")
def list_models(as_json: _Json = False) -> None:
    """List each dialect with the recognizer recommended, the one used now, and the models with size and licence."""
    catalogue = load_catalogue()
    found = {model.id: find(model) for model in load_models().values()}
    dialects = [_dialect(class_id, found, catalogue) for class_id in catalogue.dialects]
    models = [_model(each) for each in found.values()]
    if as_json:
        print(json.dumps({"dialects": dialects, "models": models}, ensure_ascii=False, indent=2))
        return
    console = Console(width=max(Console().width, MIN_WIDTH))
    console.print(_dialects_table(dialects))
    console.print(_models_table(models))
    print(f"Models are looked for in {models_folder()}, each in a folder of its own name (ELDER_CHANNEL_MODELS).")
    print("'only hears' knows Mandarin, not this dialect: it may catch a key word. There the person is the recognizer.")


@app.command()
def verify(
    model: Annotated[str | None, typer.Argument(help="One model; all that are there by default.")] = None,
    as_json: _Json = False,
) -> None:
    """Compare every file with the size and SHA-256 it should have; exit code 2 when one is wrong or missing."""
    wanted = [_known(model)] if model else list(load_models().values())
    found = [find(each, compare_hashes=True) for each in wanted]
    if model is None:
        found = [each for each in found if each.presence is not Presence.ABSENT]
    if as_json:
        print(json.dumps([_model(each) for each in found], ensure_ascii=False, indent=2))
    else:
        for each in found:
            print(_sentence(each))
        if not found:
            print(f"No model is in {models_folder()} yet; elder-channel models path tells what goes there.")
    if any(not each.usable for each in found):
        raise typer.Exit(EXIT_WRONG)


@app.command()
def path(
    name: Annotated[str | None, typer.Argument(help="A model, or a dialect; all models by default.")] = None,
    as_json: _Json = False,
) -> None:
    """Tell which file goes where: path, size, SHA-256, where it is published and under which licence."""
    models = _named(name) if name else list(load_models().values())
    places = [_place(find(model)) for model in models]
    if as_json:
        print(json.dumps(places, ensure_ascii=False, indent=2))
        return
    for place in places:
        _print_place(place)


def find(model: ModelDescription, *, compare_hashes: bool = False) -> FoundModel:
    """How the files of a model stand where its engine looks for them."""
    if model.engine is Engine.PADDLE:
        return find_model(model, paddle_folder(model), compare_hashes=compare_hashes)
    if model.engine is Engine.SHERPA:
        return find_model(model, models_folder() / model.id, compare_hashes=compare_hashes)
    status = model_status()  # hashes what changed since it was last hashed
    missing = tuple(file.name for file in model.files if not (status.path / file.name).is_file())
    wrong = tuple(file.name for file in model.files if file.name not in missing and file.name in status.text)
    return FoundModel(model, status.path, _WHISPER_STATES[status.state], missing, wrong)


def offers(found: dict[str, FoundModel]) -> list[Offer]:
    """What this machine has, as the choice of a recognizer wants it."""
    return [
        Offer(each.model.capabilities, each.model.answers_to, engine_installed(each.model.engine), present=each.usable)
        for each in found.values()
    ]


def _dialect(class_id: str, found: dict[str, FoundModel], catalogue: Catalogue) -> dict[str, Any]:
    dialect = catalogue.dialects[class_id]
    choices = choose_recognizers(class_id, offers(found), catalogue=catalogue)
    bundles = [each.model.id for each in found.values() if each.model.answers_to & {*dialect.recognizers_recommended}]
    bundles.sort(key=lambda id_: _recommended_rank(found[id_].model, dialect.recognizers_recommended))
    return {
        "id": class_id,
        "zh": dialect.zh,
        "recommended": list(dialect.recognizers_recommended),
        "models": bundles,
        "quality": dialect.recognizer_quality,
        "reliable": is_recognizable(class_id, catalogue=catalogue),
        "used_now": _used(choices),
    }


def _recommended_rank(model: ModelDescription, recommended: tuple[str, ...]) -> int:
    return min(recommended.index(each) for each in model.answers_to if each in recommended)


def _used(choices: tuple[Choice, ...]) -> dict[str, str] | None:
    if not choices:
        return None
    return {"model": choices[0].offer.capabilities.name, "fitness": choices[0].fitness.name.lower()}


def _model(found: FoundModel) -> dict[str, Any]:
    model = found.model
    return {
        "id": model.id,
        "engine": model.engine.value,
        "engine_installed": engine_installed(model.engine),
        "presence": found.presence.value,
        "missing": list(found.missing),
        "wrong": list(found.wrong),
        "folder": str(found.folder),
        "megabytes": model.megabytes,
        "licence": model.licence,
        "languages": sorted(model.languages),
        "dialects_named": sorted(model.named),
        "dialects_covered": sorted(model.umbrella),
        "note": model.note,
    }


def _place(found: FoundModel) -> dict[str, Any]:
    model = found.model
    archive = model.archive
    return {
        "id": model.id,
        "folder": str(found.folder),
        "presence": found.presence.value,
        "licence": model.licence,
        "source": model.source,
        "archive": archive
        and {"url": archive.url, "bytes": archive.bytes, "sha256": archive.sha256, "md5": archive.md5},
        "engine": "installed" if engine_installed(model.engine) else how_to_install(model.engine),
        "files": [
            {"path": str(found.folder / file.name), "bytes": file.bytes, "sha256": file.sha256} for file in model.files
        ],
        "note": model.note,
    }


def _print_place(place: dict[str, Any]) -> None:
    print(f"{place['id']}  ({place['presence']})")
    print(f"  licence   {place['licence']}")
    print(f"  source    {place['source']}")
    if archive := place["archive"]:
        digest = f"sha256 {archive['sha256']}" if archive["sha256"] else f"md5 {archive['md5']}" * bool(archive["md5"])
        print(f"  archive   {archive['url']}" + (f"\n            {digest}" if digest else ""))
    if place["engine"] != "installed":
        print(f"  library   {place['engine']}")
    if place["note"]:
        print(f"  note      {place['note']}")
    for file in place["files"]:
        size = f"{file['bytes']:>13,} bytes" if file["bytes"] else "size not known".rjust(19)
        print(f"  {size}  {file['sha256'] or 'sha256 not known':64}  {file['path']}")
    print()


def _sentence(found: FoundModel) -> str:
    details = {
        Presence.VERIFIED: "every file has the SHA-256 it should have",
        Presence.PRESENT: "all files are there; not every SHA-256 is known",
        Presence.INCOMPLETE: f"missing: {', '.join(found.missing)}",
        Presence.DAMAGED: f"not the file it should be: {', '.join(found.wrong)}",
        Presence.ABSENT: f"not in {found.folder}",
    }
    return f"{found.presence.value:<10}  {found.model.id}: {details[found.presence]}"


def _named(name: str) -> list[ModelDescription]:
    """The model of that id, or those recommended for the dialect of that id."""
    dialect = load_catalogue().dialects.get(name)
    if dialect is None:
        return [_known(name)]
    wanted = dialect.recognizers_recommended
    models = [model for model in load_models().values() if model.answers_to.intersection(wanted)]
    return sorted(models, key=lambda model: _recommended_rank(model, wanted))


def _known(name: str) -> ModelDescription:
    model = load_models().get(name)
    if model is None:
        typer.echo(f"{name!r} is no model and no dialect; elder-channel models list names them.", err=True)
        raise typer.Exit(EXIT_WRONG)
    return model


def _dialects_table(rows: list[dict[str, Any]]) -> Table:
    table = Table(title=f"{len(rows)} dialects")
    for column in ("id", "中文", "model recommended", "quality", "used now"):
        table.add_column(column, overflow="fold")
    for row in rows:
        used = row["used_now"]
        told = "-" if used is None else used["model"] + (" (only hears)" if used["fitness"] == "hears" else "")
        quality = row["quality"] if row["reliable"] else f"{row['quality']}: a person"
        table.add_row(row["id"], row["zh"], " ".join(row["models"][:1]), quality, told)
    return table


def _models_table(rows: list[dict[str, Any]]) -> Table:
    table = Table(title="models")
    for column in ("model", "engine", "there", "MB", "licence", "note"):
        table.add_column(column, overflow="fold", min_width=50 if column == "model" else None)
    for row in rows:
        engine = row["engine"] + ("" if row["engine_installed"] else " (not installed)")
        size = "" if row["megabytes"] is None else str(row["megabytes"])
        table.add_row(row["id"], engine, row["presence"], size, row["licence"], row["note"])
    return table
