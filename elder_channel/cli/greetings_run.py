"""`elder-channel greetings run|status|reconcile|hold|go-on`: sending, by hand or beside the worker."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import typer

from elder_channel.cli.greeting_reasons import REASONS, STATES, meaning
from elder_channel.cli.started import open_started_line
from elder_channel.cli.tables import console, table
from elder_channel.errors import ElderChannelError
from elder_channel.own_process import collect_seldom
from elder_channel.services.consents import ShellOperator
from elder_channel.services.greeting_sending import GreetingSending, LookedAfter
from elder_channel.storage.checkpoints import carried_aside
from greeting_sms.dispatch import Sent
from greeting_sms.errors import ChannelError
from greeting_sms.prices import MICROS
from greeting_sms.status import Status

PAUSE_SECONDS = 1.0
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Channel = Annotated[str | None, typer.Option(help="One channel; default: everything.", show_default=False)]


def add_commands(app: typer.Typer) -> None:
    """Put the commands of sending into the group."""
    for name, command in _COMMANDS.items():
        app.command(name)(command)


def run(
    once: Annotated[bool, typer.Option("--once", help="Send what is due now, and end.")] = False,
    as_json: AsJson = False,
) -> None:
    """Send what is due, beside the worker or without it; any number of these may run at once. Ctrl-C stops it."""
    line, stop = open_started_line(os.environ), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    collect_seldom()
    with carried_aside(line.databases.greetings):
        looked, total = _send(GreetingSending(line), stop, once=once, quiet=once or as_json)
    if not (once or as_json):
        print("in all: ", end="")
    if as_json:
        print(json.dumps({"sent": vars(total), "looked_after": _looked(looked)}, indent=1))
    else:
        _tell_sent(total)


def _send(sending: GreetingSending, stop: threading.Event, *, once: bool, quiet: bool) -> tuple[LookedAfter, Sent]:
    """Round after round until told to stop; the last look, and what was sent in all."""
    total = Sent()
    while True:
        looked = _told(sending.look_after)
        sent = _told(lambda: sending.send_due(until=stop.is_set))
        total += sent
        if not quiet and sent.claimed > sent.waiting:
            _tell_sent(sent)
        if once or stop.wait(PAUSE_SECONDS):
            return looked, total


def reconcile(as_json: AsJson = False) -> None:
    """End leases left behind, take receipts, look doubtful greetings up at the carrier; send nothing."""
    looked = _looked(_told(_sending().look_after))
    if as_json:
        print(json.dumps(looked, indent=1))
        return
    for name, value in looked.items():
        print(f"{value:>8,}  {_LOOKED_AFTER[name]}")


def status(
    day: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Birthdays of this day.")] = None,
    as_json: AsJson = False,
) -> None:
    """How the day's greetings stand: by state, why not, gates, stops, and what was spent."""
    found = _sending().status(day.date() if day else None)
    if as_json:
        print(json.dumps(_as_json(found), ensure_ascii=False, indent=1))
    else:
        _tell_status(found)


def hold(
    reason: Annotated[str, typer.Option(help="Why; it is kept.")],
    channel: Channel = None,
) -> None:
    """Stop sending at once, everything or one channel. Requests that are under way are not called back."""
    shell = ShellOperator()
    _sending().stop(by=shell.ACCOUNT, accounts=shell, reason=reason, channel=channel)
    print(f"stopped: {channel or 'everything'}; elder-channel greetings go-on takes it back")


def go_on(channel: Channel = None) -> None:
    """Take a stop back. What has passed its window meanwhile is not sent late."""
    shell = ShellOperator()
    _sending().go_on(by=shell.ACCOUNT, accounts=shell, channel=channel)
    print(f"goes on: {channel or 'everything'}")


_LOOKED_AFTER = {
    "leases_ended": "given back: their sender went away before it posted them",
    "left_in_doubt": "in doubt now: their sender went away in the midst of a request",
    "expired": "passed their window unsent",
    "receipts": "changed by receipts",
    "found": "in doubt, and found in the carrier's books",
    "not_sent": "in doubt, and certainly not sent: planned once more",
    "given_up": "in doubt when their window closed: counted, not sent",
    "open": "in doubt still",
    "silent": "in doubt, and the carrier does not answer",
}


_COMMANDS: dict[str, Callable[..., None]] = {
    "run": run,
    "reconcile": reconcile,
    "status": status,
    "hold": hold,
    "go-on": go_on,
}


def _sending() -> GreetingSending:
    return GreetingSending(open_started_line(os.environ))


def _told(work: Any) -> Any:
    """The work; a channel that is not set up is told in its sentence."""
    try:
        return work()
    except ChannelError as error:
        raise ElderChannelError(str(error)) from error


def _tell_sent(sent: Sent) -> None:
    print(f"{sent.accepted} sent, {sent.held} held back, {sent.refused} refused, {sent.unknown} in doubt")
    if sent.not_taken or sent.waiting:
        print("more is due: the carrier, the pace or a cap lets no more through for now")


def _looked(looked: LookedAfter) -> dict[str, int]:
    return {
        "leases_ended": looked.freed,
        "left_in_doubt": looked.doubtful,
        "expired": looked.expired,
        "receipts": looked.receipts.changed,
        **vars(looked.reconciled),
    }


def _as_json(found: Status) -> dict[str, Any]:
    return {
        "day": found.day.isoformat(),
        "states": dict(found.states),
        "reasons": dict(found.reasons),
        "under_way": dict(found.under_way),
        "oldest_doubt_at": found.oldest_doubt_at.isoformat() if found.oldest_doubt_at else None,
        "gates": [{"name": gate.name, "shut_until": _moment(gate.shut_until), "because": gate.shut_because}
                  for gate in found.gates],
        "stops": [{"scope": stop.scope, "by": stop.stopped_by, "reason": stop.reason} for stop in found.stops],
        "caps_reached": [vars(cap) for cap in found.caps],
        "spent": {
            name: {"messages": spent.messages, "segments": spent.segments, "cost": spent.cost_micros / MICROS}
            for name, spent in found.spent.items()
        },
    }  # fmt: skip


def _tell_status(found: Status) -> None:
    out = console()
    if not found.states:
        out.print(f"no greetings for birthdays of {found.day}; elder-channel greetings plan --day {found.day}")
    for title, counts, meanings in (
        ("greetings", found.states, STATES),
        ("did not go because", found.reasons, REASONS),
    ):
        made = table(title, "", "what it says", title=f"birthdays of {found.day}" if counts is found.states else None)
        for name, count in counts.items():
            made.add_row(name, f"{count:,}", meanings.get(name) or meaning(name))
        if counts:
            out.print(made)
    for name, spent in found.spent.items():
        cost = spent.cost_micros / MICROS
        out.print(f"{name}: {spent.messages:,} texts, {spent.segments:,} segments, {cost:,.2f} spent on {found.day}")
    for gate in found.gates:
        if gate.shut_until:
            out.print(f"[b]{gate.name} was shut until {_moment(gate.shut_until)}: {gate.shut_because}[/b]")
    for cap in found.caps:
        out.print(f"[b]{cap.scope} rests until tomorrow: {cap.reason}[/b]")
    for stop in found.stops:
        out.print(f"[b]stopped: {stop.scope}, by {stop.stopped_by}: {stop.reason}[/b]")
    if found.oldest_doubt_at:
        out.print(f"in doubt: {found.under_way.get('unknown', 0)}, the oldest since {found.oldest_doubt_at:%H:%M}")


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
