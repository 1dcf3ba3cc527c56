"""The loopback carrier behind HTTP, in two formats: Twilio's Messages resource, and the domestic template provider.

Receipts of the first go to each text's StatusCallback, signed like the carrier's; those of the second wait to be
fetched.
"""

from __future__ import annotations

import json
import queue
import sys
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from twilio.request_validator import RequestValidator

from greeting_sms.adapters import template_texts
from greeting_sms.adapters.loopback import TAKES_NOTHING, Fault, LoopbackCarrier, LoopbackText
from greeting_sms.adapters.signed_json import check, fields
from greeting_sms.errors import BadReceiptError
from greeting_sms.states import GreetingState

_REFUSALS = {
    Fault.BUSY: (429, 20429, "Too Many Requests", "RATE_LIMIT"),
    Fault.OPTED_OUT: (400, 21610, "Attempt to send to unsubscribed recipient", "BLACKLISTED"),
    Fault.NO_GEO: (400, 21408, "Permission to send an SMS has not been enabled", "SIGN_NAME_ILLEGAL"),
    Fault.ERROR: (500, 20500, "Internal Server Error", "SYSTEM_ERROR"),
    Fault.ERROR_AFTER_ACCEPT: (500, 20500, "Internal Server Error", "SYSTEM_ERROR"),
}
TWILIO_PRICE = "-0.00790"
"""What the Twilio side says of every text once it was sent, in dollars; negative, as Twilio writes it."""
_CUT = {Fault.CUT_AFTER_ACCEPT}
_SILENT = {Fault.ACCEPT_THEN_TIMEOUT, Fault.TIMEOUT}
_DOMESTIC = {word: name for name, word in template_texts.STATUSES.items()}
_DOMESTIC_CODES = {"30003": "UNREACHABLE", "30007": "CONTENT_BLOCKED"}


