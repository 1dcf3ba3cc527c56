"""Keeps drafts of forms, one a person and form, and the tokens of acts that are not done yet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine, Row

from elder_channel.drafts.model import About, FormDraft, Value
from elder_channel.drafts.tables import act_tokens, form_drafts
from elder_channel.storage.engine import reading, writing
from elder_channel.storage.inserting import insert_new


class SqlFormDrafts:
    """The drafts in calls.db."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = reading(engine)

    def find(self, account: str, form: str) -> FormDraft | None:
        """What this person has left of a form."""
        with self._reader.begin() as connection:
            row = connection.execute(sa.select(form_drafts).where(*_mine(account, form))).first()
        return _draft(row) if row else None

    def of_account(self, account: str, *, since: datetime) -> list[FormDraft]:
        """Everything this person has left, the newest first."""
        mine = form_drafts.c.account == account, form_drafts.c.saved_at > since
        query = sa.select(form_drafts).where(*mine).order_by(form_drafts.c.saved_at.desc())
        with self._reader.begin() as connection:
            return [_draft(row) for row in connection.execute(query)]

    def keep(
        self, account: str, form: str, fields: Mapping[str, Value], *, base: str, about: About, at: datetime
    ) -> None:
        """Put these fields into the draft, or begin one.

        Other fields stay, so that two tabs of one person do not take each other's words; so does what it was begun on.
        """
        row = {"account": account, "form": form, "base": base, "fields": dict(fields), "saved_at": at, **vars(about)}
        with writing(self._engine) as connection:
            if insert_new(connection, form_drafts, row):
                return
            mine = _mine(account, form)
            kept = connection.execute(sa.select(form_drafts.c.fields).where(*mine).with_for_update()).scalar()
            both = {**(kept or {}), **fields}
            connection.execute(form_drafts.update().where(*mine).values(fields=both, saved_at=at))

    def discard(self, account: str, form: str) -> None:
        """Forget a draft."""
        with writing(self._engine) as connection:
            connection.execute(form_drafts.delete().where(*_mine(account, form)))

    def forget_before(self, moment: datetime) -> int:
        """Forget what was left before then; how many drafts."""
        with writing(self._engine) as connection:
            connection.execute(act_tokens.delete().where(act_tokens.c.made_at <= moment))
            return connection.execute(form_drafts.delete().where(form_drafts.c.saved_at <= moment)).rowcount

    def token(self, account: str, act: str, *, new: str, at: datetime) -> str:
        """The token of an act that is not done yet; `new` where there is none."""
        with writing(self._engine) as connection:
            insert_new(connection, act_tokens, {"account": account, "act": act, "token": new, "made_at": at})
            mine = act_tokens.c.account == account, act_tokens.c.act == act
            return str(connection.execute(sa.select(act_tokens.c.token).where(*mine)).scalar_one())

    def done(self, account: str, act: str, token: str) -> None:
        """The act is done: the next one has a token of its own."""
        mine = act_tokens.c.account == account, act_tokens.c.act == act, act_tokens.c.token == token
        with writing(self._engine) as connection:
            connection.execute(act_tokens.delete().where(*mine))


def _mine(account: str, form: str) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return form_drafts.c.account == account, form_drafts.c.form == form


def _draft(row: Row[Any]) -> FormDraft:
    return FormDraft(row.form, row.base, row.fields, row.saved_at)
