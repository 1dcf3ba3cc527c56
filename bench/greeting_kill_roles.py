"""The processes that `greeting_kills` kills: planners, senders, who takes receipts, who reconciles, and the carrier."""

from __future__ import annotations

import mmap
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sqlalchemy.engine import Connection, Engine

from elder_channel.storage.engine import open_databases
from greeting_sms.adapters.http import HttpClient
from greeting_sms.adapters.loopback import Fault, LoopbackCarrier, RandomFaults
from greeting_sms.adapters.loopback_server import LoopbackServer
from greeting_sms.adapters.own_reference import OwnReferences
from greeting_sms.adapters.twilio_messages import TwilioMessages, receipt_of
from greeting_sms.channel import ListedText, OutgoingText, PostResult, Wording
from greeting_sms.dispatch import Pacing, Sender
from greeting_sms.gates import Breaker, Pace
from greeting_sms.greeting import ClaimedGreeting, PlannedGreeting
from greeting_sms.outbox import Outbox
from greeting_sms.receipts import apply
from greeting_sms.reconcile import Patience, reconcile
from greeting_sms.sending_limits import CampaignRules, ChannelRules
from greeting_sms.tables import recipients
from greeting_sms.turns import in_turn

PHASES = ("idle", "plan", "claim", "post", "receipt", "reconcile")
LEASE = timedelta(seconds=1.0)
READ_SECONDS = 0.5
PATIENCE = Patience(look_after=timedelta(seconds=0.3), not_sent_after=timedelta(seconds=2.0))
"""In service a minute and a quarter of an hour; the carrier's slowest answer is as much shorter here."""
RULES = ChannelRules("twilio", Pace(1e6), Breaker(600, 10_000, 1.0, 1.0, 1))
FAULTS = (
    Fault.ACCEPT_THEN_TIMEOUT,
    Fault.ERROR_AFTER_ACCEPT,
    Fault.CUT_AFTER_ACCEPT,
    Fault.ERROR,
    Fault.BUSY,
    Fault.RECEIPT_FIRST,
    Fault.RECEIPTS_TWICE,
    Fault.RECEIPTS_BACKWARDS,
)
FAULT_SHARE = 1 / 7
TOKEN, SECRET, ACCOUNT = "token", "secret", "AC" + "0" * 32


@dataclass
class Scene:
    """What the processes of a run share."""

    folder: Path
    url: str
    carrier_port: int
    receipts_port: int
    people: int
    phases: mmap.mmap
    """What each process is doing, one byte each: an index of `PHASES`."""
    number: int = 0
    day_began_at: float = 0.0

    @property
    def journal(self) -> Path:
        """What the carrier got."""
        return self.folder / "carrier.jsonl"

    def open(self) -> Engine:
        """The books, opened by this process."""
        return open_databases(self.folder, self.url).greetings

    def number_of(self, person: int) -> str:
        """A fictitious number; every run has its own, as the carrier forgets nothing."""
        return f"+86591{self.number % 10_000:04d}{person:04d}"

    def rows(self) -> list[PlannedGreeting]:
        """The greetings of the day."""
        opens = datetime.fromtimestamp(self.day_began_at, UTC) - timedelta(hours=1)
        closes = opens + timedelta(hours=9)
        day = date(2026, 11, 22)
        return [
            PlannedGreeting(
                f"c{n}", 2026, "birthday", 1, "", day, self.number_of(n), "twilio", "en", "plain", f"Chan {n}", 1,
                opens, closes,
            )
            for n in range(self.people)
        ]  # fmt: skip

    def add_people(self, engine: Engine) -> None:
        """Everybody in the books."""
        fixed = {"language": "en", "zone": "America/New_York", "companies": "life", "calendar": "solar"}
        values = [
            {
                "group_customer_id": f"c{n}",
                "name": f"Chan {n}",
                "number": self.number_of(n),
                "updated_at": now(),
                **fixed,
            }
            for n in range(self.people)
        ]
        in_turn(engine, lambda connection: connection.execute(recipients.insert(), values))

    @contextmanager
    def doing(self, role: int, phase: str) -> Iterator[None]:
        """Tell the killer what goes on."""
        self.phases[role] = PHASES.index(phase)
        yield
        self.phases[role] = 0


