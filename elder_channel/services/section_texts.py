"""The text of a settings file and what it says, field by field: read, changed in single fields, compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from config.errors import ConfigError
from config.fields import Kind, fields_of
from config.files import SCHEMA_VERSION, is_list_field
from config.reading import read_yaml
from config.rewriting import rewritten
from config.second_person import concern_of_change
from config.taking_over import taking
from elder_channel.services.errors import SettingProblem, SettingsRefusedError
from elder_channel.services.settings_model import FieldChange

NEW_FILE = f"# Of this site; it says only what differs from the packaged settings.\nschema: {SCHEMA_VERSION}\n"
_MERGED = frozenset({Kind.PAIRS, Kind.NESTED})


def own_values(section: str, text: str) -> dict[str, Any]:
    """What the file itself says: fields of a section, or items of a list by their id.

    Raises `SettingsRefusedError` for a text that is no settings file.
    """
    tree = _tree(section, text)
    if not is_list_field(section):
        return {key: value for key, value in tree.items() if key != "schema"}
    items = tree.get(section, [])
    if not isinstance(items, list) or not all(isinstance(each, dict) and "id" in each for each in items):
        raise SettingsRefusedError("settings_no_yaml", f"{section}.yaml holds no list of items with an id.")
    return {str(each["id"]): each for each in items}


def all_values(section: str, text: str) -> dict[str, Any]:
    """What the file and the packaged defaults say together, as the line lays them over each other."""
    own = own_values(section, text)
    if is_list_field(section):
        return own
    return {spec.key: _over(spec.default, own.get(spec.key)) for spec in fields_of(section)}


def text_with(section: str, text: str, changed: Mapping[str, Any]) -> str:
    """The text with these fields changed; None takes one out, as does the default. Every other byte stays.

    Raises `SettingsRefusedError` for what cannot be written like this.
    """
    tree = _tree(section, text)
    if is_list_field(section):
        _put_items(section, tree, changed)
    else:
        _put_fields(section, tree, changed)
    try:
        return rewritten(text, tree)
    except ConfigError as error:
        problems = [SettingProblem(section, "", f"{section}.yaml", each.reason) for each in error.problems]
        raise SettingsRefusedError("settings_wrong", str(error), problems) from error


def field_changes(section: str, before: str, after: str) -> tuple[FieldChange, ...]:
    """The fields in which two texts of a section differ, in the order of the schema or of the list."""
    old, new = (all_values(section, text) for text in (before, after))
    keys = [key for key in {**old, **new} if old.get(key) != new.get(key)]
    return tuple(
        FieldChange(
            key,
            old.get(key),
            new.get(key),
            concern_of_change(section, key, old.get(key), new.get(key)),
            taking(section, key),
        )
        for key in keys
    )


def _put_fields(section: str, tree: dict[str, Any], changed: Mapping[str, Any]) -> None:
    specs = {spec.key: spec for spec in fields_of(section)}
    for key, value in changed.items():
        spec = specs[key]
        if value is None or value == spec.default:
            tree.pop(key, None)
            continue
        if spec.kind in _MERGED and isinstance(value, Mapping):
            gone = [each for each in spec.default or {} if each not in value]
            if gone:  # mappings are merged key by key: what is packaged comes back
                reason = f"packaged entries cannot be taken out, only changed: {', '.join(gone)}"
                raise SettingsRefusedError(
                    "settings_wrong", reason, [SettingProblem(section, key, f"{section}.yaml", reason)]
                )
            value = {each: told for each, told in value.items() if told != (spec.default or {}).get(each)}
        tree[key] = value


def _put_items(section: str, tree: dict[str, Any], changed: Mapping[str, Any]) -> None:
    items = tree.get(section, [])
    known = {str(each["id"]) for each in items}
    kept = [changed.get(str(each["id"]), each) for each in items]
    added = [value for id_, value in changed.items() if id_ not in known]
    tree[section] = [each for each in (*kept, *added) if each is not None]


def _over(default: Any, own: Any) -> Any:
    if own is None:
        return default
    return {**default, **own} if isinstance(default, Mapping) and isinstance(own, Mapping) else own


def _tree(section: str, text: str) -> dict[str, Any]:
    layer = read_yaml(text.encode(), source=f"{section}.yaml")
    if layer.problems:
        problems = [SettingProblem(section, "", f"{each.source}:{each.line}", each.reason) for each in layer.problems]
        raise SettingsRefusedError("settings_no_yaml", "\n".join(map(str, layer.problems)), problems)
    return layer.values
