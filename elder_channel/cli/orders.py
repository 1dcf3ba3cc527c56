"""`elder-channel orders`: the work orders, on the command line."""

from __future__ import annotations

import os
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from elder_channel.cli.books import open_books, operator
from elder_channel.cli.order_json import file_as_json, order_as_json, printed
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.errors import ElderChannelError
from elder_channel.services.accounts import Account, Role
from elder_channel.services.order_calls import callbacks_of
from elder_channel.services.order_rules import rules_of
from elder_channel.services.orders import Orders, View
from elder_channel.workorders.model import AttemptResult, CloseOutcome, Priority, WorkOrder

app = typer.Typer(help="Work orders: what is owed to callers, until it is closed.", no_args_is_help=True)

Id = Annotated[int, typer.Argument(metavar="ORDER", help="Number of the order.")]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who does it; default: who is logged in.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="What happened, in a few words.")]
Etag = Annotated[
    str,
    typer.Option("--etag", metavar="ETAG", help="Only if the order is still this version; default: whatever it is."),
]


@app.command("list")
def list_orders(
    view: Annotated[View, typer.Option(help="Which orders.")] = View.OPEN,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """The orders of a view: danger and elders first, then by due time."""
    line = open_books(os.environ)
    orders = Orders(line).list_orders(view, viewer=_account(by))
    if as_json:
        print(printed([order_as_json(order) for order in orders]))
        return
    now = line.clock()
    table = Table("order", "type", "for", "state", "owner", "due", "calls", "attempts")
    for order in orders:
        late = " overdue" if order.is_open and order.due_at <= now else ""
        table.add_row(
            str(order.id),
            rules_of(line.settings).type(order.type).zh,
            order.priority,
            order.state,
            order.owner,
            _local(order.due_at) + late,
            str(order.calls),
            str(order.attempts),
        )
    Console().print(table)


@app.command()
def show(id_: Id, by: By = "", as_json: AsJson = False) -> None:
    """One order with its history, attempts and calls; that its words were read is recorded."""
    line = open_books(os.environ)
    file = Orders(line).open_file(id_, viewer=_account(by))
    if as_json:
        print(printed(file_as_json(file)))
        return
    order = file.order
    type_ = rules_of(line.settings).type(order.type)
    print(f"order {order.id}  {type_.zh} {type_.en}  {order.priority}  {order.state}  etag {order.etag}")
    print(f"owner {order.owner}  due {_local(order.due_at)}  opened {_local(order.opened_at)} by {order.opened_by}")
    print(f"customer {file.number or '-'}  dialect {order.dialect or '-'}  need {order.need or '-'}")
    print(f"note {order.note or '-'}")
    print(f"said {order.transcript or '-'}")
    if file.speakers:
        print(f"who speaks it: {'、'.join(file.speakers)}")
    for attempt in file.attempts:
        print(f"  attempt {attempt.number} {_local(attempt.at)} {attempt.by}: {attempt.result} {attempt.note}")
    for entry in file.history:
        change = f"{entry.from_state or '-'} -> {entry.to_state}, {entry.from_owner or '-'} -> {entry.to_owner}"
        print(f"  {_local(entry.at)} {entry.by} {entry.action}: {change}. {entry.why}")


@app.command()
def add(
    type_: Annotated[str, typer.Option("--type", help="Type of the order, such as complaint.")],
    note: Note,
    call: Annotated[str, typer.Option(metavar="SID", help="The call it comes from.")] = "",
    priority: Annotated[Priority | None, typer.Option(help="Default: as the call says.")] = None,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Write down what could not be finished in a call."""
    orders = Orders(open_books(os.environ))
    _tell(orders.add(type_id=type_, note=note, by=_account(by), call_sid=call or None, priority=priority), as_json)


@app.command()
def take(id_: Id, by: By = "", etag: Etag = "", as_json: AsJson = False) -> None:
    """Own the order from now on."""
    orders, version = _at(id_, etag)
    _tell(orders.take(id_, etag=version, by=_account(by)), as_json)


@app.command()
def note(
    id_: Id,
    note: Note,
    promised: Annotated[
        datetime | None,
        typer.Option(help="What was promised for then (hotline's time): the order is due then.", show_default=False),
    ] = None,
    by: By = "",
    etag: Etag = "",
    as_json: AsJson = False,
) -> None:
    """Write something down; with --promised, the time by which the next step is due."""
    orders, version = _at(id_, etag)
    due_at = promised.replace(tzinfo=HOTLINE_ZONE) if promised else None
    _tell(orders.note(id_, etag=version, by=_account(by), why=note, due_at=due_at), as_json)


@app.command()
def attempt(
    id_: Id,
    result: Annotated[AttemptResult, typer.Option(help="What came of it.")],
    note: Note = "",
    by: By = "",
    etag: Etag = "",
    as_json: AsJson = False,
) -> None:
    """The customer was called back; the last attempt in vain raises the order, and never closes it."""
    orders, version = _at(id_, etag)
    _tell(orders.attempt(id_, etag=version, by=_account(by), result=result, why=note), as_json)


@app.command()
def call(id_: Id, by: By = "", etag: Etag = "", as_json: AsJson = False) -> None:
    """Have the line ring the customer, in the hours for it; what comes of it is noted as an attempt."""
    line = open_books(os.environ)
    callbacks, order = callbacks_of(line), line.work_orders.get(id_)
    if callbacks is None:
        raise ElderChannelError("the line places no calls (outbound.enabled is false)")
    _tell(callbacks.place(id_, etag=etag or (order.etag if order else ""), by=_account(by)), as_json)


@app.command()
def close(
    id_: Id,
    outcome: Annotated[CloseOutcome, typer.Option(help="How it ended.")],
    told: Annotated[bool, typer.Option("--told", help="The customer was told.")] = False,
    note: Note = "",
    by: By = "",
    etag: Etag = "",
    as_json: AsJson = False,
) -> None:
    """End the order: with an outcome, and with the customer told."""
    orders, version = _at(id_, etag)
    _tell(orders.close(id_, etag=version, by=_account(by), outcome=outcome, told=told, why=note), as_json)


@app.command()
def reopen(id_: Id, note: Note, by: By = "", etag: Etag = "", as_json: AsJson = False) -> None:
    """Begin again with a closed order."""
    orders, version = _at(id_, etag)
    _tell(orders.reopen(id_, etag=version, by=_account(by), why=note), as_json)


@app.command()
def escalate(id_: Id, note: Note, by: By = "", etag: Etag = "", as_json: AsJson = False) -> None:
    """Raise the order to the next person of its department's ladder."""
    orders, version = _at(id_, etag)
    _tell(orders.escalate(id_, etag=version, by=_account(by), why=note), as_json)


@app.command()
def reassign(
    id_: Id,
    to: Annotated[str, typer.Option(metavar="NAME", help="The new owner.")],
    note: Note,
    by: By = "",
    etag: Etag = "",
    as_json: AsJson = False,
) -> None:
    """Give the order to somebody else."""
    orders, version = _at(id_, etag)
    _tell(orders.reassign(id_, etag=version, by=_account(by), to=to, why=note), as_json)


def _account(name: str) -> Account:
    """Who may run commands on the server may do what a supervisor may; the history keeps the name."""
    return Account(name.strip() or operator().username, Role.SUPERVISOR)


def _at(id_: int, etag: str) -> tuple[Orders, str]:
    """The orders, and the version to change: the one named, or the present one."""
    line = open_books(os.environ)
    order = line.work_orders.get(id_)
    return Orders(line), etag or (order.etag if order else "")


def _tell(order: WorkOrder, as_json: bool) -> None:
    if as_json:
        print(printed(order_as_json(order)))
    else:
        print(f"order {order.id}: {order.state}, owner {order.owner}, due {_local(order.due_at)}, etag {order.etag}")


def _local(moment: datetime) -> str:
    return moment.astimezone(HOTLINE_ZONE).strftime("%Y-%m-%d %H:%M")
