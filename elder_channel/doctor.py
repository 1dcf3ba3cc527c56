"""What the line finds on this machine: what is installed and present, what is missing, and how to get it.

Each check is a function from what it looks at to findings; `examine` runs them all. Nothing is changed and nothing is
fetched. Only what the line cannot run without counts against the exit code.
"""

from __future__ import annotations

import os
import shutil
import socket
import stat
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from zoneinfo import ZoneInfo

import psutil

import config
from dialects.head_store import HeadStore
from dialects.recognizers.specialists import find_specialists
from dialects.recognizers.weights import model_status
from elder_channel.address_checks import check_address
from elder_channel.bootstrap import Line, open_line
from elder_channel.dialect_checks import check_dialect_files
from elder_channel.findings import Finding, State
from elder_channel.head_checks import check_heads
from elder_channel.model_checks import check_engine, check_model, check_recognizer, check_specialists, health_of
from elder_channel.secrets import FILE as SECRETS_FILE
from elder_channel.sign_on_checks import check_sign_on
from elder_channel.state import HEADS_FOLDER, Running, additions_folder, find_running, site_folder, state_folder
from elder_channel.storage.migrate import pending
from elder_channel.taskrouter_checks import check_taskrouter
from elder_channel.translator_checks import check_translator

HOTLINE_ZONE = "Asia/Shanghai"
"""The hotline's zone, in which "today" is decided."""

CALLS_FILE = "calls.db"
"""Where the books lie on SQLite; there from the first start on."""

MIN_FREE_BYTES = 500_000_000
"""Below this much free disk the databases and logs of a busy day may not fit."""

EXTRAS: Mapping[str, tuple[str, ...]] = {
    "whisper": ("openai-whisper", "torch"),
    "paddle": ("paddlespeech", "paddlepaddle"),
    "sherpa": ("sherpa-onnx",),
    "ray": ("ray",),
    "postgres": ("psycopg",),
    "dev": ("pytest", "ruff", "mypy", "hypothesis", "import-linter"),
}
"""Each extra with the packages by which it is recognized."""


def examine(env: Mapping[str, str]) -> list[Finding]:
    """Return everything the doctor finds, in the order it is read: program, models, clock, state, ports, settings."""
    state = state_folder(env)
    running = find_running(state)
    findings, settings = check_settings(site_folder(env), env)
    return [
        check_python(sys.version_info[:3]),
        *check_extras(installed_version),
        check_model(model_status()),
        *check_specialists(find_specialists(settings.recognition, compare_hashes=True, env=env)),
        *check_heads(settings.recognition.acoustic_head, HeadStore(state / HEADS_FOLDER)),
        *check_dialect_files(additions_folder(env)),
        *check_recognizer(health_of(running)),
        *check_translator(settings.desk.translator),
        *check_clock(datetime.now(UTC), monotonic=time.monotonic),
        check_state_folder(state),
        check_secrets(state / SECRETS_FILE),
        check_stack(running),
        *check_ports(settings.server, running=running),
        *check_engine(settings.recognition.engine, installed_version),
        *check_taskrouter(settings.routing.engine, lambda: open_started(env, settings, running)),
        *check_address(lambda: open_started(env, settings, running), running),
        *check_sign_on(settings.single_sign_on, settings.console, state, env),
        *findings,
    ]


def check_python(found: tuple[int, int, int]) -> Finding:
    """Return whether this is the Python the line is made for."""
    text = ".".join(str(part) for part in found)
    if found[:2] == (3, 11):
        return Finding("python", State.OK, f"Python {text}.", needed=True)
    return Finding("python", State.WRONG, f"Python {text}; the line is made for 3.11.", "install Python 3.11", True)


def check_extras(version_of: Callable[[str], str | None]) -> list[Finding]:
    """Return for each extra which of its packages are installed; none of them is needed for the line to answer."""
    findings = []
    for extra, packages in EXTRAS.items():
        found = {package: version_of(package) for package in packages}
        present = ", ".join(f"{package} {number}" for package, number in found.items() if number)
        absent = [package for package, number in found.items() if number is None]
        remedy = f"make setup-full, or: pip install -c constraints.txt 'elder-channel[{extra}]'"
        if not absent:
            findings.append(Finding(f"extra {extra}", State.OK, f"Installed: {present}."))
        else:
            text = f"Not installed: {', '.join(absent)}" + (f"; installed: {present}." if present else ".")
            findings.append(Finding(f"extra {extra}", State.MISSING, text, remedy))
    return findings


