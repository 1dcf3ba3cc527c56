"""`elder-channel models`: which file goes where for each of the 42 dialects, and what is already there."""

from __future__ import annotations

import json
import os
from typing import Annotated, Any

import typer
from rich.console import Console

from config.errors import ConfigError
from dialects.catalogue import Catalogue, load_catalogue
from dialects.recognizers.choose import Fitness, fitness_of, is_recognizable
from dialects.recognizers.model_files import FoundModel, Presence, engine_installed, how_to_install, models_folder
from dialects.recognizers.models import Engine, ModelDescription, load_models
from dialects.recognizers.specialists import Specialist, better_heard, find_added, find_specialists
from dialects.recognizers.trust import Trust, judge_trust
from dialects.recognizers.weights import ModelState, model_status
from dialects.settings import RecognitionSettings
from elder_channel.bootstrap import load_settings
from elder_channel.cli.model_tables import dialects_table, models_table

app = typer.Typer(help="The speech models: where their files go, and whether they are there.", no_args_is_help=True)

EXIT_WRONG = 2
"""Exit code when a file is not what it should be, or the name of a model or dialect is not known."""
MIN_WIDTH = 190
"""A narrow terminal wraps whole lines rather than every word."""
WHISPER = "whisper-base"
_WHISPER_STATES = {
    ModelState.VERIFIED: Presence.VERIFIED,
    ModelState.PRESENT: Presence.PRESENT,
    ModelState.DAMAGED: Presence.DAMAGED,
    ModelState.ABSENT: Presence.ABSENT,
}
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.command(name="list")
def list_models(as_json: _Json = False) -> None:
    """List for each dialect the model recommended and what the running line would use; every model with its size."""
    catalogue = load_catalogue()
    settings = _settings()
    found = {model.id: find(model) for model in load_models().values()}
    added = find_specialists(settings)
    again = better_heard(
        [each for each in added if not each.trouble], preferred=settings.specialists, catalogue=catalogue
    )
    whisper = found[WHISPER].model.name if found[WHISPER].usable and settings.enabled else None
    dialects = [_dialect(id_, found, whisper, again.get(id_, ()), catalogue) for id_ in catalogue.dialects]
    models = [_model(each) for each in found.values()]
    troubles = [{"model": each.model.id, "text": each.trouble} for each in added if each.trouble]
    if as_json:
        print(json.dumps({"dialects": dialects, "models": models, "troubles": troubles}, ensure_ascii=False, indent=2))
        return
    console = Console(width=max(Console().width, MIN_WIDTH))
    console.print(dialects_table(dialects))
    console.print(models_table(models))
    for trouble in troubles:
        print(f"{trouble['model']} is not used: {trouble['text']}")
    print(f"Models are looked for in {models_folder()}, each in a folder of its own name (ELDER_CHANNEL_MODELS).")
    print(f"Who hears again does so from a probability of {settings.specialist_probability:.0%} of the dialect on.")
    print(
        "'key words': who hears it knows Mandarin, not this dialect. 'a person': no open model is known to be reliable;"
    )
    print("there the person is the recognizer.")


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
    if model.engine is not Engine.WHISPER:
        return find_added(model, compare_hashes=compare_hashes)
    status = model_status()  # hashes what changed since it was last hashed
    missing = tuple(file.name for file in model.files if not (status.path / file.name).is_file())
    wrong = tuple(file.name for file in model.files if file.name not in missing and file.name in status.text)
    return FoundModel(model, status.path, _WHISPER_STATES[status.state], missing, wrong)


def _settings() -> RecognitionSettings:
    """The site's settings of recognition, or the packaged ones when the site's are wrong."""
    try:
        return load_settings(os.environ).recognition
    except ConfigError as error:
        typer.echo(f"The settings are wrong, the packaged ones are taken: {error}", err=True)
        return RecognitionSettings()


def _dialect(
    class_id: str,
    found: dict[str, FoundModel],
    whisper: str | None,
    again: tuple[Specialist, ...],
    catalogue: Catalogue,
) -> dict[str, Any]:
    """What the running line does with a caller of this dialect: who hears first, who again, and what it is worth."""
    dialect = catalogue.dialects[class_id]
    bundles = [each.model.id for each in found.values() if each.model.answers_to & {*dialect.recognizers_recommended}]
    bundles.sort(key=lambda id_: _recommended_rank(found[id_].model, dialect.recognizers_recommended))
    writer = (again[0].model if again else load_models()[WHISPER]) if whisper else None
    trust = judge_trust(writer.name, {class_id: 1.0}, is_english=False, catalogue=catalogue) if writer else Trust.PERSON
    return {
        "id": class_id,
        "zh": dialect.zh,
        "recommended": list(dialect.recognizers_recommended),
        "models": bundles,
        "quality": dialect.recognizer_quality,
        "reliable": is_recognizable(class_id, catalogue=catalogue),
        "heard_first_by": whisper,
        "heard_again_by": [each.model.id for each in again] if whisper else [],
        "used_now": _used(class_id, writer, catalogue),
        "trust": trust.value if trust else None,
    }


def _used(class_id: str, writer: ModelDescription | None, catalogue: Catalogue) -> dict[str, str] | None:
    """Whose text the agent reads in the end, and how well it suits the dialect."""
    if writer is None:
        return None
    fitness = fitness_of(class_id, writer.capabilities, writer.answers_to, catalogue=catalogue) or Fitness.HEARS
    return {"model": writer.id, "fitness": fitness.name.lower()}


def _recommended_rank(model: ModelDescription, recommended: tuple[str, ...]) -> int:
    return min(recommended.index(each) for each in model.answers_to if each in recommended)


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
