"""Measures one look of the router at the peak: 1,000 agents, 200 waiting calls, real books in SQLite.

Three looks. Nobody is free, as in the peak of a peak. One agent has become free, the usual case. 200 are free at once,
so that the look gives away as many calls as one look may, in one transaction; once by a router that has looked before,
and once by one that knows nothing of the agents yet, as after a start or a change of the settings. The calls wait with
different dialects and provinces; sites, a diversion and companies are in force, so that nothing is spared.
`_cpu_ms` is what the look itself computes, whatever else the machine is doing.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog.testing

from dialects.evidence import Identification
from elder_channel.agents.model import Presence
from elder_channel.bootstrap import Line, open_line
from elder_channel.calls.model import Call, CallState, Entry, RecognitionState
from elder_channel.services.accounts import Account, Role
from elder_channel.services.line import LineService
from elder_channel.services.routing import RoutingService
from elder_channel.services.sites import SiteSwitches
from elder_channel.storage.migrate import migrate

AGENTS, WAITING = 1_000, 200
TICKS = 40
FREE_AT_ONCE = 200
_AREAS = ("0591", "020", "021", "028", "010", "0755", "0571", "029")
_SECRETS = {"TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "bench", "ELDER_CHANNEL_STREAM_SECRET": "bench"}


def run() -> list[dict[str, Any]]:
    """Measure all, in some seconds; a list of `{name, value, unit, reach, ok}`."""
    with tempfile.TemporaryDirectory() as name, structlog.testing.capture_logs():
        line = _line(Path(name))
        try:
            _fill(line)
            router = RoutingService(line, LineService(line))
            router.tick()
            computing = time.process_time()
            none = _ticks(router, TICKS)
            computing = (time.process_time() - computing) * 1000 / TICKS
            one = _one_free(line, router)
            many = _many_free(line, router)
            _waiting_again(line)
            first = _many_free(line, RoutingService(line, LineService(line)))
        finally:
            line.databases.dispose()
    return [
        _result("tick_nobody_free_p50_ms", statistics.median(none), "ms"),
        _result("tick_nobody_free_cpu_ms", computing, "ms"),
        _result("tick_nobody_free_p95_ms", _p95(none), "ms", reach=250.0),
        _result("tick_one_free_p95_ms", _p95(one), "ms", reach=250.0),
        _result("tick_many_given_ms", many[0], "ms"),
        _result("tick_many_given_cpu_ms", many[1], "ms", reach=250.0),
        _result("tick_calls_given", many[2], "calls"),
        _result("first_tick_many_given_ms", first[0], "ms"),
        _result("first_tick_many_given_cpu_ms", first[1], "ms", reach=250.0),
    ]


def _line(folder: Path) -> Line:
    """A line with `AGENTS` agents of the 42 dialects at three sites."""
    site, state = folder / "site", folder / "state"
    for path in (site, state):
        path.mkdir()
    env = {"ELDER_CHANNEL_SITE": str(site), **_SECRETS}
    dialects = sorted(open_line(state, {**_SECRETS}).catalogue.dialects)
    rows = []
    for number in range(AGENTS):
        first, second = dialects[number % len(dialects)], dialects[(number * 7 + 3) % len(dialects)]
        where = ("shanghai", "guangzhou", "beijing")[number % 3]
        skills = f"{{{first}: 5, {second}: 3}}" if first != second else f"{{{first}: 5}}"
        company = ", companies: [life]" if number % 5 == 0 else ""
        about = f"elder_trained: {str(number % 4 == 0).lower()}, site: {where}{company}"
        rows.append(f'  - {{id: a{number}, name: A, contact: "client:a{number}", dialects: {skills}, {about}}}')
    (site / "agents.yaml").write_text("schema: 1\nagents:\n" + "\n".join(rows) + "\n", encoding="utf-8")
    line = open_line(state, env)
    migrate(line.databases)
    line.agents.sync((agent.id for agent in line.settings.agents), at=line.clock())
    SiteSwitches(line).divert("福建", ["beijing"], reason="bench", by=Account("bench", Role.ADMINISTRATOR))
    return line


def _fill(line: Line) -> None:
    """Every agent talks, and `WAITING` calls wait, of as many dialects as there are."""
    now = datetime.now(UTC)
    with line.databases.calls.begin() as connection:
        connection.exec_driver_sql("UPDATE agents SET presence = 'talking'")
    dialects = sorted(line.catalogue.dialects)
    for number in range(WAITING):
        best, next_best = dialects[number % len(dialects)], dialects[(number + 1) % len(dialects)]
        entered = now - timedelta(seconds=20 + number / 10)
        line.calls.open_call(
            Call(
                sid=f"CA{number:032d}",
                caller_number=f"+86{_AREAS[number % len(_AREAS)][1:]}0{number:07d}",
                called_number="+862100000060",
                state=CallState.WAITING,
                started_at=entered,
                entered_at=entered,
                entry=Entry.VOICE,
                elder=number % 2 == 0,
                company="property" if number % 5 == 0 else None,
                identification=Identification({best: 0.7, next_best: 0.2, "putonghua": 0.1}, False, ()),
                identified_finally=True,
                recognition=RecognitionState.HEARD,
            )
        )


def _ticks(router: RoutingService, count: int) -> list[float]:
    taken = []
    for _ in range(count):
        started = time.perf_counter()
        router.tick()
        taken.append((time.perf_counter() - started) * 1000)
    return taken


def _one_free(line: Line, router: RoutingService) -> list[float]:
    """Again and again one agent has become free and gets a call, which is then made to wait again."""
    taken = []
    for number in range(TICKS):
        _set_free(line, [f"a{number * 13 % AGENTS}"])
        started = time.perf_counter()
        moves = router.tick()
        taken.append((time.perf_counter() - started) * 1000)
        for move in moves:
            assert move.agent_id is not None
            line.calls.put_back(move.sid, move.agent_id, presence=Presence.ABSENT, at=line.clock())
    return taken


def _many_free(line: Line, router: RoutingService) -> tuple[float, float, float]:
    """Milliseconds of one look that gives away all it can, those it computes, and how many calls it gives."""
    with line.databases.calls.begin() as connection:
        connection.exec_driver_sql("UPDATE calls SET assigned_at = NULL")
    _set_free(line, [f"a{number * 5 + 1}" for number in range(FREE_AT_ONCE)])
    started, computing = time.perf_counter(), time.process_time()
    moves = router.tick()
    took, computed = time.perf_counter() - started, time.process_time() - computing
    return took * 1000, computed * 1000, float(len(moves))


def _waiting_again(line: Line) -> None:
    """All calls wait once more, and everybody talks."""
    with line.databases.calls.begin() as connection:
        connection.exec_driver_sql("UPDATE calls SET state = 'waiting', agent_id = NULL, matched = NULL")
        connection.exec_driver_sql("UPDATE agents SET presence = 'talking', call_sid = NULL")


def _set_free(line: Line, ids: Sequence[str]) -> None:
    marks = ",".join("?" for _ in ids)
    with line.databases.calls.begin() as connection:
        connection.exec_driver_sql(
            f"UPDATE agents SET presence = 'idle', call_sid = NULL WHERE id IN ({marks})",
            tuple(ids),
        )


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[round(0.95 * (len(values) - 1))]


def _result(name: str, value: float, unit: str, *, reach: float | None = None) -> dict[str, Any]:
    ok = None if reach is None else value <= reach
    return {"name": f"routing.{name}", "value": round(value, 2), "unit": unit, "reach": reach, "ok": ok}
