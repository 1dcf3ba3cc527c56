"""All settings of a site as one file to take away, and such a file read in again: looked at first, then taken."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import structlog
import yaml

from config.errors import ConfigError
from config.files import SCHEMA_VERSION, is_list_field
from config.reading import MAX_BYTES, read_yaml
from config.rewriting import rewritten
from config.schema import Settings
from elder_channel.services.accounts import Account
from elder_channel.services.corrections import AccountDirectory, allowed_role
from elder_channel.services.errors import SettingProblem, SettingsRefusedError
from elder_channel.services.section_texts import own_values
from elder_channel.services.settings_editing import MAY_EDIT, SettingsEditing
from elder_channel.services.settings_files import SettingsFiles
from elder_channel.services.settings_model import Checked, Written

log = structlog.get_logger()

MOST_ENTRIES = 200
"""Of a zip; the settings have fewer than thirty files."""
_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""Every entry's time, so that the same settings make the same zip."""


@dataclass(frozen=True)
class Import:
    """What stands in a file that was brought."""

    texts: Mapping[str, str]
    """Section to the text its file would have."""
    passed_over: tuple[str, ...] = ()
    """Names of what is no settings file."""
    checked: Checked = field(default_factory=Checked)


class SettingsExchange:
    """Writes all settings of a site into one file, and takes them from one."""

    def __init__(self, accounts: AccountDirectory, files: SettingsFiles, editing: SettingsEditing) -> None:
        self._accounts = accounts
        self._files = files
        self._editing = editing

    def as_zip(self, *, by: Account) -> bytes:
        """The site's files byte for byte; raises `NotAllowedError`."""
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
            for section, content in self._own(by):
                archive.writestr(zipfile.ZipInfo(f"{section}.yaml", _EARLIEST), content)
        log.info("settings.exported", kind="zip", by=by.username)
        return written.getvalue()

    def as_yaml(self, *, by: Account) -> bytes:
        """What the site's files say as one YAML, by section and without their comments; raises `NotAllowedError`."""
        told: dict[str, object] = {"schema": SCHEMA_VERSION}
        for section, content in self._own(by):
            own = own_values(section, content.decode("utf-8"))
            told[section] = list(own.values()) if is_list_field(section) else own
        log.info("settings.exported", kind="yaml", by=by.username)
        return yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=10_000).encode()

    def look(self, content: bytes, *, by: Account) -> Import:
        """What would come of taking a zip or a YAML; nothing is written.

        Raises `NotAllowedError`, and `SettingsRefusedError` for what is neither, or is too much.
        """
        allowed_role(self._accounts, by, MAY_EDIT)
        found = _from_zip(content) if zipfile.is_zipfile(io.BytesIO(content)) else self._from_yaml(content)
        checked = self._editing.check_texts(found.texts, by=by)
        return Import(found.texts, found.passed_over, checked)

    def take(self, found: Import, *, note: str, by: Account) -> Written:
        """Take what was looked at, or propose it. Raises as `SettingsEditing.take_texts`."""
        seen = [edit.base for edit in found.checked.edits]
        texts = {edit.section: edit.after for edit in found.checked.edits}
        return self._editing.take_texts(texts, seen=seen, note=note, by=by)

    def _own(self, by: Account) -> Iterator[tuple[str, bytes]]:
        allowed_role(self._accounts, by, MAY_EDIT)
        for section in Settings.model_fields:
            file = self._files.file(section)
            if file.exists and not self._files.standing_problems(section):
                yield section, file.read()

    def _from_yaml(self, content: bytes) -> Import:
        layer = read_yaml(content, source="import")
        if layer.problems:
            problems = [SettingProblem("", "", f"import:{each.line}", each.reason) for each in layer.problems]
            raise SettingsRefusedError("settings_import", "This is no YAML of settings.", problems)
        told = {key: value for key, value in layer.values.items() if key != "schema"}
        unknown = tuple(key for key in told if key not in Settings.model_fields)
        texts = {}
        for section in Settings.model_fields:
            if section in told:
                tree = {section: told[section]} if is_list_field(section) else told[section]
                if not isinstance(tree, dict):
                    unknown = (*unknown, section)
                    continue
                texts[section] = self._saying(section, {"schema": SCHEMA_VERSION, **tree})
        if not texts:
            raise SettingsRefusedError("settings_import", "There are no settings in this file.")
        return Import(texts, unknown)

    def _saying(self, section: str, tree: Mapping[str, object]) -> str:
        """The section's file with other values, its comments kept."""
        try:
            return rewritten(self._files.text(section), tree)
        except ConfigError as error:
            problems = [SettingProblem(section, "", f"{section}.yaml", each.reason) for each in error.problems]
            raise SettingsRefusedError("settings_import", str(error), problems) from error


def _from_zip(content: bytes) -> Import:
    texts: dict[str, str] = {}
    passed_over = []
    try:
        opened = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile as error:
        raise SettingsRefusedError("settings_import", "This zip cannot be read.") from error
    with opened as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        if len(entries) > MOST_ENTRIES:
            raise SettingsRefusedError("settings_import", f"A zip of settings has at most {MOST_ENTRIES} files.")
        for entry in entries:
            path = PurePosixPath(entry.filename)
            section = path.name.removesuffix(".yaml")
            if path.suffix != ".yaml" or section not in Settings.model_fields or section in texts:
                passed_over.append(entry.filename[:80])
                continue
            texts[section] = _read(archive, entry)
    if not texts:
        raise SettingsRefusedError("settings_import", "There are no settings in this file.")
    return Import({name: texts[name] for name in Settings.model_fields if name in texts}, tuple(passed_over))


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str:
    try:
        with archive.open(entry) as file:
            content = file.read(MAX_BYTES + 1)  # never more, whatever the entry says of its size
        if len(content) > MAX_BYTES:
            raise SettingsRefusedError("settings_import", f"{entry.filename[:80]} is too large for settings.")
        return content.decode("utf-8")
    except (zipfile.BadZipFile, zlib.error, UnicodeDecodeError, RuntimeError, NotImplementedError, OSError) as error:
        raise SettingsRefusedError("settings_import", f"{entry.filename[:80]} cannot be read.") from error
