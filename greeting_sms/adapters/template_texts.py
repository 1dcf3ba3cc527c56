"""A domestic channel for +86 in the shape of the mainland's providers: registered signature, approved template, values.

No provider is named: each has its own names for the same things (template id, signature, values as JSON, an own
reference that comes back in receipts, receipts in batches, replies by an uplink callback). An adapter for one of them
changes the names here and the table of codes, nothing else. It is tested against our own loopback provider.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import requests

from greeting_sms.adapters.codes import explain
from greeting_sms.adapters.http import HttpClient, after
from greeting_sms.adapters.own_reference import split
from greeting_sms.adapters.signed_json import check, fields, signed
from greeting_sms.channel import Action, ListedText, Outcome, OutgoingText, PostResult, Receipt, digest_of
from greeting_sms.errors import BadReceiptError, ChannelSilentError
from greeting_sms.states import GreetingState

CODES = "template_codes"
SEND, QUERY, REPORTS = "/v1/texts/send", "/v1/texts/query", "/v1/texts/reports"
RECEIPTS_PATH = "/sms/template/receipts"
MOST_RECEIPTS = 500
"""Of one batch."""

STATUSES = {
    "ACCEPTED": GreetingState.ACCEPTED,
    "SUBMITTED": GreetingState.SENT,
    "DELIVERED": GreetingState.DELIVERED,
    "UNDELIVERED": GreetingState.UNDELIVERED,
    "FAILED": GreetingState.FAILED,
}
"""An unknown word counts as accepted: the provider has it, and it ends nothing."""


class TemplateTexts:
    """The channel."""

    name = "domestic"

    def __init__(self, app_id: str, key: str, *, http: HttpClient, clock: Callable[[], datetime]) -> None:
        self._app_id = app_id
        self._key = key
        self._http = http
        self._clock = clock

    def post(self, text: OutgoingText, *, now: datetime) -> PostResult:
        """Hand one text over, once."""
        if not text.wording.template:
            return PostResult(Outcome.REFUSED, code="no_template")
        asked = {
            "phone": text.number.removeprefix("+86"),
            "sign_name": text.wording.signature,
            "template_id": text.wording.template,
            "params": dict(text.wording.variables),
            "out_id": text.reference,
            "valid_until": int(text.not_after.timestamp()),
        }
        try:
            answer = self._ask(SEND, asked, now)
        except requests.RequestException as error:
            return after(error)
        return result_of(answer.status_code, answer.content)

    def listed(self, number: str, *, since: datetime) -> Sequence[ListedText]:
        """The texts the provider has for the number."""
        asked = {"phone": number.removeprefix("+86"), "since": int(since.timestamp())}
        return [_listed(each) for each in self._rows(QUERY, asked, "texts")]

    def fetch_receipts(self) -> Sequence[Receipt]:
        """A batch of receipts that wait at the provider; it forgets what it has given out."""
        return receipts_of({"reports": self._rows(REPORTS, {"limit": MOST_RECEIPTS}, "reports")}, now=self._clock())

    def _rows(self, path: str, asked: dict[str, Any], name: str) -> list[dict[str, Any]]:
        try:
            answer = self._ask(path, asked, self._clock())
            rows = fields(answer.content).get(name)
        except (requests.RequestException, BadReceiptError) as error:
            raise ChannelSilentError(self.name, type(error).__name__) from error
        if answer.status_code != 200 or not isinstance(rows, list):
            raise ChannelSilentError(self.name, f"HTTP {answer.status_code}")
        return [row for row in rows if isinstance(row, dict)]

    def _ask(self, path: str, asked: Mapping[str, Any], now: datetime) -> requests.Response:
        body = json.dumps(asked, ensure_ascii=False).encode()
        headers = signed(self._app_id, self._key, path, body, now=now)
        return self._http.send("POST", self._http.base_url + path, data=body, headers=headers)


def result_of(status: int, body: bytes) -> PostResult:
    """What the answer to a request says of it; anything but a clear yes or no is unknown."""
    try:
        answer = fields(body)
    except BadReceiptError:
        answer = {}
    code, sid = str(answer.get("code", ""))[:16], str(answer.get("text_id", ""))[:64]
    if status == 200 and code == "OK" and sid:
        return PostResult(Outcome.ACCEPTED, sid=sid)
    if status == 429:
        return PostResult(Outcome.NOT_TAKEN, code=code or "429", action=Action.RETRY)
    if status >= 500 or not code or code == "OK":
        return PostResult(Outcome.UNKNOWN, code=code or str(status), action=Action.RECONCILE)
    fault = explain(CODES, str(answer["code"]))
    return PostResult(fault.outcome, code=code, action=fault.action)


def read_receipts(
    headers: Mapping[str, str], body: bytes, *, app_id: str, key: str, now: datetime
) -> tuple[Receipt, ...]:
    """The receipts of a batch the provider calls us with. Raises `BadReceiptError` before anything in it is used."""
    check(headers, app_id, key, RECEIPTS_PATH, body, now=now)
    return receipts_of(fields(body), now=now)


def receipts_of(batch: Mapping[str, Any], *, now: datetime) -> tuple[Receipt, ...]:
    """The receipts of a batch. One that is malformed must not keep the others from counting: it is passed over."""
    rows = batch.get("reports")
    found = (_receipt(row, now) for row in (rows if isinstance(rows, list) else []) if isinstance(row, dict))
    return tuple(receipt for receipt in found if receipt is not None)


def _receipt(row: Mapping[str, Any], now: datetime) -> Receipt | None:
    sid, word, code = (str(row.get(name) or "") for name in ("text_id", "status", "error_code"))
    if not sid or len(sid) > 64 or not word:
        return None
    greeting_id, fence = _reference(str(row.get("out_id") or ""))
    return Receipt(sid, _state(word), now, code[:16], _action(word, code), greeting_id, fence)


def _listed(row: Mapping[str, Any]) -> ListedText:
    word, code = str(row.get("status") or ""), str(row.get("error_code") or "")
    created_at = datetime.fromtimestamp(int(row.get("created_at") or 0), UTC)
    content = str(row.get("content") or "")
    digest = digest_of(content) if content else ""
    reference = str(row.get("out_id") or "")
    return ListedText(
        str(row.get("text_id")), digest, created_at, _state(word), code[:16], _action(word, code), reference
    )


def _reference(text: str) -> tuple[int | None, int | None]:
    try:
        return split(text)
    except BadReceiptError:
        return None, None


def _state(word: str) -> GreetingState:
    return STATUSES.get(word, GreetingState.ACCEPTED)


def _action(word: str, code: str) -> Action:
    bad = _state(word) in (GreetingState.UNDELIVERED, GreetingState.FAILED)
    return explain(CODES, code).action if bad and code else Action.NOTE
