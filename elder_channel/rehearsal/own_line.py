"""A line of our own for scenarios: its processes, its books, and what can be done to both."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil

from elder_channel.agents.model import Presence
from elder_channel.bootstrap import Line, open_line
from elder_channel.calls.model import CallState
from elder_channel.customers.model import Customer
from elder_channel.demo import load_customers
from elder_channel.placing import SimulatorClient, wait_until
from elder_channel.rehearsal.one_tap_page import tap_link
from elder_channel.rehearsal.recordings import recording_of
from elder_channel.rehearsal.staff import Staff
from elder_channel.services.call_report import CallReport, report_call
from elder_channel.simulator.scenarios.called import DeskDeed, Tap
from elder_channel.simulator.scenarios.errors import CannotPlayError
from elder_channel.simulator.scenarios.facts import BookFacts, OrderFacts
from elder_channel.simulator.scenarios.format import Person, ServiceFault
from elder_channel.stack import Stack, StackOptions

SETTLE_SECONDS = 8.0
"""The books may be a moment behind the carrier: the last webhook, the last utterance."""
READY_SECONDS = 60.0


class OwnLine:
    """A stack, and its books as scenarios ask them."""

    def __init__(self, folder: Path, env: Mapping[str, str]) -> None:
        self._folder = folder
        self._env = env
        self._stop_once = threading.Lock()
        self._stack: Stack | None = None
        # A process ends with the thread that started it (PR_SET_PDEATHSIG), so one thread starts them all.
        self._hands = ThreadPoolExecutor(1, thread_name_prefix="line")

    def start(self) -> None:
        """Start every process and open the books. Raises what keeps the stack from starting."""
        stack = Stack(StackOptions(self._folder, self._env, console=False, free_ports=True))
        self._hands.submit(stack.__enter__).result()
        self._stack = stack
        self.line: Line = open_line(self._folder, stack.env)
        load_customers(self.line.customers)
        token = self.line.secrets.simulator_token.get_secret_value()
        server = stack.server
        self.simulator = SimulatorClient(f"http://{server.host}:{server.simulator_port}", token)

    def stop(self) -> None:
        """Close the books and stop every process; a line that is not up, or is stopped already, stays so."""
        with self._stop_once:
            stack, self._stack = self._stack, None
            if stack is not None:
                self._hands.submit(stack.stop).result()
                self.simulator.close()
                self.line.databases.dispose()
            self._hands.shutdown()

    @property
    def _running(self) -> Stack:
        if self._stack is None:
            raise CannotPlayError("the line has been stopped")
        return self._stack

    def know(self, people: Iterable[Person]) -> None:
        """Put customers into the books."""
        self.line.customers.load(Customer(**person.model_dump()) for person in people)

    def settled(self, call_sid: str, record: Mapping[str, Any]) -> BookFacts | None:
        """The call as the books have it, once the last word of it has reached them."""
        wait_until(lambda: self._is_settled(call_sid, record), seconds=SETTLE_SECONDS)
        if self.line.calls.get(call_sid) is None:
            return None
        return replace(facts_of(report_call(self.line, dict(record))), recording=recording_of(self.line, call_sid))

    def _is_settled(self, call_sid: str, record: Mapping[str, Any]) -> bool:
        call = self.line.calls.get(call_sid)
        if call is None or call.state is not CallState.ENDED:
            return False
        heard = call.identified_finally or call.recognition == "off"
        return heard or record["first_voiced_sent_at"] is None

    def contact_of(self, agent: str) -> str:
        """The contact of an agent named by id; a contact stays what it is. Raises CannotPlayError."""
        known = {each.id: each.contact for each in self.line.settings.agents}
        if agent not in known and agent not in known.values():
            raise CannotPlayError(f"no agent has the id or contact {agent}; there are {', '.join(sorted(known))}")
        return known.get(agent, agent)

    def tap(self, tap: Tap) -> str:
        """Make a personal link, open it, press its button; the words the page shows then."""
        return tap_link(self.line, tap)

    def do(self, deed: DeskDeed, call_sid: str, *, spoken_to: bool) -> str:
        """Staff do this about a call; what came of it, in words."""
        return Staff(self.line).do(deed, call_sid, spoken_to=spoken_to)

    def everybody_to_work(self) -> None:
        """Whom a scenario left absent is at work again."""
        for id_, state in self.line.agents.states().items():
            if state.presence is Presence.ABSENT:
                self.line.agents.set_presence(id_, Presence.IDLE, at=self.line.clock())

    @contextmanager
    def suffer(self, fault: ServiceFault) -> Iterator[None]:
        """The fault begins; at the end it is made good again."""
        if fault.stop:
            with self._stopped(fault.stop):
                yield
        elif fault.suspend:
            with self._suspended(fault.suspend):
                yield
        elif fault.lock_database:
            with self._locked(f"{fault.lock_database}.db"):
                yield
        elif fault.lose_table:
            with self._without_table(fault.lose_table):
                yield
        else:
            with self._absent(fault.absent or ()):
                yield

    @contextmanager
    def _stopped(self, name: str) -> Iterator[None]:
        self._running.supervisor.stop([name])
        try:
            yield
        finally:
            self._hands.submit(self._running.supervisor.restart, name).result()
            self._running.supervisor.wait_ready(READY_SECONDS)

    @contextmanager
    def _suspended(self, name: str) -> Iterator[None]:
        process = psutil.Process(self._running.supervisor.pids()[name])
        family = [process, *process.children(recursive=True)]
        for each in family:
            each.suspend()
        try:
            yield
        finally:
            for each in family:
                each.resume()

    @contextmanager
    def _locked(self, file: str) -> Iterator[None]:
        """Somebody else writes to the database and does not finish."""
        if self._running.server.database_url:
            raise CannotPlayError("lock_database locks a file, and this line keeps its books on a server")
        connection = sqlite3.connect(self._folder / file, isolation_level=None, check_same_thread=False, timeout=10)
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            connection.execute("ROLLBACK")
            connection.close()

    @contextmanager
    def _without_table(self, name: str) -> Iterator[None]:
        self._rename(name, f"{name}_lost")
        try:
            yield
        finally:
            self._rename(f"{name}_lost", name)

    def _rename(self, table: str, to: str) -> None:
        with self.line.databases.calls.begin() as connection:
            connection.exec_driver_sql("PRAGMA legacy_alter_table=ON")  # else what refers to it follows the name
            connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {to}")

    @contextmanager
    def _absent(self, who: str | tuple[str, ...]) -> Iterator[None]:
        everybody = [agent.id for agent in self.line.settings.agents]
        chosen = everybody if who == "all" else list(who)
        for id_ in chosen:
            if not self.line.agents.set_presence(id_, Presence.ABSENT, at=self.line.clock()):
                raise CannotPlayError(f"the agent {id_} is unknown or on a call, and cannot be sent home")
        try:
            yield
        finally:
            self.everybody_to_work()


def facts_of(report: CallReport) -> BookFacts:
    """What a scenario may ask of a call's report."""
    order = report.work_order
    return BookFacts(
        outcome=report.outcome,
        entry=report.entry,
        language=report.language,
        matched=report.agent.matched if report.agent else None,
        agent=report.agent.id if report.agent else None,
        posterior=[(each.id, each.p) for each in report.dialect.posterior],
        abstained=report.dialect.abstained,
        evidence=frozenset(each.source for each in report.dialect.evidence),
        transcript=report.transcript,
        need=report.handover.need,
        note=report.handover.text,
        tried=report.handover.tried,
        passed_on=[each.to for each in report.passed_on],
        work_order=OrderFacts(order.kind, order.owner, order.note) if order else None,
    )
