"""Twilio Programmable Messaging, for numbers outside +86: its synchronous client, in threads, one request a text.

There is no idempotency key on this resource, and a request after a 500 may send twice (error 20500): whatever is not
clearly answered is unknown. Never the asynchronous client: its retries repeat POST requests.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http import HttpClient as TwilioHttp
from twilio.http.response import Response
from twilio.rest import Client

from greeting_sms.adapters.codes import explain
from greeting_sms.adapters.http import HttpClient, after
from greeting_sms.adapters.own_reference import OwnReferences
from greeting_sms.billed import Billed
from greeting_sms.channel import Action, ListedText, Outcome, OutgoingText, PostResult, Receipt, digest_of
from greeting_sms.errors import BadReceiptError, ChannelSilentError
from greeting_sms.prices import MICROS
from greeting_sms.states import GreetingState

CODES = "twilio_message_codes"
STATUS_PATH = "/sms/twilio/status"
MOST_VALID_SECONDS = 36_000
_MOST_LISTED = 200
_BILLED_A_PAGE = 1_000
"""As many as the resource gives at once."""

STATUSES = {
    "accepted": GreetingState.ACCEPTED,
    "scheduled": GreetingState.ACCEPTED,
    "queued": GreetingState.ACCEPTED,
    "sending": GreetingState.ACCEPTED,
    "sent": GreetingState.SENT,
    "delivered": GreetingState.DELIVERED,
    "read": GreetingState.DELIVERED,
    "partially_delivered": GreetingState.DELIVERED,
    "undelivered": GreetingState.UNDELIVERED,
    "failed": GreetingState.FAILED,
    "canceled": GreetingState.FAILED,
}
"""Twilio's words for a text's state. An unknown one counts as accepted: the carrier has it, and it ends nothing."""


class TwilioMessages:
    """The channel. Without `messaging_service_sid` texts carry `from_number`."""

    name = "twilio"

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        *,
        http: HttpClient,
        public_base_url: str,
        references: OwnReferences,
        messaging_service_sid: str = "",
        from_number: str = "",
        price_rate: float = 0.0,
    ) -> None:
        self._client = Client(account_sid, auth_token, http_client=_Rehosted(http))
        self._callback = public_base_url.rstrip("/") + STATUS_PATH
        self._references = references
        service = {"messaging_service_sid": messaging_service_sid}
        self._sender = service if messaging_service_sid else {"from_": from_number}
        self._price_rate = Decimal(str(price_rate))

    def post(self, text: OutgoingText, *, now: datetime) -> PostResult:
        """Hand one text over, once."""
        try:
            made = self._client.messages.create(
                to=text.number,
                body=text.wording.body,
                status_callback=f"{self._callback}?{self._references.query(text.reference)}",
                validity_period=validity_seconds(text.not_after, now),
                **self._sender,
            )
        except requests.RequestException as error:
            return after(error)
        except TwilioRestException as error:
            return result_of(int(error.status), str(error.code or ""))
        except TwilioException:
            return PostResult(Outcome.UNKNOWN, code="no_sense", action=Action.RECONCILE)
        if not made.sid:
            return PostResult(Outcome.UNKNOWN, code="no_sid", action=Action.RECONCILE)
        return PostResult(Outcome.ACCEPTED, sid=str(made.sid))

    def listed(self, number: str, *, since: datetime) -> Sequence[ListedText]:
        """All texts of the account to the number. Not asked by date: that filter misses what is still queued."""
        try:
            found = self._client.messages.list(to=number, page_size=_MOST_LISTED, limit=_MOST_LISTED)
        except (requests.RequestException, TwilioException) as error:
            raise ChannelSilentError(self.name, type(error).__name__) from error
        return [_listed(each) for each in found if each.date_created and each.date_created >= since]

    def billed(self, on: date) -> Iterator[Billed]:
        """What the account's texts of a day (GMT) have cost; nothing where their currency has no rate.

        Twilio prices a text some time after it was sent, and writes the price as a negative number.
        """
        if not self._price_rate:
            return
        try:
            # As a text: of a date the client makes a moment, and only a day is documented to mean the whole day.
            for message in self._client.messages.stream(date_sent=on.isoformat(), page_size=_BILLED_A_PAGE):
                if (price := _price(message.price)) is not None:
                    yield Billed(str(message.sid), round(price * self._price_rate * MICROS))
        except (requests.RequestException, TwilioException) as error:
            raise ChannelSilentError(self.name, type(error).__name__) from error

    def fetch_receipts(self) -> Sequence[Receipt]:
        """Twilio calls us."""
        return ()


def validity_seconds(not_after: datetime, now: datetime) -> int:
    """How long the carrier may keep the text in its queue."""
    return max(1, min(MOST_VALID_SECONDS, int((not_after - now).total_seconds())))


def result_of(status: int, code: str) -> PostResult:
    """What an answer that is no success says of the request."""
    if status == 429:
        return PostResult(Outcome.NOT_TAKEN, code=code or "429", action=Action.RETRY)
    if status >= 500 or status in (0, 408) or code == "20500":
        return PostResult(Outcome.UNKNOWN, code=code or str(status), action=Action.RECONCILE)
    if status in (401, 403) and not code:
        return PostResult(Outcome.NOT_TAKEN, code=str(status), action=Action.STOP_CHANNEL)
    fault = explain(CODES, code or str(status))
    return PostResult(fault.outcome, code=fault.code, action=fault.action)


def receipt_of(
    form: Mapping[str, str], query: Mapping[str, str], references: OwnReferences, *, now: datetime
) -> Receipt:
    """A status callback as a receipt; its signature was checked before. Raises `BadReceiptError`."""
    sid, word = form.get("MessageSid") or form.get("SmsSid", ""), form.get("MessageStatus") or form.get("SmsStatus", "")
    if not sid or len(sid) > 64 or not word:
        raise BadReceiptError("a receipt without a number or a state")
    code = form.get("ErrorCode", "")[:16]
    greeting_id, fence = references.read(query) or (None, None)
    return Receipt(sid, state_of(word), now, code, action_of(word, code), greeting_id, fence)


def state_of(word: str) -> GreetingState:
    """Our state for the carrier's word."""
    state = STATUSES.get(word)
    if state is None:
        _log.warning("unknown status of a text: %s", word[:24])
    return state or GreetingState.ACCEPTED


