"""A carrier of texts that is none: it keeps what it is given, sends receipts, and misbehaves as it is told.

`LoopbackCarrier` is the carrier; `LoopbackChannel` is the way to it within one process, `loopback_server` the way to it
by HTTP in the formats of the real ones. Texts are kept in a file of JSON lines where one is named, so that several
processes see the same carrier and a crash of ours does not make it forget.
"""

from __future__ import annotations

import json
import os
import random
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from uuid import uuid4

from greeting_sms.channel import Action, ListedText, Outcome, OutgoingText, PostResult, Receipt, digest_of
from greeting_sms.states import GreetingState


class Fault(StrEnum):
    """What the carrier does wrong with one request."""

    ACCEPT_THEN_TIMEOUT = "accept_then_timeout"  # takes the text and never answers
    ERROR_AFTER_ACCEPT = "error_after_accept"  # takes the text and answers 500
    CUT_AFTER_ACCEPT = "cut_after_accept"  # takes the text and closes the connection
    ERROR = "error"  # answers 500 and has taken nothing
    TIMEOUT = "timeout"  # never answers and has taken nothing
    BUSY = "busy"  # 429
    OPTED_OUT = "opted_out"  # 21610
    NO_GEO = "no_geo"  # 21408
    RECEIPT_FIRST = "receipt_first"  # the receipt comes before the answer
    SLOW = "slow"  # answers late
    RECEIPTS_TWICE = "receipts_twice"
    RECEIPTS_BACKWARDS = "receipts_backwards"
    UNDELIVERED = "undelivered"  # 30003: the phone was not reached
    FILTERED = "filtered"  # 30007


TAKES_NOTHING = {Fault.ERROR, Fault.TIMEOUT, Fault.BUSY, Fault.OPTED_OUT, Fault.NO_GEO}
_TWILIO_CODES = {Fault.UNDELIVERED: "30003", Fault.FILTERED: "30007"}

Faults = Callable[[], Fault | None]
"""The fault of the next request; None for none."""


def no_faults() -> None:
    """Everything goes well."""


@dataclass(frozen=True)
class LoopbackText:
    """A text the carrier took."""

    sid: str
    number: str
    body: str
    reference: str
    created_at: datetime
    fault: Fault | None = None

    @property
    def words(self) -> tuple[GreetingState, ...]:
        """What its receipts say, in the order in which they come."""
        end = GreetingState.UNDELIVERED if self.fault in _TWILIO_CODES else GreetingState.DELIVERED
        said = (GreetingState.SENT, end)
        if self.fault is Fault.RECEIPTS_BACKWARDS:
            return said[::-1]
        return said * 2 if self.fault is Fault.RECEIPTS_TWICE else said

    @property
    def code(self) -> str:
        """The error its receipts name."""
        return _TWILIO_CODES.get(self.fault, "") if self.fault else ""


class LoopbackCarrier:
    """Takes texts and keeps them; several threads may use it."""

    def __init__(
        self, *, clock: Callable[[], datetime], faults: Faults = no_faults, journal: Path | None = None
    ) -> None:
        self._clock = clock
        self._faults = faults
        self._journal = journal
        self._lock = threading.Lock()
        self._texts: list[LoopbackText] = []
        self._read_to = self._inode = 0

    def next_fault(self) -> Fault | None:
        """What goes wrong with the next request."""
        with self._lock:
            return self._faults()

    def take(self, number: str, body: str, reference: str, fault: Fault | None = None) -> LoopbackText:
        """Take one text over."""
        text = LoopbackText(f"LB{uuid4().hex}", number, body, reference, self._clock(), fault)
        with self._lock:
            if self._journal:
                _append(self._journal, text)
            else:
                self._texts.append(text)
        return text

    def texts(self, number: str | None = None, *, since: datetime | None = None) -> list[LoopbackText]:
        """What it has taken, oldest first."""
        with self._lock:
            self._read_journal()
            return [
                text
                for text in self._texts
                if (number is None or text.number == number) and (since is None or text.created_at >= since)
            ]

    def _read_journal(self) -> None:
        if self._journal is None or not self._journal.exists():
            return
        with self._journal.open("rb") as file:
            if (inode := os.fstat(file.fileno()).st_ino) != self._inode:  # somebody began a new file
                self._texts.clear()
                self._read_to, self._inode = 0, inode
            file.seek(self._read_to)
            for line in file:
                if not line.endswith(b"\n"):
                    break  # another process is just writing it
                self._read_to += len(line)
                self._texts.append(_text_of(line))


