"""Campaigns as staff run them: one writes, somebody else approves; stopping is easier than starting. All recorded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from sqlalchemy.engine import Connection

from config.campaign_files import CampaignFile
from elder_channel.bootstrap import Line
from elder_channel.services.accounts import Account, Role
from elder_channel.services.corrections import AccountDirectory
from elder_channel.services.errors import CampaignRefusedError, ChangedMeanwhileError, NotAllowedError
from elder_channel.storage.engine import reading, writing
from greeting_sms import campaign_books as books
from greeting_sms.campaign_books import CampaignChange, CampaignVersion
from greeting_sms.errors import CampaignStateError, CampaignUnknownError
from greeting_sms.lint import Finding, Severity, lint
from greeting_sms.outbox import Outbox

log = structlog.get_logger()

MAX_REASON_CHARACTERS = 200
MAY_PROPOSE = frozenset({Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR})
MAY_APPROVE = frozenset({Role.APPROVER, Role.ADMINISTRATOR})
MAY_STOP = frozenset({Role.EDITOR, Role.APPROVER, Role.SUPERVISOR, Role.ADMINISTRATOR})
"""Whoever sees that something is wrong may stop it; starting again takes an approver."""


class Campaigns:
    """The campaigns in the books."""

    def __init__(self, line: Line, accounts: AccountDirectory) -> None:
        self._line = line
        self._accounts = accounts

    def versions(self, campaign_id: str | None = None) -> list[CampaignVersion]:
        """Every version, of one campaign or of all, the newest of each first."""
        with reading(self._line.databases.greetings).connect() as connection:
            return books.versions(connection, campaign_id)

    def history(self, campaign_id: str) -> Sequence[CampaignChange]:
        """What was done to a campaign, oldest first."""
        with reading(self._line.databases.greetings).connect() as connection:
            return books.changes(connection, campaign_id)

    def propose(self, file: CampaignFile, *, by: Account) -> CampaignVersion:
        """Keep what the file says as the campaign's next version, which waits for somebody else's yes.

        Raises NotAllowedError, and CampaignRefusedError when the lint has an error, or nothing is new.
        """
        self._demand(by, MAY_PROPOSE)
        wrong = [finding for finding in lint(file.campaign) if finding.rule.severity is Severity.ERROR]
        if wrong:
            raise CampaignRefusedError("lint", "\n".join(_told(file, finding) for finding in wrong))
        return self._write(
            "proposed", by, lambda connection, at: books.propose(connection, file.campaign, by=by.username, at=at)
        )

    def approve(self, campaign_id: str, version: int, *, etag: str, by: Account) -> CampaignVersion:
        """Put a version in force; its maker may not. Raises as `propose`, and ChangedMeanwhileError."""
        self._demand(by, MAY_APPROVE)
        return self._write(
            "approved",
            by,
            lambda connection, at: books.approve(
                _looked_at(connection, campaign_id, version, etag), campaign_id, version, by=by.username, at=at
            ),
        )

    def reject(self, campaign_id: str, version: int, *, etag: str, by: Account, reason: str) -> CampaignVersion:
        """Refuse a version that waits. Raises as `approve`."""
        self._demand(by, MAY_APPROVE)
        told = _checked(reason)
        return self._write(
            "rejected",
            by,
            lambda connection, at: books.reject(
                _looked_at(connection, campaign_id, version, etag),
                campaign_id,
                version,
                by=by.username,
                reason=told,
                at=at,
            ),
        )

    def pause(self, campaign_id: str, *, by: Account, reason: str) -> CampaignVersion:
        """Stop sending at once; planning goes on, so that nothing is missing later."""
        self._demand(by, MAY_STOP)
        told = _checked(reason)
        return self._write(
            "paused",
            by,
            lambda connection, at: books.pause(connection, campaign_id, by=by.username, reason=told, at=at),
        )

    def resume(self, campaign_id: str, *, by: Account, reason: str) -> CampaignVersion:
        """Send again; what has passed its window meanwhile is not sent late."""
        self._demand(by, MAY_APPROVE)
        told = _checked(reason)
        return self._write(
            "resumed",
            by,
            lambda connection, at: books.resume(connection, campaign_id, by=by.username, reason=told, at=at),
        )

    def cancel(self, campaign_id: str, *, by: Account, reason: str) -> CampaignVersion:
        """End the campaign for good and take back what it has planned and not begun to send."""
        self._demand(by, MAY_STOP)
        told = _checked(reason)
        cancelled = self._write(
            "cancelled",
            by,
            lambda connection, at: books.cancel(connection, campaign_id, by=by.username, reason=told, at=at),
        )
        Outbox(self._line.databases.greetings).withdraw(campaign_id)
        return cancelled

    def _demand(self, by: Account, roles: frozenset[Role]) -> None:
        account = self._accounts.find(by.username)
        if account is None or account.role not in roles:
            raise NotAllowedError("The account's role does not permit this.")

    def _write(
        self, done: str, by: Account, change: Callable[[Connection, datetime], CampaignVersion]
    ) -> CampaignVersion:
        try:
            with writing(self._line.databases.greetings) as connection:
                changed = change(connection, self._line.clock())
        except CampaignStateError as error:
            if error.code == "changed_meanwhile":
                raise ChangedMeanwhileError(str(error)) from error
            raise CampaignRefusedError(error.code, str(error)) from error
        except CampaignUnknownError as error:
            raise CampaignRefusedError(error.code, str(error)) from error
        log.info(f"campaign.{done}", campaign=changed.campaign.id, version=changed.version, by=by.username)
        return changed


def _looked_at(connection: Connection, campaign_id: str, version: int, etag: str) -> Connection:
    if books.get(connection, campaign_id, version).etag != etag:
        raise ChangedMeanwhileError(f"Version {version} of {campaign_id} has changed meanwhile; look again.")
    return connection


def _checked(reason: str) -> str:
    told = " ".join(reason.split())
    if not told:
        raise CampaignRefusedError("reason_missing", "Say why; whoever comes next will want to know.")
    if len(told) > MAX_REASON_CHARACTERS:
        raise CampaignRefusedError("reason_long", f"The reason has at most {MAX_REASON_CHARACTERS} characters.")
    return told


def _told(file: CampaignFile, finding: Finding) -> str:
    return f"{file.place(*finding.path)}: {finding.rule.id}: {finding.found}: {finding.rule.en}"