def action_of(word: str, code: str) -> Action:
    """What a receipt's error asks of us; without one, or with good news, nothing."""
    bad = STATUSES.get(word) in (GreetingState.UNDELIVERED, GreetingState.FAILED)
    return explain(CODES, code).action if bad and code else Action.NOTE


_log = logging.getLogger(__name__)


def _listed(message: Any) -> ListedText:
    word, code = str(message.status), str(message.error_code or "")
    created_at = message.date_created.astimezone(UTC)
    digest = digest_of(message.body) if message.body else ""
    return ListedText(str(message.sid), digest, created_at, state_of(word), code, action_of(word, code))


def _price(written: object) -> Decimal | None:
    """What a text has cost, in the account's currency; None where Twilio does not say yet."""
    if written is None:
        return None
    try:
        price = abs(Decimal(str(written)))
    except InvalidOperation:
        return None
    return price if price.is_finite() else None


class _Rehosted(TwilioHttp):  # type: ignore[misc] # the library has no types
    """Sends the client's requests to the configured address: the client's own is fixed to api.twilio.com."""

    def __init__(self, http: HttpClient) -> None:
        super().__init__(_log, False)
        self._http = http

    def request(
        self,
        method: str,
        uri: str,
        params: dict[str, Any] | None = None,
        data: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ARG002 - the interface has it; our own bound holds
        allow_redirects: bool = False,
    ) -> Response:
        parts = urlsplit(uri)
        url = f"{self._http.base_url}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        how = {"params": params, "data": data, "headers": headers, "auth": auth, "allow_redirects": allow_redirects}
        answer = self._http.send(method.upper(), url, **how)
        return Response(answer.status_code, answer.text)
