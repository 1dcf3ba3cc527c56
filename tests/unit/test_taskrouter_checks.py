"""`elder-channel doctor` compares TaskRouter with the settings where it gives the calls, and writes nothing there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from elder_channel.bootstrap import Line
from elder_channel.findings import State
from elder_channel.services.taskrouter_push import push
from elder_channel.taskrouter_checks import check_taskrouter
from elder_channel.telephony.errors import CarrierError
from elder_channel.telephony.taskrouter.api import Existing, Kind
from tests.fakes.line import open_test_line


@dataclass
class Workspace:
    """Mirrors `telephony.taskrouter.api.Provisioning`: gives back what it was told."""

    fields: dict[str, Any] | None = None
    things: dict[Kind, dict[str, Existing]] = field(default_factory=lambda: {kind: {} for kind in Kind})
    failure: CarrierError | None = None
    """Raised by every request while set."""

    def workspace(self, name: str) -> Existing | None:
        """The workspace."""
        if self.failure:
            raise self.failure
        return None if self.fields is None else Existing("WS1", name, self.fields)

    def create_workspace(self, name: str) -> str:
        """A new one."""
        self.fields = {}
        return "WS1"

    def update_workspace(self, sid: str, fields: Mapping[str, Any]) -> None:
        """Change it."""
        self.fields = dict(fields)

    def all(self, workspace: str, kind: Kind) -> list[Existing]:
        """Everything of a kind."""
        return list(self.things[kind].values())

    def create(self, workspace: str, kind: Kind, name: str, fields: Mapping[str, Any]) -> str:
        """A new one."""
        sid = f"{kind}-{name}"
        self.things[kind][sid] = Existing(sid, name, dict(fields))
        return sid

    def update(self, workspace: str, kind: Kind, sid: str, fields: Mapping[str, Any]) -> None:
        """Change one."""
        kept = self.things[kind][sid]
        self.things[kind][sid] = replace(kept, fields={**kept.fields, **fields})

    def delete(self, workspace: str, kind: Kind, sid: str) -> None:
        """Take one away."""
        del self.things[kind][sid]


@pytest.fixture
def taskrouter(tmp_path: Path) -> Iterator[tuple[Line, Workspace]]:
    """A line, and a TaskRouter that was told nothing yet."""
    at = open_test_line(tmp_path)
    fake = Workspace()
    yield replace(at.line, provisioning=fake), fake
    at.line.databases.dispose()


def test_where_our_own_router_gives_the_calls_nothing_is_asked() -> None:
    """The line is not even opened."""
    assert check_taskrouter("local", lambda: pytest.fail("opened")) == []


def test_before_the_first_start_there_is_nothing_to_compare() -> None:
    """Looking must not make the books."""
    [finding] = check_taskrouter("taskrouter", lambda: None)
    assert finding.state is State.MISSING
    assert "first start" in finding.text


def test_what_differs_is_named_with_the_command_that_mends_it(taskrouter: tuple[Line, Workspace]) -> None:
    """Never told; told; and told before an agent was taken away there. The check itself tells it nothing."""
    line, fake = taskrouter
    [never] = check_taskrouter("taskrouter", lambda: line)
    assert (never.state, never.remedy) == (State.WRONG, "elder-channel taskrouter push")
    assert "there is no workspace Elder Channel" in never.text
    assert fake.fields is None, "nothing was written"
    push(line)
    [told] = check_taskrouter("taskrouter", lambda: line)
    assert (told.state, told.remedy) == (State.OK, ""), told.text
    worker = fake.all("WS1", Kind.WORKER)[0]
    fake.delete("WS1", Kind.WORKER, worker.sid)
    [missing] = check_taskrouter("taskrouter", lambda: line)
    assert f"there is no worker {worker.name}" in missing.text
    assert not missing.fatal


@pytest.mark.parametrize(
    ("code", "said"),
    [("20003", "TWILIO_AUTH_TOKEN"), ("no_answer", "cannot be asked")],
    ids=["wrong credentials", "no answer"],
)
def test_law_1_what_cannot_be_asked_is_told_and_stops_nothing(
    taskrouter: tuple[Line, Workspace], code: str, said: str
) -> None:
    """Credentials that do not fit, a carrier that is down: the line's own router gives the calls."""
    line, fake = taskrouter
    fake.failure = CarrierError("refused", code=code, retryable=False)
    [finding] = check_taskrouter("taskrouter", lambda: line)
    assert finding.state is State.WRONG
    assert said in finding.text + finding.remedy
    assert "own router" in finding.remedy
    assert not finding.fatal
