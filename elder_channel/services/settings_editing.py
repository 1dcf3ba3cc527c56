"""Settings as staff change them, one section at a time, each change with its reason.

Two people who edit at once: what does not touch goes together, what does is shown field by field to the second one.
What the line would refuse is never written, nor proposed (law 8).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from config.environment import variable_name
from config.fields import fields_of
from config.files import is_list_field
from elder_channel.bootstrap import Line
from elder_channel.services import roster
from elder_channel.services.accounts import Account
from elder_channel.services.accounts_file import Role
from elder_channel.services.corrections import AccountDirectory, allowed_role
from elder_channel.services.errors import (
    ChangedMeanwhileError,
    SettingConflict,
    SettingsConflictError,
    SettingsRefusedError,
)
from elder_channel.services.section_texts import all_values, field_changes, text_with
from elder_channel.services.settings_files import SettingsFiles, Writing
from elder_channel.services.settings_model import Checked, Edit, Wanted, Written
from elder_channel.services.settings_proposals import SettingsProposals
from elder_channel.services.site_file import etag_of

log = structlog.get_logger()

MAY_EDIT = frozenset({Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR})
ON_ANOTHER_PAGE = frozenset({"agents"})
"""Sections with a form of their own, for people of their own."""
MAX_NOTE_CHARACTERS = 200


class SettingsEditing:
    """Changes the settings of a site, or proposes to."""

    def __init__(
        self, line: Line, accounts: AccountDirectory, files: SettingsFiles, proposals: SettingsProposals
    ) -> None:
        self._line = line
        self._accounts = accounts
        self._files = files
        self._proposals = proposals

    def check(self, section: str, wanted: Wanted, *, seen: Mapping[str, Any], by: Account) -> Checked:
        """What would come of filling `wanted` into a section that looked like `seen`; nothing is written.

        Raises `NotAllowedError`, `SettingsRefusedError` and `SiteFileError`.
        """
        self._demand(section, by)
        try:
            edits = self._edits(section, wanted, seen)
        except SettingsConflictError as error:
            return Checked(conflicts=error.conflicts)
        except SettingsRefusedError as error:
            if error.code != "settings_wrong":
                raise
            return Checked(problems=error.problems)
        return Checked(edits, self._files.problems({edit.section: edit.after for edit in edits}))

    def save(self, section: str, wanted: Wanted, *, seen: Mapping[str, Any], note: str, by: Account) -> Written:
        """Fill `wanted` into a section that looked like `seen`: in force now, or proposed to a second person.

        What others changed meanwhile in other fields stays. Raises as `check`, and `SettingsConflictError` where
        somebody else changed the same field differently.
        """
        role, why = self._demand(section, by), checked_note(note)
        with self._files.locked([section]):
            edits = self._edits(section, wanted, seen)
            return self._put(edits, Writing("changed", why, by.username, role))

    def restore(self, section: str, etag: str, *, seen: str, note: str, by: Account) -> Written:
        """Put an earlier version in force again; `seen` is the etag of the file looked at.

        Raises as `save`, and `ChangedMeanwhileError`.
        """
        role, why = self._demand(section, by), checked_note(note)
        earlier = self._files.file(section).version(etag).decode("utf-8")
        with self._files.locked([section]):
            if etag_of(self._files.file(section).read()) != seen:
                raise ChangedMeanwhileError("Somebody has changed these settings meanwhile; look again.")
            return self._put(self._edits_to({section: earlier}), Writing("restored", why, by.username, role))

    def check_texts(self, texts: Mapping[str, str], *, by: Account) -> Checked:
        """What would come of replacing whole sections by these texts; raises as `check`."""
        for section in texts:
            self._demand(section, by)
        problems = self._files.problems(texts)
        return Checked(problems=problems) if problems else Checked(self._edits_to(texts))

    def take_texts(self, texts: Mapping[str, str], *, seen: Sequence[str], note: str, by: Account) -> Written:
        """Replace whole sections; `seen` are the etags of the edits that were shown. Raises as `restore`."""
        roles, why = [self._demand(section, by) for section in texts], checked_note(note)
        with self._files.locked(list(texts)):
            edits = self._edits_to(texts)
            if [edit.base for edit in edits] != list(seen):
                raise ChangedMeanwhileError("Somebody has changed these settings meanwhile; look again.")
            return self._put(edits, Writing("imported", why, by.username, roles[0] if roles else ""))

    def _demand(self, section: str, by: Account) -> str:
        self._files.file(section)
        roles = MAY_EDIT & roster.MAY_EDIT if section in ON_ANOTHER_PAGE else MAY_EDIT
        return allowed_role(self._accounts, by, roles)

    def _put(self, edits: Sequence[Edit], writing: Writing) -> Written:
        """In force, or, where a setting asks for a second person, proposed as a whole; the files are held."""
        if not edits:
            return Written(())
        names = [edit.section for edit in edits]
        if not any(edit.concerns for edit in edits):
            self._files.write(edits, writing)
            log.info("settings.written", what=writing.what, sections=names, by=writing.by)
            return Written(tuple(edits))
        self._files.demand_good(edits)
        with self._proposals.locked():
            proposal = self._proposals.add(edits, writing, at=self._line.clock())
        log.info("settings.proposed", proposal=proposal.id, sections=names, by=writing.by)
        return Written(tuple(edits), proposal)

    def _edits(self, section: str, wanted: Wanted, seen: Mapping[str, Any]) -> tuple[Edit, ...]:
        """My changes on top of what others have changed meanwhile; none where there is nothing to change."""
        self._line.source.reload()
        problems = self._files.standing_problems(section)
        if problems:
            raise SettingsRefusedError("settings_file", "The file is wrong as it is now.", problems)
        text = self._files.text(section)
        changed = self._merged(section, wanted, seen, all_values(section, text))
        if not changed:
            return ()
        after = text_with(section, text, changed)
        return (self._edit(section, text, after),)

    def _merged(self, section: str, wanted: Wanted, seen: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
        """What is to be written; raises `SettingsConflictError`, and `SettingsRefusedError` for keys not to be set."""
        mine = {key: value for key, value in self._told(section, wanted).items() if value != seen.get(key)}
        changed = {key: value for key, value in mine.items() if value != now.get(key)}
        conflicts = [
            SettingConflict(section, key, seen.get(key), now.get(key), value)
            for key, value in changed.items()
            if now.get(key) != seen.get(key)
        ]
        if conflicts:
            raise SettingsConflictError(conflicts)
        return changed

    def _told(self, section: str, wanted: Wanted) -> dict[str, Any]:
        """What was filled in, with a default where None takes the site's own value back."""
        if is_list_field(section):
            wrong = [key for key, value in wanted.items() if value is not None and value.get("id") != key]
            if wrong:
                raise SettingsRefusedError("settings_id", f"The id of {wrong[0]} must stay as it is.")
            return dict(wanted)
        specs = {spec.key: spec for spec in fields_of(section)}
        for key in wanted:
            if key not in specs:
                raise SettingsRefusedError("settings_unknown", f"There is no setting {section}.{key[:32]}.")
            origin = self._line.source.assembly.origins.get((section, key))
            if origin is not None and not origin.in_file:
                raise SettingsRefusedError("settings_held", f"{variable_name(section, key)} says otherwise.")
        return {key: specs[key].default if value is None else value for key, value in wanted.items()}

    def _edits_to(self, texts: Mapping[str, str]) -> tuple[Edit, ...]:
        now = {section: self._files.text(section) for section in texts}
        return tuple(self._edit(section, now[section], text) for section, text in texts.items() if text != now[section])

    def _edit(self, section: str, before: str, after: str) -> Edit:
        return Edit(section, etag_of(before.encode()), before, after, field_changes(section, before, after))


def checked_note(note: str) -> str:
    """The reason without needless blanks; raises `SettingsRefusedError` for none."""
    told = " ".join(note.split())
    if not told:
        raise SettingsRefusedError("settings_note", "Say why; whoever comes next will want to know.")
    if len(told) > MAX_NOTE_CHARACTERS:
        raise SettingsRefusedError("settings_note_long", f"The reason has at most {MAX_NOTE_CHARACTERS} characters.")
    return told