def now() -> datetime:
    """The moment."""
    return datetime.now(UTC)


class _Campaigns:
    """One campaign, one sentence."""

    def running(self, _connection: Connection) -> Sequence[CampaignRules]:
        return (CampaignRules("birthday"),)

    def wording(self, row: ClaimedGreeting) -> Wording | None:
        return Wording(f"Group: Happy birthday, {row.salutation}! Reply STOP to refuse", row.segments)


class _Told:
    """The channel, telling the killer when a request is under way."""

    name = "twilio"

    def __init__(self, scene: Scene, role: int) -> None:
        self._scene, self._role = scene, role
        self._channel = TwilioMessages(
            ACCOUNT,
            TOKEN,
            http=HttpClient(f"http://127.0.0.1:{scene.carrier_port}", read_seconds=READ_SECONDS),
            public_base_url=f"http://127.0.0.1:{scene.receipts_port}",
            references=OwnReferences(SECRET),
            from_number="+12025550199",
        )

    def post(self, text: OutgoingText, *, now: datetime) -> PostResult:
        self._scene.phases[self._role] = PHASES.index("post")
        return self._channel.post(text, now=now)

    def listed(self, number: str, *, since: datetime) -> Sequence[ListedText]:
        return self._channel.listed(number, since=since)

    def fetch_receipts(self) -> Sequence[Any]:
        return ()


def plan(scene: Scene, role: int) -> None:
    """Plans the day again and again, in pieces."""
    outbox = Outbox(scene.open())
    rows = scene.rows() if role % 2 else scene.rows()[::-1]
    while True:
        for start in range(0, len(rows), 10):
            with scene.doing(role, "plan"):
                outbox.plan(rows[start : start + 10], at=now())
        time.sleep(0.02)


def send(scene: Scene, role: int) -> None:
    """Sends what is due."""
    sender = Sender(
        scene.open(),
        [(_Told(scene, role), RULES)],
        _Campaigns(),
        owner=f"{os.getpid()}-{time.time_ns()}",
        pacing=Pacing(batch=8, lease=LEASE, threads=4),
        clock=now,
        zone_day=lambda at: at.date(),
    )
    while True:
        with scene.doing(role, "claim"):
            sender.round()
        time.sleep(0.01)


def look_after(scene: Scene, role: int) -> None:
    """Ends leases and reconciles."""
    engine, channel = scene.open(), _Told(scene, role)
    outbox = Outbox(engine)
    while True:
        with scene.doing(role, "reconcile"):
            outbox.end_leases(now())
            reconcile(engine, channel, patience=PATIENCE, now=now())
        time.sleep(0.05)


def take_receipts(scene: Scene, role: int) -> None:
    """Takes the carrier's callbacks."""
    engine, references = scene.open(), OwnReferences(SECRET)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            with scene.doing(role, "receipt"):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                query = dict(parse_qsl(urlsplit(self.path).query))
                word = receipt_of(dict(parse_qsl(body)), query, references, now=now())
                in_turn(engine, lambda connection: apply(connection, [word]))
                self.send_response(204)
                self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    HTTPServer(("127.0.0.1", scene.receipts_port), Handler).serve_forever(0.01)


def serve_carrier(scene: Scene, seed: int) -> None:
    """The carrier; it lives through all runs and is not killed."""
    carrier = LoopbackCarrier(clock=now, faults=RandomFaults(FAULT_SHARE, FAULTS, seed), journal=scene.journal)
    with LoopbackServer(carrier, auth_token=TOKEN, port=scene.carrier_port, hold_seconds=READ_SECONDS * 1.2):
        while True:
            time.sleep(60)


@dataclass(frozen=True)
class Role:
    """One process of a run."""

    name: str
    work: Callable[[Scene, int], None]


ROLES = (
    Role("planner 1", plan),
    Role("planner 2", plan),
    Role("sender 1", send),
    Role("sender 2", send),
    Role("sender 3", send),
    Role("receipts", take_receipts),
    Role("reconciler", look_after),
)
