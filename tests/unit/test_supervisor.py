"""The supervisor, with real small processes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from elder_channel import supervisor as module
from elder_channel.placing import wait_until
from elder_channel.supervisor import (
    CannotListenError,
    NotReadyError,
    PortTakenError,
    ProcessSpec,
    Supervisor,
    free_port,
    refuse_taken_port,
)

SERVER = """
import http.server, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/health" else 404); self.end_headers()
    def log_message(self, *_): pass
print("listening", flush=True)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"""
SLEEP = "import time; print('up', flush=True); time.sleep(60)"
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
DIE = "import sys; print('one\\ntwo\\nno settings at all'); sys.exit(3)"

Make = Callable[..., Supervisor]


def spec(name: str, code: str, port: int | None = None) -> ProcessSpec:
    """A process that runs `code`."""
    arguments = [str(port)] if port else []
    return ProcessSpec(name, [sys.executable, "-c", code, *arguments], {}, port=port)


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Makes supervisors whose processes are gone after the test."""
    made: list[Supervisor] = []

    def make_one(*specs: ProcessSpec) -> Supervisor:
        made.append(Supervisor(specs, tmp_path / "log"))
        return made[-1]

    yield make_one
    for one in made:
        one.stop()


def log_of(tmp_path: Path, name: str) -> str:
    """What the process has written."""
    file = tmp_path / "log" / f"{name}.log"
    return file.read_text(encoding="utf-8") if file.exists() else ""


def test_it_starts_everything_and_waits_until_each_answers(make: Make, tmp_path: Path) -> None:
    """One with a health address, one without; each is told about once, and writes into its own log."""
    up: list[str] = []
    running = make(spec("server", SERVER, free_port()), spec("sleeper", SLEEP))
    running.start()
    running.wait_ready(20, on_ready=up.append)
    assert sorted(up) == ["server", "sleeper"]
    assert all(psutil.pid_exists(pid) for pid in running.pids().values())
    assert wait_until(lambda: "up" in log_of(tmp_path, "sleeper"), seconds=10)
    assert "listening" in log_of(tmp_path, "server")


def test_it_leaves_nothing_behind_when_it_stops(make: Make) -> None:
    """Politely first: the process has time to put its things in order."""
    running = make(spec("server", SERVER, free_port()), spec("sleeper", SLEEP))
    running.start()
    running.wait_ready(20)
    pids = list(running.pids().values())
    running.stop()
    assert running.pids() == {}
    assert not [pid for pid in pids if psutil.pid_exists(pid)]
    running.stop()


def test_one_that_will_not_stop_is_killed(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that ignores the polite signal does not hold up the others for ever."""
    monkeypatch.setattr(module, "STOP_SECONDS", 0.2)
    running = make(spec("stubborn", STUBBORN))
    running.start()
    assert wait_until(lambda: "up" in log_of(tmp_path, "stubborn"), seconds=10)
    pid = running.pids()["stubborn"]
    running.stop()
    assert not psutil.pid_exists(pid)


def test_one_process_can_be_stopped_and_started_alone(make: Make) -> None:
    """The others do not notice."""
    running = make(spec("server", SERVER, free_port()), spec("sleeper", SLEEP))
    running.start()
    running.wait_ready(20)
    before = running.pids()
    running.stop(["server"])
    assert set(running.pids()) == {"sleeper"}
    running.restart("server")
    running.wait_ready(20)
    assert running.pids()["sleeper"] == before["sleeper"]
    assert running.pids()["server"] != before["server"]


def test_what_dies_is_started_again_after_pauses_that_grow(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a second, then one, then two: a process that cannot live does not eat the machine."""
    now = 1000.0
    monkeypatch.setattr(module.time, "monotonic", lambda: now)
    running = make(spec("dies", DIE))
    running.start()
    pauses = []
    for _ in range(8):
        child = running._children["dies"]
        child.process.wait()
        running.look_after()
        pauses.append(child.again_at - now if child.again_at else None)
        running.look_after()
        assert running._children["dies"] is child  # not before its time
        now = child.again_at or now
        running.look_after()
        assert running._children["dies"] is not child
    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]