class LoopbackChannel:
    """The way to a loopback carrier in the same process."""

    name = "loopback"

    def __init__(self, carrier: LoopbackCarrier, clock: Callable[[], datetime]) -> None:
        self._carrier = carrier
        self._clock = clock
        self._told = 0

    def post(self, text: OutgoingText, *, now: datetime) -> PostResult:  # noqa: ARG002 - the port has it
        """Hand one text over, once."""
        fault = self._carrier.next_fault()
        if fault in TAKES_NOTHING:
            return _RESULTS[fault]
        taken = self._carrier.take(text.number, text.wording.body, text.reference, fault)
        return _RESULTS.get(fault) or PostResult(Outcome.ACCEPTED, sid=taken.sid)

    def listed(self, number: str, *, since: datetime) -> Sequence[ListedText]:
        """What the carrier has for the number."""
        return [listed(text) for text in self._carrier.texts(number, since=since)]

    def fetch_receipts(self) -> Sequence[Receipt]:
        """Receipts of what was taken since the last time, and, after a start, of what is there already."""
        texts = self._carrier.texts()
        news, self._told = texts[self._told :], len(texts)
        return [receipt for text in news for receipt in self._receipts(text)]

    def _receipts(self, text: LoopbackText) -> Iterator[Receipt]:
        greeting, _, fence = text.reference.partition(".")
        for word in text.words:
            action = _action(text) if word is GreetingState.UNDELIVERED else Action.NOTE
            code = text.code if word is GreetingState.UNDELIVERED else ""
            yield Receipt(text.sid, word, self._clock(), code, action, int(greeting), int(fence))


def listed(text: LoopbackText) -> ListedText:
    """As the carrier's books have it; without our reference, as most carriers."""
    return ListedText(text.sid, digest_of(text.body), text.created_at, GreetingState.SENT)


def _action(text: LoopbackText) -> Action:
    return Action.RETRY_ONCE if text.fault is Fault.UNDELIVERED else Action.FILTERED


_LOST = PostResult(Outcome.UNKNOWN, code="cut_off", action=Action.RECONCILE)
_RESULTS: dict[Fault | None, PostResult] = {
    Fault.ACCEPT_THEN_TIMEOUT: PostResult(Outcome.UNKNOWN, code="timeout", action=Action.RECONCILE),
    Fault.TIMEOUT: PostResult(Outcome.UNKNOWN, code="timeout", action=Action.RECONCILE),
    Fault.ERROR_AFTER_ACCEPT: PostResult(Outcome.UNKNOWN, code="20500", action=Action.RECONCILE),
    Fault.ERROR: PostResult(Outcome.UNKNOWN, code="20500", action=Action.RECONCILE),
    Fault.CUT_AFTER_ACCEPT: _LOST,
    Fault.BUSY: PostResult(Outcome.NOT_TAKEN, code="20429", action=Action.RETRY),
    Fault.OPTED_OUT: PostResult(Outcome.REFUSED, code="21610", action=Action.OPT_OUT),
    Fault.NO_GEO: PostResult(Outcome.NOT_TAKEN, code="21408", action=Action.STOP_CHANNEL),
}


def _append(journal: Path, text: LoopbackText) -> None:
    """One line in one write: several processes may append at once."""
    row = {**text.__dict__, "created_at": text.created_at.isoformat()}
    journal.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(descriptor, json.dumps(row, ensure_ascii=False).encode() + b"\n")
    finally:
        os.close(descriptor)


def _text_of(line: bytes) -> LoopbackText:
    row = json.loads(line)
    fault = Fault(row["fault"]) if row["fault"] else None
    created_at = datetime.fromisoformat(row["created_at"])
    return LoopbackText(row["sid"], row["number"], row["body"], row["reference"], created_at, fault)


class ScriptedFaults:
    """Faults in the order given, then none."""

    def __init__(self, faults: Sequence[Fault | None]) -> None:
        self._left = list(faults)

    def __call__(self) -> Fault | None:
        """The next one."""
        return self._left.pop(0) if self._left else None


class RandomFaults:
    """One of these faults with a probability, from a seed."""

    def __init__(self, share: float, faults: Sequence[Fault], seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - repeatable trouble, no secret
        self._share = share
        self._faults = tuple(faults)

    def __call__(self) -> Fault | None:
        """The next one, or none."""
        return self._random.choice(self._faults) if self._random.random() < self._share else None
