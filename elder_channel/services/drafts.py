"""What somebody has typed into a form and not sent: kept for its writer only, for some days, and no secrets."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from elder_channel.bootstrap import Line
from elder_channel.drafts.model import About, FormDraft, Value
from elder_channel.services.accounts import Account, Role
from elder_channel.services.corrections import AccountDirectory, allowed_role
from elder_channel.services.errors import DraftRefusedError
from elder_channel.storage.form_drafts import SqlFormDrafts

ANYBODY = frozenset(Role)
MAX_NAME_CHARACTERS = 120
MAX_DRAFT_CHARACTERS = 300_000
"""A campaign's text twice, its base beside it, and room."""
NEVER_KEPT = frozenset({"password", "code", "secret", "sound", "recording"})
"""Parts of field names: what no draft may hold, whoever asks."""
NOBODY = About()


class Drafts:
    """The drafts of everybody, each seen by its writer alone."""

    def __init__(self, line: Line, accounts: AccountDirectory) -> None:
        self._line = line
        self._accounts = accounts
        self._books = SqlFormDrafts(line.databases.calls)

    def find(self, form: str, *, by: Account) -> FormDraft | None:
        """What this person has left of a form; None where there is nothing, or it is too old."""
        allowed_role(self._accounts, by, ANYBODY)
        kept = self._books.find(by.username, form)
        return kept if kept and kept.saved_at > self._since() else None

    def mine(self, *, by: Account) -> list[FormDraft]:
        """Everything this person has left, the newest first."""
        allowed_role(self._accounts, by, ANYBODY)
        return self._books.of_account(by.username, since=self._since())

    def keep(
        self, form: str, fields: Mapping[str, Value], *, by: Account, base: str = "", about: About = NOBODY
    ) -> None:
        """Put these fields into the draft, or begin one on `base`.

        Raises NotAllowedError, and DraftRefusedError for what no draft may hold.
        """
        allowed_role(self._accounts, by, ANYBODY)
        if not 1 <= len(form) <= MAX_NAME_CHARACTERS:
            raise DraftRefusedError("draft_name", f"A form's name has 1 to {MAX_NAME_CHARACTERS} characters.")
        _demand_harmless(fields)
        if len(base) + sum(len(str(value)) for value in fields.values()) > MAX_DRAFT_CHARACTERS:
            raise DraftRefusedError("draft_too_long", f"A draft has at most {MAX_DRAFT_CHARACTERS} characters.")
        if self.find(form, by=by) is None:
            self._books.discard(by.username, form)  # one that is too old is not added to
        self._books.keep(by.username, form, fields, base=base, about=about, at=self._line.clock())

    def discard(self, form: str, *, by: Account) -> None:
        """Forget a draft; none there is no error."""
        allowed_role(self._accounts, by, ANYBODY)
        self._books.discard(by.username, form)

    def token(self, act: str, *, by: Account) -> str:
        """The token under which an act is done: the same until `done`, also after a reload or a restart."""
        allowed_role(self._accounts, by, ANYBODY)
        return self._books.token(by.username, act[:MAX_NAME_CHARACTERS], new=uuid.uuid4().hex, at=self._line.clock())

    def done(self, act: str, token: str, *, by: Account) -> None:
        """The act is done; the next one has a token of its own."""
        self._books.done(by.username, act[:MAX_NAME_CHARACTERS], token)

    def forget_old(self) -> int:
        """Forget drafts nobody has touched for longer than they are kept (law 7); how many."""
        return self._books.forget_before(self._since())

    def _since(self) -> datetime:
        return self._line.clock() - timedelta(days=self._line.settings.privacy.keep_drafts_days)


def _demand_harmless(fields: Mapping[str, Value]) -> None:
    for name, value in fields.items():
        if any(part in name.casefold() for part in NEVER_KEPT):
            raise DraftRefusedError("draft_secret", f"{name} is not kept in a draft.")
        parts = value if isinstance(value, list) else [value]
        if not all(part is None or isinstance(part, str | bool | int | float) for part in parts):
            raise DraftRefusedError("draft_kind", f"{name} holds a {type(value).__name__}, which no draft keeps.")
