"""A line on which one agent answers on the desk, with one call of a Fuzhou elder offered there."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from elder_channel.bootstrap import Line
from elder_channel.calls.model import PassedOn
from elder_channel.services.knowing import Knowing
from elder_channel.services.line import LineService
from elder_channel.services.routing import RoutingService
from elder_channel.services.transfers import TransferChoices, TransferTarget

NUMBER = "+8659100000101"
HOTLINE = "+862100000060"
AT_DESK = "zheng"
AGENTS: list[dict[str, Any]] = [
    {
        "id": AT_DESK,
        "name": "郑国栋",
        "contact": "client:zheng",
        "dialects": {"fuzhou": 5},
        "answer": "desk",
        "wrap_up_seconds": 60,
    },
    {"id": "liu", "name": "刘美华", "contact": "client:liu", "dialects": {"hakka": 5}, "hunt_group": True},
]


def write_agents(site: Path) -> None:
    """Put the agents into the site's folder."""
    site.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump({"schema": 1, "agents": AGENTS}, allow_unicode=True)
    (site / "agents.yaml").write_text(text, encoding="utf-8")


def offer_call(line: Line, sid: str = "CA1", number: str = NUMBER) -> None:
    """A known elder, or who is named, calls, has said what they want, and is given to the agent at the desk."""
    calls = LineService(line)
    calls.arrive(sid, number, HOTLINE)
    if number != NUMBER:
        calls.gathered(sid, 1, digits="0", speech="")
    hear(line, "汝好,侬家我妈跋倒了,我要报案", sid=sid)
    line.calls.queued(sid, at=line.clock())
    router = RoutingService(line, calls)
    for move in router.tick():
        router.carry_out(move)


def pass_on_call(line: Line, note: str, sid: str = "CA1") -> None:
    """A colleague has had a caller's call, and passes it on to the agent at the desk."""
    calls = LineService(line)
    calls.arrive(sid, NUMBER, HOTLINE)
    hear(line, "我要报案", sid=sid)
    calls.agent_answered(sid, "liu")
    line.passing.pass_on(sid, PassedOn(line.clock(), "liu", "liu", f"agent:{AT_DESK}", note), company=None)
    line.calls.queued(sid, at=line.clock())
    router = RoutingService(line, calls)
    for move in router.tick():
        router.carry_out(move)


def hear(line: Line, text: str, *, dialect: str = "fuzhou", sid: str = "CA1") -> None:
    """Something is heard of the caller, early or late."""
    Knowing(line).heard(
        sid,
        text=text,
        recognizer="whisper-base-ct2",
        language_posterior={"zh": 0.9},
        acoustic={dialect: 0.95},
        final=True,
    )


PLACES = TransferChoices(
    companies=(TransferTarget("company:life", "寿险公司", "Life insurance", 2, 2),),
    agents=(TransferTarget("agent:liu", "刘美华", "Liu Meihua", 1, 1),),
    queues=(),
)


@dataclass
class TransfersInMemory:
    """Remembers what was passed on."""

    passed: list[dict[str, Any]] = field(default_factory=list)
    error: Exception | None = None

    def choices(self, call_sid: str) -> TransferChoices:
        """Where a call can go."""
        return PLACES

    def transfer(self, call_sid: str, **order: Any) -> None:
        """Keep the order, or fail as told."""
        if self.error:
            raise self.error
        self.passed.append({"call_sid": call_sid, **order})
