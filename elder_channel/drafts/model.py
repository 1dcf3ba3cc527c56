"""An unfinished form of one person, and whose data may stand in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

Value = str | bool | int | float | None | list[str]
"""What a field of a form may hold; nothing that carries sound."""


@dataclass(frozen=True)
class About:
    """Whose data may stand in a draft, so that it is erased with theirs (law 7)."""

    customer_id: int | None = None
    call_sid: str | None = None
    order_id: int | None = None


@dataclass(frozen=True)
class FormDraft:
    """A form as its writer left it."""

    form: str
    """`order:12:note`: its kind, what it is about, and which of several forms."""
    base: str
    """What the form was begun on: an etag, or the whole of what was shown, as the form itself keeps it."""
    fields: Mapping[str, Value]
    saved_at: datetime

    @property
    def kind(self) -> str:
        """`order`."""
        return self.form.partition(":")[0]
