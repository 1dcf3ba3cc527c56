"""Assembling the settings: packaged defaults, then the site's files, then the environment."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from config.carrier_checks import check_carrier, check_ceiling, check_recording, check_test_numbers
from config.checks import (
    Finding,
    check_agents,
    check_endpointing,
    check_line,
    check_one_tap,
    check_outbound,
    check_recognition,
    check_routing,
    check_server,
    check_specialists,
    warnings_about,
    warnings_about_sound,
)
from config.environment import read_environment
from config.errors import ConfigError, Problem
from config.files import is_list_field, read_folder
from config.layers import KeyPath, Layer, Origin, lay_over, locate
from config.order_checks import check_orders
from config.schema import Settings
from config.site_checks import check_companies, check_places_of_agents, check_sites, warnings_about_sites
from config.validation import problem_at, validate_field
from dialects.catalogue import load_catalogue

DEFAULTS_NAME = "defaults"
"""How the packaged files are called in messages: `defaults/line.yaml:4`."""


@dataclass(frozen=True)
class Assembly:
    """Valid settings and how they came about."""

    settings: Settings
    origins: Mapping[KeyPath, Origin]
    """Where each value was written."""

    sources: tuple[str, ...]
    """The files and variables read, weakest first."""

    warnings: tuple[str, ...]
    """What is allowed, and yet leaves callers worse off."""


def load(*, site: Path | None, env: Mapping[str, str], dialect_ids: Collection[str] | None = None) -> Settings:
    """Return the settings of a site, or raise `ConfigError` with everything that is wrong.

    `site` is the folder with the site's files, None for none; `env` is the process environment. A folder that does not
    exist is refused: going on without the site's settings would be a wrong configuration going live (law 8).
    `dialect_ids` are the ids agents may name; left out, those of the catalogue.
    """
    return assemble(site=site, env=env, dialect_ids=dialect_ids).settings


def assemble(
    *,
    site: Path | None,
    env: Mapping[str, str],
    dialect_ids: Collection[str] | None = None,
    called: str | None = None,
) -> Assembly:
    """Return the settings with the place of every value; takes and raises what `load` does.

    `called` is how the site's folder is named in messages, where it is a copy of another.
    """
    layer = lay_over(_packaged(), _read_site(site, called))
    layer = lay_over(layer, read_environment(env))
    known = load_catalogue().classes if dialect_ids is None else dialect_ids
    parts: dict[str, Any] = {}
    problems = list(layer.problems)
    for field in Settings.model_fields:
        parts[field], wrong = validate_field(field, layer)
        problems += wrong
    findings = chain(_between(parts, dialect_ids=known), _places(parts, layer), _passwords_in_files(parts, layer))
    problems += [problem for path, reason in findings if (problem := problem_at(path, reason, layer))]
    if problems:
        raise ConfigError(problems)
    settings = Settings(**{field: _without_index(field, part) for field, part in parts.items()})
    warnings = chain(
        warnings_about(settings.agents),
        warnings_about_sites(settings.sites, settings.agents),
        warnings_about_sound(settings.learning, settings.line),
    )
    return Assembly(settings, layer.origins, tuple(layer.sources), tuple(warnings))


@cache
def _packaged() -> Layer:
    """The packaged defaults, read once a process: laying others over them leaves them as they are."""
    return read_folder(files("config") / "defaults", name=DEFAULTS_NAME)


def _read_site(site: Path | None, called: str | None) -> Layer:
    if site is None:
        return Layer()
    if not site.is_dir():
        return Layer(
            problems=[Problem(str(site), None, "", "there is no such folder; it should hold the site's settings")]
        )
    try:
        return read_folder(site, name=called or str(site))
    except OSError as error:
        return Layer(problems=[Problem(str(site), None, "", f"the folder cannot be read: {error.strerror or error}")])


def _between(parts: Mapping[str, Any], *, dialect_ids: Collection[str]) -> list[Finding]:
    """Return what is wrong between valid sections; a section that is wrong itself is None and passed over."""
    found: list[Finding] = []
    if parts["server"] is not None:
        found += check_server(parts["server"])
    if parts["recognition"] is not None:
        found += [*check_recognition(parts["recognition"]), *check_specialists(parts["recognition"])]
    if parts["line"] is not None:
        found += [*check_line(parts["line"]), *check_test_numbers(parts["line"])]
        found += check_recording(parts["recording"], line=parts["line"])
    if parts["carrier"] is not None:
        found += check_carrier(parts["carrier"])
    if parts["outbound_ceiling"] is not None:
        found += check_ceiling(parts["outbound_ceiling"])
    if parts["routing"] is not None:
        found += check_routing(parts["routing"], line=parts["line"])
    if parts["outbound"] is not None:
        found += check_outbound(parts["outbound"])
    if parts["one_tap"] is not None:
        found += check_one_tap(parts["one_tap"])
    for field in ("endpointing_elder", "endpointing_standard"):
        if parts[field] is not None:
            found += check_endpointing(field, parts[field])
    found += check_agents(parts["agents"], line=parts["line"], dialect_ids=dialect_ids)
    found += check_orders(parts["order_types"], parts["departments"], parts["workorders"])
    found += check_sites(parts["sites"])
    return found + list(check_companies(parts["companies"], line=parts["line"]))


def _places(parts: Mapping[str, Any], layer: Layer) -> list[Finding]:
    """Return what agents say of sites and companies that are not there.

    The demonstration team names the demonstration's; beside a site's own files that is no mistake of the site's.
    """
    found = check_places_of_agents(parts["agents"], sites=parts["sites"], companies=parts["companies"])
    return [(path, reason) for path, reason in found if not _is_packaged(path, layer)]


def _is_packaged(path: KeyPath, layer: Layer) -> bool:
    origin = locate(layer.origins, path)
    return origin is not None and origin.source.startswith(f"{DEFAULTS_NAME}/")


def _passwords_in_files(parts: Mapping[str, Any], layer: Layer) -> list[Finding]:
    """Return the database URL when it carries a password and stands in a file, where secrets never stand."""
    path: KeyPath = ("server", "database_url")
    origin = layer.origins.get(path)
    if parts["server"] is None or origin is None or not origin.in_file:
        return []
    try:
        password = urlsplit(parts["server"].database_url).password
    except ValueError:
        return []  # not a URL at all; check_server says so
    if password is None:
        return []
    return [(path, "this URL holds a password; give it in the environment as ELDER_CHANNEL_SERVER__DATABASE_URL")]


def _without_index(field: str, part: Any) -> Any:
    return tuple(item for _, item in part) if is_list_field(field) else part
