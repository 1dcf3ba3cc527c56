"""The site's settings files together: their texts, what the line would say to others, and writing several at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime

from config.errors import ConfigError, Problem
from config.files import is_list_field
from config.schema import Settings
from elder_channel.bootstrap import Line
from elder_channel.services import roster
from elder_channel.services.errors import ServiceError, SettingProblem, SettingsRefusedError
from elder_channel.services.section_texts import NEW_FILE, own_values
from elder_channel.services.settings_model import Edit
from elder_channel.services.site_file import FileChange, SiteFile, etag_of

FOLDER = "settings_history"
"""In the state folder; a folder for each section."""
_KEY = re.compile(r"(\w+)(?:\[(\d+)\])?(?:\.([^.\[]+))?")


@dataclass(frozen=True)
class Writing:
    """Who writes, and why."""

    what: str
    note: str
    by: str
    role: str
    approved_by: str = ""


class SettingsFiles:
    """Every settings file of a line's site, with its history."""

    def __init__(self, line: Line) -> None:
        self._line = line
        site, state = line.source.site, line.state
        new = NEW_FILE.encode()
        self._files = {
            section: SiteFile(
                site, f"{section}.yaml", state / FOLDER / section, otherwise=None if is_list_field(section) else new
            )
            for section in Settings.model_fields
        }
        self._files["agents"] = roster.roster_file(site, state)  # one history, whichever page writes it

    @property
    def can_be_written(self) -> bool:
        """Whether there is a folder of the site's own, and it lets us write."""
        return self._files["line"].can_be_written

    def file(self, section: str) -> SiteFile:
        """The file of a section; raises `SettingsRefusedError` for none."""
        if section not in self._files:
            raise SettingsRefusedError("settings_unknown", f"There are no settings {section[:32]!r}.")
        return self._files[section]

    def text(self, section: str) -> str:
        """What stands in the file, or would be where it begins. Raises `SettingsRefusedError`."""
        try:
            return self.file(section).read().decode("utf-8")
        except UnicodeDecodeError as error:
            raise SettingsRefusedError("settings_no_yaml", f"{section}.yaml is not UTF-8 text.") from error

    def problems(self, texts: Mapping[str, str]) -> tuple[SettingProblem, ...]:
        """What the line would refuse were these the texts of the sections; none when it would take them (law 8)."""
        try:
            self._line.source.tried({f"{section}.yaml": text.encode() for section, text in texts.items()})
        except ConfigError as error:
            return tuple(self.problem(each, texts) for each in error.problems)
        return ()

    def problem(self, problem: Problem, texts: Mapping[str, str]) -> SettingProblem:
        """A problem of the settings beside the field it speaks of."""
        where = problem.source if problem.line is None else f"{problem.source}:{problem.line}"
        found = _KEY.match(problem.key)
        section = found[1] if found and found[1] in self._files else _section_of(problem.source, self._files)
        key = found[3] or "" if found and found[1] == section else ""
        if found and found[2] is not None and section:
            key = self._id_at(section, int(found[2]), texts)
        return SettingProblem(section, key, where, f"{problem.key}: {problem.reason}".removeprefix(": "))

    def standing_problems(self, section: str) -> tuple[SettingProblem, ...]:
        """Why the section's file as it is now is refused, if it is."""
        problem = self._line.source.problem
        name = f"/{self.file(section).name}"
        return (
            tuple(self.problem(each, {}) for each in problem.problems if each.source.endswith(name)) if problem else ()
        )

    def demand_good(self, edits: Sequence[Edit]) -> None:
        """Raise `SettingsRefusedError` for what could not be written, or would be refused by the line."""
        if not self.can_be_written:
            raise SettingsRefusedError("settings_no_site", "There is no folder of the site's own that can be written.")
        problems = self.problems({edit.section: edit.after for edit in edits})
        if problems:
            raise SettingsRefusedError("settings_wrong", "The line would not accept this.", problems)

    @contextmanager
    def locked(self, sections: Sequence[str]) -> Iterator[None]:
        """Hold these files against other consoles; always in the same order, so that two never wait for each other."""
        with ExitStack() as held:
            for section in sorted(sections):
                held.enter_context(self.file(section).locked())
            yield

    def write(self, edits: Sequence[Edit], writing: Writing) -> None:
        """Put all edits in force, or none; `locked` must be held.

        Raises `SettingsRefusedError` with everything the line would refuse, and `SiteFileError`.
        """
        self.demand_good(edits)
        at, sound = self._line.clock(), self._line.source.problem is None
        done: list[tuple[SiteFile, bytes | None]] = []
        try:
            for edit in edits:
                file = self.file(edit.section)
                old = file.read() if file.exists else None
                if old is not None and sound:  # what the line refuses may hold a secret: not kept
                    file.meet(old, at=at)
                done.append((file, old))
                file.replace(edit.after.encode())
        except ServiceError:
            for file, old in done:  # half of a change is none
                file.take_away() if old is None else file.replace(old)
            raise
        for edit in edits:
            self._note(edit, writing, at=at)
        self._line.source.reload()

    def _note(self, edit: Edit, writing: Writing, *, at: datetime) -> None:
        file = self.file(edit.section)
        file.note(
            FileChange(
                number=len(file.changes()) + 1,
                at=at,
                by=writing.by,
                role=writing.role,
                what=writing.what,
                before={each.key: each.before for each in edit.fields},
                after={each.key: each.after for each in edit.fields},
                etag=etag_of(edit.after.encode()),
                note=writing.note,
                approved_by=writing.approved_by,
            )
        )

    def _id_at(self, section: str, index: int, texts: Mapping[str, str]) -> str:
        try:
            ids = list(own_values(section, texts.get(section) or self.text(section)))
        except ServiceError:
            return ""
        return ids[index] if index < len(ids) else ""


def _section_of(source: str, files: Mapping[str, SiteFile]) -> str:
    name = source.rpartition("/")[2].removesuffix(".yaml")
    return name if name in files else ""
