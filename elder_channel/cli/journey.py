"""A call's journey on the terminal: what happens, as it happens, in words."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from elder_channel.bootstrap import Line, open_line
from elder_channel.calls.model import CallState
from elder_channel.placing import CallOrder, SimulatorClient, wait_until
from elder_channel.services.call_report import CallReport, report_call
from elder_channel.state import Running

SETTLE_SECONDS = 6.0
"""The books may be a moment behind the carrier: the last webhook, the last utterance."""

WORTH_NAMING = 0.01
_WORDS = {
    "call.ringing": "the call rings",
    "prompt.started": "the line says: {text}",
    "stream.started": "the caller's voice is streamed",
    "speech.started": "the caller begins to speak",
    "speech.ended": "the caller has finished",
    "key.pressed": "the caller presses {key}",
    "queue.entered": "in the queue: a person is being found",
    "call.redirected": "the line moves the call",
    "agent.ringing": "a phone rings: {contact}",
    "agent.answered": "answered by {contact}",
    "agent.hung_up": "the agent hangs up",
    "fallback.used": "the line did not answer: the carrier rings people by itself",
    "call.ended": "the call is over",
}


class Journey:
    """Places calls in a running stack and tells their journey."""

    def __init__(self, running: Running, *, quiet: bool) -> None:
        state = Path(running.state)
        self._line: Line = open_line(state, {**os.environ, **running.environment})
        token = self._line.secrets.simulator_token.get_secret_value()
        self._simulator = SimulatorClient(running.url("simulator"), token)
        self._quiet = quiet
        self._console = Console(highlight=False, soft_wrap=True)

    def follow(self, order: CallOrder) -> CallReport:
        """Place the call, tell what happens, and report what it came to."""
        return self.watch(self._simulator.place(order))

    def watch(self, sid: str) -> CallReport:
        """Tell what happens to a call that was placed, and report what it came to."""
        started: float | None = None
        for event in self._simulator.events(sid):
            started = started or event["at"]
            self._tell(event, event["at"] - started)
        wait_until(lambda: self._settled(sid), seconds=SETTLE_SECONDS)
        report = report_call(self._line, self._simulator.record(sid))
        if not self._quiet:
            self._sum_up(report)
        return report

    def _settled(self, sid: str) -> bool:
        call = self._line.calls.get(sid)
        if call is None or call.state is not CallState.ENDED:
            return False
        return call.identified_finally or call.stream_sid is None or self._nothing_was_said(sid)

    def _nothing_was_said(self, sid: str) -> bool:
        call = self._line.calls.get(sid)
        spoke = self._simulator.record(sid).get("first_voiced_sent_at") is not None
        return not spoke or (call is not None and call.recognition == "off")

    def _tell(self, event: dict[str, Any], seconds: float) -> None:
        words = _WORDS.get(event["name"])
        if self._quiet or words is None:
            return
        fields = {key: escape(str(value)) for key, value in event.items()}
        self._console.print(f"[dim]{seconds:7.2f} s[/dim]  {words.format_map(_Blank(fields))}")

    def _sum_up(self, report: CallReport) -> None:
        best = "、".join(f"{item.zh} {item.p:.0%}" for item in report.dialect.posterior[:3] if item.p >= WORTH_NAMING)
        sure = "not sure yet: " if report.dialect.abstained else ""
        lines = [
            f"[b]outcome[/b]     {report.outcome}, by {report.entry}, language {report.language}",
            f"[b]dialect[/b]     {sure}{best}",
            *(f"            {escape(item.text)} ({item.weight:.2f} nats)" for item in report.dialect.evidence),
            f"[b]heard[/b]       {escape(report.transcript or '-')}   ({report.recognizer or 'no recognizer'})",
            f"[b]agent[/b]       {_agent(report)}",
            f"[b]why[/b]         {_why(report)}",
            f"[b]note[/b]        {escape(report.handover.text)}",
            f"[b]timings[/b]     {_timings(report)}",
        ]
        for text in lines:
            self._console.print(text)


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def _agent(report: CallReport) -> str:
    if report.agent is None:
        return "nobody"
    dialects = ", ".join(f"{id_} {level}" for id_, level in report.agent.dialects.items())
    return f"{report.agent.id} ({dialects}), match: {report.agent.matched}"


def _why(report: CallReport) -> str:
    """The router's last choice in one line."""
    if not report.routing:
        return "the router gave it to nobody"
    choice = report.routing[-1]
    chosen = choice.considered[0]
    site = f", at {chosen.site}" if chosen.site else ""
    first = f" (asked first for {choice.province})" if chosen.tier == 0 and choice.province else ""
    bond = f", kept by {choice.bond}" if choice.bond else ""
    asked = {"exact": "no less", "any": "anyone"}.get(choice.step, f"{choice.step} at least")
    asked_at = f"{asked} asked for after {choice.waited_seconds:.1f} s"
    return f"{choice.match} match, {asked_at}{site}{first}{bond}, of {choice.free} free"


def _timings(report: CallReport) -> str:
    values = report.timings_ms.model_dump().items()
    return ", ".join(f"{name} {value:.0f} ms" for name, value in values if value is not None)