def test_one_that_lived_long_is_started_again_at_once(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash after a day is no reason for a long pause."""
    now = 1000.0
    monkeypatch.setattr(module.time, "monotonic", lambda: now)
    running = make(spec("dies", DIE))
    running.start()
    running._children["dies"].back_off = 30.0
    running._children["dies"].process.wait()
    now += module.STEADY_AFTER_SECONDS + 1
    running.look_after()
    assert running._children["dies"].again_at == now + module.FIRST_BACK_OFF_SECONDS


def test_one_that_cannot_be_started_again_does_not_end_the_others(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine refuses a new process for a moment: the rest of the line goes on, and it is tried again."""
    now = 1000.0
    monkeypatch.setattr(module.time, "monotonic", lambda: now)
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    program.chmod(0o755)
    running = make(ProcessSpec("dies", [str(program)], {}), spec("sleeper", SLEEP))
    running.start()
    running._children["dies"].process.wait()
    program.unlink()
    running.look_after()
    now += 1
    running.look_after()
    child = running._children["dies"]
    assert child.again_at == now + child.back_off
    assert running._children["sleeper"].process.poll() is None


@pytest.mark.parametrize("port", [False, True], ids=["without a port", "with a port"])
def test_one_that_dies_at_the_start_is_named_with_the_end_of_its_log(make: Make, port: bool) -> None:
    """The reason stands in the error; nobody has to look for the file."""
    running = make(spec("dies", DIE, free_port() if port else None), spec("server", SERVER, free_port()))
    running.start()
    running._children["dies"].process.wait()
    with pytest.raises(NotReadyError, match=r"(?s)the dies process did not come up.*dies\.log.*no settings at all"):
        running.wait_ready(20)


def test_one_that_never_answers_is_named(make: Make) -> None:
    """It runs, but says nothing."""
    running = make(spec("mute", SLEEP, free_port()))
    running.start()
    with pytest.raises(NotReadyError, match="the mute process did not come up"):
        running.wait_ready(0.3)


def test_a_taken_port_is_refused_before_anything_starts(make: Make) -> None:
    """The port, the process and the setting are named, and who holds it."""
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        running = make(spec("sleeper", SLEEP), spec("voice", SERVER, port))
        with pytest.raises(PortTakenError) as caught:
            running.start()
    assert running.pids() == {}
    for words in (f"port {port}", "voice", "ELDER_CHANNEL_SERVER__VOICE_PORT", f"(pid {os.getpid()})"):
        assert words in str(caught.value)


def test_an_address_that_is_not_ours_is_not_called_a_taken_port() -> None:
    """192.0.2.1 is set aside for documentation and no machine has it."""
    with pytest.raises(CannotListenError, match=r"voice cannot listen on 192\.0\.2\.1 port 8080"):
        refuse_taken_port("voice", "192.0.2.1", 8080)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent-death signal is Linux's")
def test_processes_end_with_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    """kill -9 leaves no process behind."""
    program = textwrap.dedent(f"""
        import sys, time
        from pathlib import Path
        from elder_channel.supervisor import ProcessSpec, Supervisor
        child = ProcessSpec("child", [sys.executable, "-c", {SLEEP!r}], {{}})
        running = Supervisor([child], Path({str(tmp_path)!r}))
        running.start()
        print(running.pids()["child"], flush=True)
        time.sleep(60)
    """)
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        assert wait_until(lambda: (tmp_path / "child.log").read_text(encoding="utf-8") == "up\n", seconds=10)
        parent.send_signal(signal.SIGKILL)

    def gone() -> bool:
        try:
            return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True

    assert wait_until(gone, seconds=10)


def test_a_free_port_can_be_listened_on() -> None:
    """Nobody holds it at the moment it is given."""
    with socket.create_server(("127.0.0.1", free_port())) as server:
        assert server.getsockname()[1] > 0
