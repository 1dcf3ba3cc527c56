"""The settings files of a folder: one per field of `Settings`, each partial, each with its schema version."""

from __future__ import annotations

import difflib
import re
from dataclasses import replace
from importlib.resources.abc import Traversable
from pathlib import PurePath
from typing import Any, get_args

from pydantic import BaseModel

from config.errors import Problem
from config.layers import KeyPath, Layer, Origin, lay_over
from config.reading import read_yaml
from config.schema import Settings

SCHEMA_VERSION = 1
"""The version every settings file names; a file of another version is refused, never guessed at."""

_SETTINGS_SUFFIXES = frozenset({".yaml", ".yml", ".json", ".toml"})
_SECRET_KEY = re.compile(
    r"(^|[_-])(secrets?|passwords?|passwd|passphrase|tokens?|api_?keys?|credentials?|private_?keys?|auth)([_-]|$)", re.I
)


def read_folder(folder: Traversable, *, name: str) -> Layer:
    """Return every settings file of a folder as one layer; what is wrong with them is in `problems`.

    `name` is how the folder is called in messages. Files that cannot be meant as settings (a README, notes) and
    folders are passed over; a YAML, JSON or TOML file nobody asked for is a spelling mistake and is refused.
    """
    layer = Layer()
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.startswith(".") or PurePath(entry.name).suffix.lower() not in _SETTINGS_SUFFIXES:
            continue
        layer = lay_over(layer, _read_entry(entry, source=f"{name}/{entry.name}"))
    return layer


def _read_entry(entry: Traversable, *, source: str) -> Layer:
    field = entry.name.removesuffix(".yaml")
    reason = None
    if field not in Settings.model_fields or entry.name == field:
        reason = f"no such settings file; there are {_listed([f'{known}.yaml' for known in Settings.model_fields])}"
        reason += suggestion(f"{PurePath(entry.name).stem}.yaml", [f"{known}.yaml" for known in Settings.model_fields])
    elif not entry.is_file():
        reason = "this must be a file"
    if reason is None:
        try:
            return _as_field(read_yaml(entry.read_bytes(), source=source), field=field, source=source)
        except OSError as error:
            reason = f"the file cannot be read: {error.strerror or error}"
    return Layer(problems=[Problem(source, None, "", reason)], sources=[source])


def _as_field(document: Layer, *, field: str, source: str) -> Layer:
    """Return the document as part of the settings, checked for its version and for secrets."""
    _check_version(document, source=source)
    _refuse_secrets(document)
    prefix: KeyPath = () if is_list_field(field) else (field,)
    values = document.values if prefix else _only(document, field)
    return Layer(
        values={field: values} if prefix else values,
        origins={(*prefix, *path): origin for path, origin in document.origins.items()},
        problems=[_with_field(problem, field=field if prefix else "") for problem in document.problems],
        refused={(*prefix, *path) for path in document.refused},
        sources=document.sources,
    )


def is_list_field(field: str) -> bool:
    """Tell whether a field is a list; its file then holds one key of the field's own name."""
    return item_type(field) is not None


def item_type(field: str) -> type[BaseModel] | None:
    """Return the model of a list field's items, or None for a field that is one section."""
    arguments = get_args(Settings.model_fields[field].annotation)
    return arguments[0] if arguments else None


def suggestion(word: str, known: list[str]) -> str:
    """Return "; did you mean x?" when something known is spelled nearly like `word`, else nothing."""
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.8)
    return f"; did you mean {close[0]}?" if close else ""


def _check_version(document: Layer, *, source: str) -> None:
    """Take the schema version out of the document and report one we do not know."""
    version = document.values.pop("schema", None)
    origin = document.origins.pop(("schema",), None)
    if origin is None:
        if not document.problems:  # a file that could not be read has been reported already
            document.refuse(("schema",), Origin(source, 1), f"is missing; the file must say schema: {SCHEMA_VERSION}")
    elif (type(version) is not int or version != SCHEMA_VERSION) and ("schema",) not in document.refused:
        reason = f"version {str(version)[:20]} is not known; this program reads schema: {SCHEMA_VERSION}"
        document.refuse(("schema",), origin, reason)


def _refuse_secrets(document: Layer) -> None:
    for path, origin in list(document.origins.items()):
        if isinstance(path[-1], str) and _SECRET_KEY.search(path[-1]):
            reason = "secrets do not belong in YAML; give it in the environment or in secrets.env of the state folder"
            document.refuse(path, origin, reason)


def _only(document: Layer, field: str) -> dict[str, Any]:
    """Return the one key a list field's file holds, reporting every other."""
    for key in [key for key in document.values if key != field]:
        del document.values[key]
        if (key,) not in document.refused:
            document.refuse((key,), document.origins.pop((key,)), f"no such key; this file holds schema and {field}")
    return document.values


def _with_field(problem: Problem, *, field: str) -> Problem:
    key = ".".join(part for part in (field, problem.key) if part) if problem.key else ""
    return replace(problem, key=key)


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"