def installed_version(package: str) -> str | None:
    """Return the installed version of a package, or None."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def check_clock(now: datetime, *, monotonic: Callable[[], float]) -> list[Finding]:
    """Return what can be said about the clock without asking another machine.

    `now` is the system's time in UTC. Whether it is right cannot be measured offline; a time before this program was
    written is certainly wrong, because greetings and retention would follow it.
    """
    zone = now.astimezone().tzinfo
    local = now.astimezone(ZoneInfo(HOTLINE_ZONE))
    text = f"{now:%Y-%m-%d %H:%M:%S} UTC, {local:%H:%M} at the hotline ({HOTLINE_ZONE}); this machine's zone is {zone}."
    findings = [
        Finding("clock", State.OK, f"{text} Its error cannot be measured offline.", "let a time service (NTP) keep it")
        if now.year >= 2026
        else Finding("clock", State.WRONG, f"{text} That is in the past.", "set the clock", needed=True)
    ]
    if monotonic() > monotonic():
        findings.append(
            Finding("steady clock", State.WRONG, "The steady clock runs backwards.", "restart the machine", needed=True)
        )
    return findings


def check_state_folder(folder: Path) -> Finding:
    """Return whether the state folder, or the nearest folder above it, can be written and has room."""
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        remedy = "give this user the folder, or set ELDER_CHANNEL_STATE to one that can be written"
        return Finding("state folder", State.WRONG, f"{existing} cannot be written.", remedy, needed=True)
    free = shutil.disk_usage(existing).free
    text = f"{folder} {'is there' if existing == folder else 'is made at the first start'}; {free / 1e9:.1f} GB free."
    if free < MIN_FREE_BYTES:
        return Finding("state folder", State.WRONG, text, f"free at least {MIN_FREE_BYTES / 1e9} GB", needed=True)
    return Finding("state folder", State.OK, text, needed=True)


def check_secrets(file: Path) -> Finding:
    """Return whether the secrets file, once there, is readable by its owner only."""
    if not file.exists():
        return Finding("secrets", State.OK, f"{file.name} is made at the first start.")
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        return Finding("secrets", State.WRONG, f"{file.name} has mode {mode:04o}.", f"chmod 600 {file}", needed=True)
    return Finding("secrets", State.OK, f"{file.name} is readable by its owner only (mode {mode:04o}).", needed=True)


def check_stack(running: Running | None) -> Finding:
    """Return whether the line is up, and whether each of its processes is."""
    if running is None:
        return Finding("stack", State.MISSING, "The line is not running on this state folder.", "make run")
    dead = [name for name, process in running.processes.items() if not psutil.pid_exists(process.pid)]
    if dead:
        text = f"The line runs since {running.started_at}, but without {', '.join(dead)}."
        return Finding("stack", State.WRONG, text, "the supervisor restarts it; look at its output", needed=True)
    return Finding("stack", State.OK, f"The line runs since {running.started_at}: {', '.join(running.processes)}.")


def check_ports(server: config.ServerSettings, *, running: Running | None) -> list[Finding]:
    """Return for each port of the settings whether it is free, ours, or taken by somebody else."""
    ours = {process.port: name for name, process in running.processes.items()} if running else {}
    wanted = {
        "voice": server.voice_port,
        "recognizer": server.recognizer_port,
        "console": server.console_port,
        "simulator": server.simulator_port,
    }
    findings = []
    for name, port in wanted.items():
        part = f"port {port}"
        if port in ours:
            findings.append(Finding(part, State.OK, f"Used by our own {ours[port]}."))
        elif port == 0 or _is_free(server.host, port):
            findings.append(Finding(part, State.OK, f"Free, for {name}."))
        else:
            remedy = f"stop it, or set ELDER_CHANNEL_SERVER__{name.upper()}_PORT to another port"
            text = f"Wanted for {name}, but taken by {_holder(port)}."
            findings.append(Finding(part, State.WRONG, text, remedy, needed=running is None))
    return findings


def check_settings(site: Path | None, env: Mapping[str, str]) -> tuple[list[Finding], config.Settings]:
    """Return whether the settings are good, and the settings, or the packaged ones when the site's are wrong."""
    where = f"{site} and the environment" if site else "packaged defaults and the environment"
    try:
        settings = config.load(site=site, env=env)
    except config.ConfigError as error:
        remedy = "mend it; elder-channel config check says whether it is good"
        wrong = [Finding("settings", State.WRONG, str(each), remedy, needed=True) for each in error.problems]
        return wrong, config.Settings()
    return [Finding("settings", State.OK, f"Good ({where}).", needed=True)], settings


def open_started(env: Mapping[str, str], settings: config.Settings, running: Running | None) -> Line | None:
    """Return the line with its books and carrier; None before the first start, because opening would make them."""
    state = state_folder(env)
    if not settings.server.database_url and not (state / CALLS_FILE).exists():
        return None
    line = open_line(state, {**env, **running.environment} if running else env)
    if pending(line.databases):
        line.databases.dispose()
        return None
    return line


def healthy(findings: Iterable[Finding]) -> bool:
    """Return whether nothing the line needs is missing or wrong."""
    return not any(finding.fatal for finding in findings)


def _is_free(host: str, port: int) -> bool:
    """Return whether a process could listen there now, by trying to."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do: a port just left counts as free
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _holder(port: int) -> str:
    """Return the program that listens on a port, as far as the system tells this user."""
    for process in psutil.process_iter(["name"]):
        if _listens(process, port):
            return f"{process.info['name']} (process {process.pid})"
    return "a program of another user"


def _listens(process: psutil.Process, port: int) -> bool:
    try:
        connections: Sequence[object] = process.net_connections(kind="tcp")
    except psutil.Error:
        return False
    return any(
        getattr(each, "status", "") == psutil.CONN_LISTEN and getattr(each, "laddr", None).port == port  # type: ignore[union-attr]  # listening sockets have an address
        for each in connections
    )
