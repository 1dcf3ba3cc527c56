"""Proposed settings: approved by a second person, refused with a reason, or taken back by who made them."""

from __future__ import annotations

import structlog

from elder_channel.bootstrap import Line
from elder_channel.services.accounts import Account
from elder_channel.services.accounts_file import Role
from elder_channel.services.corrections import AccountDirectory, allowed_role
from elder_channel.services.errors import (
    NotAllowedError,
    SettingConflict,
    SettingsConflictError,
    SettingsRefusedError,
)
from elder_channel.services.section_texts import all_values, field_changes, text_with
from elder_channel.services.settings_editing import MAY_EDIT, checked_note
from elder_channel.services.settings_files import SettingsFiles, Writing
from elder_channel.services.settings_model import Edit, Proposal, Standing, Written
from elder_channel.services.settings_proposals import SettingsProposals
from elder_channel.services.site_file import etag_of

log = structlog.get_logger()

MAY_APPROVE = frozenset({Role.APPROVER, Role.ADMINISTRATOR})


class SettingsApproval:
    """Decides on proposals."""

    def __init__(
        self, line: Line, accounts: AccountDirectory, files: SettingsFiles, proposals: SettingsProposals
    ) -> None:
        self._line = line
        self._accounts = accounts
        self._files = files
        self._proposals = proposals

    def approve(self, id_: int, *, by: Account) -> Written:
        """Put somebody else's proposal in force, on top of what was changed meanwhile.

        Raises `NotAllowedError`, `SettingsRefusedError` for what the line would refuse by now, for one's own and for
        one that does not wait any more, `SettingsConflictError` and `SiteFileError`.
        """
        allowed_role(self._accounts, by, MAY_APPROVE)
        with self._proposals.locked():
            proposal = self._waiting(id_)
            if proposal.by == by.username:
                raise SettingsRefusedError("settings_own", "A second person has to approve it.")
            with self._files.locked([edit.section for edit in proposal.edits]):
                edits = [renewed for edit in proposal.edits if (renewed := self._renewed(edit))]
                if edits:
                    self._files.write(
                        edits, Writing(proposal.what, proposal.note, proposal.by, proposal.role, by.username)
                    )
            self._proposals.decide(id_, Standing.APPROVED, by=by.username, reason="", at=self._line.clock())
        log.info("settings.approved", proposal=id_, sections=[edit.section for edit in edits], by=by.username)
        return Written(tuple(edits))

    def refuse(self, id_: int, reason: str, *, by: Account) -> None:
        """Refuse a proposal, saying why. Raises `NotAllowedError` and `SettingsRefusedError`."""
        allowed_role(self._accounts, by, MAY_APPROVE)
        self._decide(id_, Standing.REFUSED, reason, by)

    def withdraw(self, id_: int, reason: str, *, by: Account) -> None:
        """Take one's own proposal back. Raises as `refuse`."""
        allowed_role(self._accounts, by, MAY_EDIT)
        if self._waiting(id_).by != by.username:
            raise NotAllowedError("Only who made a proposal takes it back.")
        self._decide(id_, Standing.WITHDRAWN, reason, by)

    def _decide(self, id_: int, standing: Standing, reason: str, by: Account) -> None:
        why = checked_note(reason)
        with self._proposals.locked():
            self._waiting(id_)
            self._proposals.decide(id_, standing, by=by.username, reason=why, at=self._line.clock())
        log.info("settings.decided", proposal=id_, standing=standing, by=by.username)

    def _waiting(self, id_: int) -> Proposal:
        found = next((each for each in self._proposals.all() if each.id == id_), None)
        if found is None or found.standing is not Standing.WAITING:
            raise SettingsRefusedError("settings_decided", "This proposal does not wait any more.")
        return found

    def _renewed(self, edit: Edit) -> Edit | None:
        """The edit on the file as it is now: itself where nobody has touched it, None where nothing is left of it."""
        text = self._files.text(edit.section)
        if etag_of(text.encode()) == edit.base:
            return edit
        now = all_values(edit.section, text)
        left = [each for each in edit.fields if now.get(each.key) != each.after]
        conflicts = [
            SettingConflict(edit.section, each.key, each.before, now.get(each.key), each.after)
            for each in left
            if now.get(each.key) != each.before
        ]
        if conflicts:
            raise SettingsConflictError(conflicts)
        if not left:
            return None
        after = text_with(edit.section, text, {each.key: each.after for each in left})
        return Edit(edit.section, etag_of(text.encode()), text, after, field_changes(edit.section, text, after))
