"""Starts the processes of the line, waits until they answer, starts again what dies, stops them all together."""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import httpx
import psutil
import structlog

from elder_channel.errors import ElderChannelError

log = structlog.get_logger()

FIRST_BACK_OFF_SECONDS = 0.5
LONGEST_BACK_OFF_SECONDS = 30.0
STEADY_AFTER_SECONDS = 60.0
"""A process that lived this long starts again without back-off."""
STOP_SECONDS = 8.0
_PR_SET_PDEATHSIG = 1


class SupervisorError(ElderChannelError):
    """The processes could not be started."""


class PortTakenError(SupervisorError):
    """Somebody else listens on a port of ours."""

    def __init__(self, name: str, port: int, holder: str) -> None:
        super().__init__(
            f"port {port} for {name} is already taken{holder}; stop that program, or choose another port with "
            f"{name}_port in server.yaml or ELDER_CHANNEL_SERVER__{name.upper()}_PORT"
        )


class CannotListenError(SupervisorError):
    """The system does not let us listen there."""

    def __init__(self, name: str, host: str, port: int, reason: str) -> None:
        super().__init__(f"{name} cannot listen on {host} port {port}: {reason}")


class NotReadyError(SupervisorError):
    """A process did not come up."""

    def __init__(self, name: str, log_file: Path) -> None:
        tail = "\n".join(log_file.read_text(encoding="utf-8", errors="replace").splitlines()[-8:])
        super().__init__(f"the {name} process did not come up; the end of {log_file}:\n{tail}")


@dataclass(frozen=True)
class ProcessSpec:
    """One process: how it is started and how it says that it is up."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    host: str = "127.0.0.1"
    port: int | None = None
    health_path: str = "/health"
    """Answered with 200 once the process is up; processes without a port are up when they run."""

    @property
    def url(self) -> str | None:
        """The address the process answers on."""
        return f"http://{self.host}:{self.port}" if self.port else None


@dataclass
class _Child:
    spec: ProcessSpec
    log_file: Path
    process: subprocess.Popen[bytes]
    started: float
    back_off: float = FIRST_BACK_OFF_SECONDS
    again_at: float | None = None


@dataclass
class Supervisor:
    """The processes of one stack."""

    specs: Sequence[ProcessSpec]
    log_folder: Path
    _children: dict[str, _Child] = field(default_factory=dict)

    def start(self) -> None:
        """Start everything. Raises `PortTakenError` or `CannotListenError` before anything is started."""
        self.refuse_taken_ports()
        self.log_folder.mkdir(parents=True, exist_ok=True)
        for spec in self.specs:
            self._children[spec.name] = self._spawn(spec)

    def refuse_taken_ports(self) -> None:
        """Raise `PortTakenError` for a port that somebody else holds, `CannotListenError` for one we may not have."""
        for spec in self.specs:
            if spec.port:
                refuse_taken_port(spec.name, spec.host, spec.port)

    def pids(self) -> dict[str, int]:
        """Process ids by name."""
        return {name: child.process.pid for name, child in self._children.items()}

    def wait_ready(self, timeout_seconds: float, *, on_ready: Callable[[str], None] | None = None) -> None:
        """Wait until every process answers. Raises `NotReadyError` with the end of its log."""
        until = time.monotonic() + timeout_seconds
        waiting = list(self._children.values())
        while waiting:
            for child in list(waiting):
                if child.process.poll() is None and _answers(child.spec):
                    waiting.remove(child)
                    if on_ready:
                        on_ready(child.spec.name)
                elif child.process.poll() is not None or time.monotonic() > until:
                    raise NotReadyError(child.spec.name, child.log_file)
            time.sleep(0.05)
        for child in self._children.values():  # one without a port counts as up at once, and may have died since
            if child.process.poll() is not None:
                raise NotReadyError(child.spec.name, child.log_file)

    def look_after(self) -> None:
        """One look: start again what has died, with growing pauses. Call about once a second."""
        now = time.monotonic()
        for child in self._children.values():
            if child.process.poll() is None:
                continue
            if child.again_at is None:
                lived = now - child.started
                child.back_off = FIRST_BACK_OFF_SECONDS if lived > STEADY_AFTER_SECONDS else child.back_off
                child.again_at = now + child.back_off
                log.warning("process.died", process=child.spec.name, code=child.process.returncode)
            elif now >= child.again_at:
                self._start_again(child, now)

    def _start_again(self, child: _Child, now: float) -> None:
        longer = min(child.back_off * 2, LONGEST_BACK_OFF_SECONDS)
        try:
            self._children[child.spec.name] = self._spawn(child.spec, back_off=longer)
        except OSError as error:  # no memory or no process to be had: the others go on, this one is tried again
            child.back_off, child.again_at = longer, now + longer
            log.warning("process.not_restarted", process=child.spec.name, reason=error.strerror)
            return
        log.info("process.restarted", process=child.spec.name)

    def stop(self, names: Sequence[str] | None = None) -> None:
        """Stop the processes (all, or those named): politely, then for good."""
        children = [child for name, child in self._children.items() if names is None or name in names]
        for child in children:
            if child.process.poll() is None:
                child.process.send_signal(signal.SIGTERM)
        until = time.monotonic() + STOP_SECONDS
        for child in children:
            try:
                child.process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()
        for child in children:
            del self._children[child.spec.name]

    def restart(self, name: str) -> None:
        """Start a process again that was stopped by `stop`."""
        spec = next(spec for spec in self.specs if spec.name == name)
        self._children[name] = self._spawn(spec)

    def _spawn(self, spec: ProcessSpec, back_off: float = FIRST_BACK_OFF_SECONDS) -> _Child:
        log_file = self.log_folder / f"{spec.name}.log"
        with log_file.open("ab") as out:
            process = _popen(spec, out)
        return _Child(spec, log_file, process, time.monotonic(), back_off)


def _popen(spec: ProcessSpec, out: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own commands
        list(spec.command),
        env={**os.environ, **spec.env},
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # Ctrl-C reaches the supervisor alone, which stops the others in order
        preexec_fn=end_with_parent if sys.platform == "linux" else None,
    )


def end_with_parent() -> None:
    """Have this process end with the one that started it, which leaves none behind when it is killed (prctl(2))."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _answers(spec: ProcessSpec) -> bool:
    if spec.url is None:
        return True
    try:
        return httpx.get(spec.url + spec.health_path, timeout=1.0, trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def refuse_taken_port(name: str, host: str, port: int) -> None:
    """Raise `PortTakenError` naming the port, and who holds it where that can be seen; else `CannotListenError`."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise CannotListenError(name, host, port, error.strerror or str(error)) from error
            raise PortTakenError(name, port, _holder(port)) from error


def _holder(port: int) -> str:
    try:
        for connection in psutil.net_connections("tcp"):
            listens = connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr.port == port
            if listens and connection.pid:
                return f" by {psutil.Process(connection.pid).name()} (pid {connection.pid})"
    except psutil.Error:
        pass
    return ""


def free_port() -> int:
    """A port nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
