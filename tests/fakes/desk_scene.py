"""One call between an agent's desk and a colleague's phone, on real books."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from elder_channel.calls.model import Entry
from elder_channel.calls.steps import EnterQueue
from elder_channel.customers.model import Customer
from elder_channel.services.accounts import Account, Role
from elder_channel.services.corrections import Corrections
from elder_channel.services.desk import Desk, DeskCall
from elder_channel.services.desk_orders import CallOrders
from elder_channel.services.endings import Endings
from elder_channel.services.knowing import Knowing
from elder_channel.services.line import LineService
from elder_channel.services.routing import RoutingService
from elder_channel.services.transfers import Transfers
from elder_channel.storage.calls import SqlCallStore
from tests.fakes.desk import AT_DESK, HOTLINE, NUMBER, write_agents
from tests.fakes.line import LineInMemory, open_test_line
from tests.fakes.people import People

ON_PHONE = "liu"
ME = Account("zheng.guodong", Role.AGENT, AT_DESK)
COLLEAGUE = Account("liu.meihua", Role.AGENT, ON_PHONE)
PEOPLE = People(
    ME,
    COLLEAGUE,
    Account("viewer", Role.VIEWER, AT_DESK),
    Account("nobody", Role.AGENT),
    Account("gone", Role.AGENT, "not-there"),
)


@dataclass
class Scene:
    """A line with one agent who answers on the desk and one whose phone rings at once."""

    at: LineInMemory
    desk: Desk
    calls: LineService
    router: RoutingService

    def call_comes(self, text: str = "汝好,我要报案", *, number: str = NUMBER, dialect: str = "fuzhou") -> None:
        """A call of Fuzhou is in the queue, heard, and given to somebody."""
        self.calls.arrive("CA1", number, HOTLINE)
        self.calls.enter("CA1", EnterQueue(Entry.ONE_KEY, "zh"))  # a known elder has entered already
        Knowing(self.at.line).heard(
            "CA1", text=text, recognizer="ours", language_posterior={"zh": 0.95}, acoustic={dialect: 0.95}, final=True
        )
        self.at.clock.forward(3)
        self.route()

    def route(self) -> None:
        """One look of the router."""
        for move in self.router.tick():
            self.router.carry_out(move)

    def answered(self) -> DeskCall:
        """The offered call is accepted and picked up."""
        self.desk.accept("CA1", by=ME)
        Endings(self.at.line).agent_answered("CA1", AT_DESK)
        return self.on_desk()

    def on_desk(self, by: Account = ME) -> DeskCall:
        """The call on the desk."""
        call = self.desk.look(by=by).call
        assert call
        return call

    @property
    def books(self) -> SqlCallStore:
        """The calls."""
        return self.at.line.calls


@contextmanager
def desk_scene(folder: Path) -> Iterator[Scene]:
    """The desk is preferred for Fuzhou; the colleague's phone takes what is left."""
    write_agents(folder / "site")
    at = open_test_line(folder)
    at.line.customers.load([Customer(70, "林示例", (NUMBER,), dialect="fuzhou", elder_flag=True)])
    calls = LineService(at.line)
    corrections = Corrections(at.line, PEOPLE)
    desk = Desk(at.line, PEOPLE, corrections, orders=CallOrders(at.line), transfers=Transfers(at.line))
    yield Scene(at, desk, calls, RoutingService(at.line, calls))
    at.line.databases.dispose()