class LoopbackServer:
    """Serves a carrier on a port of 127.0.0.1. `hold_seconds` is how long a request without answer is held."""

    def __init__(
        self,
        carrier: LoopbackCarrier,
        *,
        auth_token: str,
        app_id: str = "app",
        key: str = "key",
        port: int = 0,
        hold_seconds: float = 1.0,
        receipt_seconds: float = 0.0,
    ) -> None:
        self.carrier = carrier
        self.app_id, self.key = app_id, key
        self.hold_seconds = hold_seconds
        self._receipts = _Receipts(auth_token, receipt_seconds)
        self._reports: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._server = _Server(("127.0.0.1", port), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> LoopbackServer:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        self._receipts.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._receipts.stop()

    def twilio_message(self, form: Mapping[str, str], account: str) -> tuple[int, dict[str, Any]] | Fault:
        """`POST Messages.json`; the fault where no answer is to be given."""
        fault = self.carrier.next_fault()
        text = None
        if fault is None or fault not in TAKES_NOTHING:
            reference = parse_qs(urlsplit(form.get("StatusCallback", "")).query).get("ob", [""])[0]
            text = self.carrier.take(form.get("To", ""), form.get("Body", ""), reference, fault)
            self._receipts.tell(form.get("StatusCallback", ""), text, first=fault is Fault.RECEIPT_FIRST)
        if fault is not None and (answer := self._without_answer(fault)):
            return answer
        if fault in _REFUSALS:
            status, code, message, _ = _REFUSALS[fault]
            return status, {"code": code, "message": message, "status": status, "more_info": ""}
        assert text
        return 201, _twilio_row(text, account, "accepted")

    def twilio_list(self, query: Mapping[str, str], account: str) -> dict[str, Any]:
        """`GET Messages.json`."""
        texts = self.carrier.texts(query.get("To"))
        if day := query.get("DateSent"):
            texts = [text for text in texts if f"{text.created_at.astimezone(UTC):%Y-%m-%d}" == day]
        rows = [_twilio_row(text, account, "sent") for text in texts]
        return {"messages": rows, "next_page_uri": None, "page": 0, "page_size": len(rows)}

    def domestic(self, path: str, asked: Mapping[str, Any]) -> tuple[int, dict[str, Any]] | Fault:
        """The template provider's three requests."""
        if path == template_texts.REPORTS:
            return 200, {"reports": self._waiting_reports(int(asked["limit"]))}
        if path == template_texts.QUERY:
            since = datetime.fromtimestamp(int(asked["since"]), UTC)
            texts = self.carrier.texts("+86" + str(asked["phone"]), since=since)
            return 200, {"texts": [_domestic_row(text, GreetingState.SENT) for text in texts]}
        return self._domestic_send(asked)

    def _domestic_send(self, asked: Mapping[str, Any]) -> tuple[int, dict[str, Any]] | Fault:
        fault = self.carrier.next_fault()
        text = None
        if fault is None or fault not in TAKES_NOTHING:
            body = json.dumps([asked["sign_name"], asked["template_id"], asked["params"]], ensure_ascii=False)
            text = self.carrier.take("+86" + str(asked["phone"]), body, str(asked["out_id"]), fault)
            for word in text.words:
                self._reports.put(_domestic_row(text, word))
        if fault is not None and (answer := self._without_answer(fault)):
            return answer
        if fault in _REFUSALS:
            status, _, message, code = _REFUSALS[fault]
            return status, {"code": code, "message": message}
        assert text
        return 200, {"code": "OK", "text_id": text.sid}

    def _without_answer(self, fault: Fault) -> Fault | None:
        if fault in _SILENT or fault is Fault.SLOW:
            time.sleep(self.hold_seconds)
        return fault if fault in _SILENT | _CUT else None

    def _waiting_reports(self, most: int) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        while len(rows) < most and not self._reports.empty():
            rows.append(self._reports.get())
        return rows


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who asked is gone, killed for one; everything else is a fault of ours."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Receipts:
    """Calls back, one thread, in order; a service that is away is called some times more."""

    def __init__(self, auth_token: str, seconds: float) -> None:
        self._validator = RequestValidator(auth_token)
        self._seconds = seconds
        self._waiting: queue.SimpleQueue[tuple[str, dict[str, str], int] | None] = queue.SimpleQueue()
        self._session = requests.Session()
        self._session.trust_env = False
        self._thread = threading.Thread(target=self._work, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._waiting.put(None)
        self._thread.join(5)
        self._session.close()

    def tell(self, url: str, text: LoopbackText, *, first: bool) -> None:
        """Queue the receipts of a text; `first`: the first one is told before this returns."""
        if not url:
            return
        for number, word in enumerate(text.words):
            form = {"MessageSid": text.sid, "MessageStatus": word.value, "To": text.number, "ApiVersion": "2010-04-01"}
            if word is GreetingState.UNDELIVERED:
                form["ErrorCode"] = text.code
            if first and not number:
                self._tell(url, form)
            else:
                self._waiting.put((url, form, 3))

    def _work(self) -> None:
        while (item := self._waiting.get()) is not None:
            url, form, tries = item
            time.sleep(self._seconds)
            if not self._tell(url, form) and tries > 1:
                self._waiting.put((url, form, tries - 1))

    def _tell(self, url: str, form: dict[str, str]) -> bool:
        headers = {"X-Twilio-Signature": self._validator.compute_signature(url, form)}
        try:
            return self._session.post(url, data=form, headers=headers, timeout=5).status_code < 500
        except requests.RequestException:
            return False


def _twilio_row(text: LoopbackText, account: str, status: str) -> dict[str, Any]:
    created = format_datetime(text.created_at.astimezone(UTC))
    return {
        "sid": text.sid,
        "account_sid": account,
        "to": text.number,
        "body": text.body,
        "status": status,
        "date_created": created,
        "date_updated": created,
        "direction": "outbound-api",
        "error_code": None,
        "price": TWILIO_PRICE if status != "accepted" else None,  # priced some time after it was sent
        "price_unit": "USD",
    }


def _domestic_row(text: LoopbackText, word: GreetingState) -> dict[str, Any]:
    code = _DOMESTIC_CODES.get(text.code, "") if word is GreetingState.UNDELIVERED else ""
    row = {"text_id": text.sid, "out_id": text.reference, "status": _DOMESTIC[word], "error_code": code}
    return {**row, "created_at": int(text.created_at.timestamp())}


def _handler(server: LoopbackServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            path = urlsplit(self.path).path
            if path.startswith("/v1/texts/"):
                self._signed(path, body)
            elif path.endswith("/Messages.json"):
                form = {name: values[-1] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
                self._answer(server.twilio_message(form, path.split("/")[3]))
            else:
                self._answer((404, {}))

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
            self._answer((200, server.twilio_list(query, parts.path.split("/")[3])))

        def _signed(self, path: str, body: bytes) -> None:
            try:
                check(dict(self.headers), server.app_id, server.key, path, body, now=datetime.now(UTC))
                asked = fields(body)
            except BadReceiptError:
                self._answer((403, {"code": "SIGNATURE_INVALID"}))
            else:
                self._answer(server.domestic(path, asked))

        def _answer(self, answer: tuple[int, dict[str, Any]] | Fault) -> None:
            if isinstance(answer, Fault):
                self.close_connection = True
                return
            status, fields_ = answer
            text = json.dumps(fields_).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    return Handler
