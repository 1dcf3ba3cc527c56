"""Replies as the domestic provider brings them: signed batches of uplink texts (上行短信)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from greeting_sms.adapters.signed_json import check, fields

REPLIES_PATH = "/sms/template/replies"
_MAINLAND = "+86"


@dataclass(frozen=True)
class UplinkText:
    """One text of a batch."""

    sid: str
    number: str
    """E.164."""
    body: str


def read_replies(
    headers: Mapping[str, str], body: bytes, *, app_id: str, key: str, now: datetime
) -> tuple[UplinkText, ...]:
    """The texts of a batch the provider calls us with. Raises `BadReceiptError` before anything in it is used.

    One that names nobody must not keep the others from counting: it is passed over.
    """
    check(headers, app_id, key, REPLIES_PATH, body, now=now)
    rows = fields(body).get("replies")
    found = (_text(row) for row in (rows if isinstance(rows, list) else []) if isinstance(row, dict))
    return tuple(text for text in found if text is not None)


def _text(row: Mapping[str, Any]) -> UplinkText | None:
    sid, phone = str(row.get("text_id") or ""), str(row.get("phone") or "")
    if not sid or len(sid) > 64 or not phone.lstrip("+").isdecimal() or len(phone) > 20:
        return None
    number = phone if phone.startswith("+") else _MAINLAND + phone
    return UplinkText(sid, number, str(row.get("content") or ""))
