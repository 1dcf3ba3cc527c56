"""A scenario's people as the control API of the simulator takes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from elder_channel.simulator.agents import EVERYBODY
from elder_channel.simulator.scenarios.called import Called
from elder_channel.simulator.scenarios.format import Caller
from elder_channel.simulator.scenarios.parts import Agent, Does
from elder_channel.simulator.scenarios.reading import ScenarioFile
from elder_channel.simulator.scenarios.sounds import as_mulaw
from elder_channel.simulator.scenarios.stage import ServiceHarness

MOST_SECONDS = 240.0
"""No call of a scenario lasts longer."""


@dataclass(frozen=True)
class Plans:
    """Makes the plans of one scenario. Raises CannotPlayError for a sound or an agent that is not there."""

    file: ScenarioFile
    harness: ServiceHarness | None = None
    speed: float = 1.0

    def of_caller(self, caller: Caller) -> dict[str, Any]:
        """The call somebody makes."""
        plan = {"from": caller.from_, **self._of_person(caller)}
        return plan | ({"to": caller.to} if caller.to else {})

    def of_called(self) -> dict[str, list[dict[str, Any]]]:
        """The calls the service is to place, by number, in their order; none for a phone that must not ring."""
        plans: dict[str, list[dict[str, Any]]] = {}
        for called in self.file.scenario.everybody_called:
            of_number = plans.setdefault(called.number, [])
            if called.rung:
                ringing = {"phone": called.phone, "answer_after_seconds": called.answers_after}
                of_number.append({**ringing, **self._of_person(called)})
        return plans

    def _of_person(self, person: Caller | Called) -> dict[str, Any]:
        plan: dict[str, Any] = {
            "max_seconds": MOST_SECONDS,
            "actions": [self._action(does) for does in person.does],
            "agents": {self._contact(name): self._agent(agent) for name, agent in self.file.scenario.agents.items()},
            "faults": person.faults.model_dump(mode="json"),
            "speed": self.speed,
        }
        return plan | ({} if person.patience is None else {"hang_up_after_seconds": person.patience})

    def _action(self, does: Does) -> dict[str, Any]:
        action = does.model_dump(mode="json", include={"when", "nth", "after", "press", "hang_up", "hearing"})
        if does.sound:
            action["audio_mulaw"] = self._mulaw(does.sound)
        if does.words:
            action["say"] = does.words
        return action

    def _agent(self, agent: Agent) -> dict[str, Any]:
        profile = agent.model_dump(mode="json", exclude_unset=True, exclude={"says"})
        return profile | ({"audio_mulaw": self._mulaw(agent.says)} if agent.says else {})

    def _mulaw(self, sounds: Sequence[Any]) -> str:
        return as_mulaw(sounds, folder=self.file.path.parent)

    def _contact(self, agent: str) -> str:
        if agent == EVERYBODY or self.harness is None:
            return agent
        return self.harness.contact_of(agent)
