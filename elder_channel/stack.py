"""The stack as a whole: which processes, on which ports, with which settings between them."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from config.schema import ServerSettings, Settings
from dialects.errors import DialectsError
from dialects.recognizers.specialists import find_specialists
from dialects.recognizers.weights import ensure_whisper_base
from elder_channel.agents.settings import Engine
from elder_channel.bootstrap import addresses_of, load_settings, open_line
from elder_channel.secrets import load_secrets
from elder_channel.services.hunting import hunt_group_of
from elder_channel.services.taskrouter_push import push
from elder_channel.state import Running, RunningProcess, forget_running, own_birth, write_running
from elder_channel.storage.engine import open_databases
from elder_channel.storage.migrate import migrate
from elder_channel.supervisor import ProcessSpec, Supervisor, free_port

READY_SECONDS = 60.0
SIMULATED_AGENT = {"answer_after_seconds": 6.0, "talk_seconds": 3.0}
"""A person needs a moment to read the note and pick up: two rings."""
_SHARED = ("database_url", "carrier_base_url", "public_base_url")
_PORTS = ("voice_port", "console_port", "simulator_port", "recognizer_port")

Tell = Callable[[str], None]


@dataclass(frozen=True)
class StackOptions:
    """What is started."""

    state: Path
    env: Mapping[str, str]
    simulator: bool = True
    console: bool = True
    free_ports: bool = False
    """A stack beside another: any free ports, and neither the configured database nor the configured carrier."""


class Stack:
    """A running line. Use as a context manager, or `start` and `stop`."""

    def __init__(self, options: StackOptions, tell: Tell = lambda _text: None) -> None:
        self._options = options
        self._tell = tell
        self.env = dict(options.env) | {"ELDER_CHANNEL_STATE": str(options.state)}
        if options.free_ports:
            self.env |= dict.fromkeys((_variable(name) for name in _SHARED), "")
        self.settings = self._with_ports(load_settings(self.env))
        self.supervisor = Supervisor(self._specs(), options.state / "log")

    @property
    def server(self) -> ServerSettings:
        """Where the processes listen."""
        return self.settings.server

    def prepare(self) -> None:
        """Everything that must be there before the first process: secrets, databases, speech model, carrier's files."""
        state = self._options.state
        state.mkdir(parents=True, exist_ok=True)
        load_secrets(state, self.env)
        self._tell("databases: bringing them up to date")
        databases = open_databases(state, self.server.database_url)
        migrate(databases)
        databases.dispose()
        self._tell("speech model: assembling and verifying")
        try:
            ensure_whisper_base()
        except DialectsError as error:
            self._tell(f"speech model: {error} The line works without it; callers reach a person all the same (law 1).")
        for specialist in find_specialists(self.settings.recognition, env=self.env):
            told = f"{specialist.trouble} Whisper's words stay." if specialist.trouble else "is there"
            self._tell(f"added model {specialist.name}: {told}")
        if self._options.simulator:
            self._write_carrier_files()

    def start(self) -> None:
        """Prepare, start every process, wait until all answer, and leave the note in `run.json`."""
        self.supervisor.refuse_taken_ports()  # before anything of a stack that may run here is touched
        self.prepare()
        self.supervisor.start()
        self.supervisor.wait_ready(READY_SECONDS, on_ready=lambda name: self._tell(f"{name}: up"))
        if self._options.simulator and self.settings.routing.engine is Engine.TASKROUTER:
            self._tell_taskrouter()
        self._leave_note()

    def _tell_taskrouter(self) -> None:
        """The simulated TaskRouter begins with nothing at every start; the real one is told by command."""
        line = open_line(self._options.state, self.env)
        try:
            self._tell(f"TaskRouter: told of {len(push(line))} objects")
        finally:
            line.databases.dispose()

    def look_after(self) -> None:
        """One look at the processes; what died is started again."""
        before = self.supervisor.pids()
        self.supervisor.look_after()
        if self.supervisor.pids() != before:
            self._leave_note()

    def stop(self) -> None:
        """Stop every process and take the note away."""
        self.supervisor.stop()
        forget_running(self._options.state)

    def __enter__(self) -> Stack:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _with_ports(self, settings: Settings) -> Settings:
        """The settings with real ports and the carrier's address; the processes are told through their environment."""
        server = settings.server
        wanted = {name: getattr(server, name) for name in _PORTS}
        ports = {name: free_port() if self._options.free_ports or not port else port for name, port in wanted.items()}
        server = server.model_copy(update=ports)
        if self._options.simulator and not server.carrier_base_url:
            simulator = f"http://{server.host}:{server.simulator_port}"
            server = server.model_copy(update={"carrier_base_url": simulator})
        for name in (*_PORTS, "carrier_base_url"):
            self.env[_variable(name)] = str(getattr(server, name))
        return settings.model_copy(update={"server": server})

    def _specs(self) -> list[ProcessSpec]:
        server = self.server
        own = [sys.executable, "-m", "elder_channel.cli.main", "process"]
        specs = [
            ProcessSpec("recognizer", [*own, "recognizer"], self.env, port=server.recognizer_port),
            ProcessSpec("voice", [*own, "voice"], self.env, host=server.host, port=server.voice_port),
            ProcessSpec("worker", [*own, "worker"], self.env),
        ]
        if self._options.simulator:
            specs.insert(0, self._simulator_spec())
        if self._options.console:
            specs.append(self._console_spec())
        return specs

    def _console_spec(self) -> ProcessSpec:
        # Started by its module's name: the console lies above this package and is not imported here.
        port, state = str(self.server.console_port), str(self._options.state)
        command = [sys.executable, "-m", "ui.launch", "--host", self.server.host, "--port", port, "--state", state]
        env = self.env | {"PYTHONPATH": os.pathsep.join(part for part in sys.path if part)}
        return ProcessSpec(
            "console", command, env, host=self.server.host, port=self.server.console_port, health_path="/_stcore/health"
        )

    def _simulator_spec(self) -> ProcessSpec:
        server, state = self.server, self._options.state
        addresses = addresses_of(self.settings)
        secrets = load_secrets(state, self.env)
        env = self.env | {
            "TWILIO_ACCOUNT_SID": secrets.account_sid,
            "TWILIO_AUTH_TOKEN": secrets.auth_token.get_secret_value(),
            "ELDER_CHANNEL_SIMULATOR_TOKEN": secrets.simulator_token.get_secret_value(),
        }
        options = {
            "--host": server.host,
            "--port": str(server.simulator_port),
            "--voice-url": addresses.url("/voice/incoming"),
            "--status-url": addresses.url("/voice/status"),
            "--fallback": str(state / "fallback.xml"),
            "--agents": str(state / "simulated-agents.json"),
            "--number": self.settings.line.hotline_number,
        }
        command = [
            sys.executable,
            "-m",
            "elder_channel.simulator",
            *(part for pair in options.items() for part in pair),
        ]
        return ProcessSpec("simulator", command, env, host=server.host, port=server.simulator_port)

    def _write_carrier_files(self) -> None:
        """What lies at the carrier: the fallback document, and, for the simulator, how its agents behave."""
        state = self._options.state
        document = hunt_group_of(self.settings, addresses_of(self.settings), report=False)
        (state / "fallback.xml").write_text(document, encoding="utf-8")
        agents = state / "simulated-agents.json"
        if not agents.exists():
            behaviour = {agent.contact: SIMULATED_AGENT for agent in self.settings.agents}
            agents.write_text(json.dumps(behaviour, indent=1), encoding="utf-8")

    def _server_settings(self) -> dict[str, str]:
        """How this stack differs from the settings: what other commands need to reach the same books."""
        own = {name: value for name, value in self.env.items() if name.startswith(_variable(""))}
        if own.get(_variable("database_url")):
            del own[_variable("database_url")]  # it may hold a password; who may use it has it in the environment
        return own

    def _leave_note(self) -> None:
        pids = self.supervisor.pids()
        processes = {spec.name: RunningProcess(pids[spec.name], spec.port, spec.url) for spec in self.supervisor.specs}
        note = Running(
            os.getpid(),
            own_birth(),
            datetime.now(UTC).isoformat(),
            str(self._options.state),
            processes,
            self._server_settings(),
        )
        write_running(self._options.state, note)


def _variable(name: str) -> str:
    """The environment variable of a setting of server.yaml."""
    return f"ELDER_CHANNEL_SERVER__{name.upper()}"
