"""The report of scenarios to read: one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape
from importlib import resources
from pathlib import Path

from elder_channel.simulator.scenarios.facts import Event, PlayedCall
from elder_channel.simulator.scenarios.playing import Judged, Performance
from elder_channel.simulator.scenarios.strip import strip
from elder_channel.simulator.scenarios.telling import fields_of

_QUIET = {"webhook.sent", "twiml.received", "prompt.ended", "gather.started", "gather.finished", "stream.stopped"}
"""Events that belong to the protocol rather than to the call; shown paler."""


def write_html(path: Path, performances: Sequence[Performance], *, began_at: datetime) -> None:
    """Write the report; the folder is made when it is not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page(performances, began_at=began_at), encoding="utf-8")


def page(performances: Sequence[Performance], *, began_at: datetime) -> str:
    """The whole page; failed scenarios first and open."""
    passed = sum(each.passed for each in performances)
    style = (resources.files("elder_channel") / "data" / "simulate" / "report.css").read_text(encoding="utf-8")
    ordered = sorted(performances, key=lambda each: each.passed)
    verdict = "all passed" if passed == len(performances) else f"{len(performances) - passed} failed"
    return "\n".join(
        (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>Scenarios: {verdict}</title><style>{style}</style></head><body>",
            f"<header><h1>{passed} of {len(performances)} scenarios passed</h1>",
            f"<p>Played {began_at:%Y-%m-%d %H:%M} UTC. Times are seconds from the moment the caller dialled.</p>",
            f"{_legend()}</header>",
            f"<nav><table><thead>{_HEAD}</thead><tbody>{''.join(map(_row, performances))}</tbody></table></nav><main>",
            *map(_scenario, ordered),
            "</main></body></html>",
        )
    )


_HEAD = "<tr><th>Scenario</th><th>Result</th><th>Checks</th><th>Queue</th><th>Answer</th><th>Length</th></tr>"


def _row(performance: Performance) -> str:
    name, id_ = escape(performance.file.scenario.name), escape(performance.file.id)
    checks = [check for judged in performance.calls for check in judged.checks]
    met = f"{sum(check.ok for check in checks)} of {len(checks)}"
    call = performance.calls[0].call if performance.calls else None
    times = [_moment(call, name) for name in ("queue.entered", "agent.answered", "call.ended")]
    cells = "".join(f"<td>{cell}</td>" for cell in (_verdict(ok=performance.passed), met, *times))
    return f'<tr><td><a href="#{id_}">{name}</a></td>{cells}</tr>'


def _moment(call: PlayedCall | None, name: str) -> str:
    at = call.first(name) if call else None
    return "–" if at is None else f"{at:.1f} s"


def _legend() -> str:
    kinds = ("prompt", "ring", "talk", "queue", "speech", "stream")
    colours = "".join(f'<span class="{kind}">{kind}</span>' for kind in kinds)
    marks = "⌨ key · ↷ moved by the service · ◂ first voiced frame · ⚠ fallback · ! warning"
    return f'<p class="legend">{colours}{marks}</p>'


def _verdict(*, ok: bool) -> str:
    return '<b class="ok">✓ passed</b>' if ok else '<b class="bad">✗ failed</b>'


def _scenario(performance: Performance) -> str:
    scenario = performance.file.scenario
    words = [*(f"law {law}" for law in scenario.laws), *scenario.tags]
    about = f"<p>{escape(scenario.about)}</p>" if scenario.about else ""
    problem = f'<p class="bad">{escape(performance.problem)}</p>' if performance.problem else ""
    hurried = f" · {performance.speed:g} times as quick as life" if performance.speed != 1 else ""
    return (
        f'<section id="{escape(performance.file.id)}">'
        f"<h2>{escape(scenario.name)} {_verdict(ok=performance.passed)}</h2>"
        f'<p class="words">{escape(performance.file.path.name)} · {escape(" · ".join(words))}{hurried}</p>'
        f"{about}{problem}{''.join(map(_call, performance.calls))}</section>"
    )


def _call(judged: Judged) -> str:
    call = judged.call
    number = f"{escape(str(call.record['from']))} → {escape(str(call.record['to']))}"
    return (
        f"<article><h3>{escape(call.caller)} <small>{number}</small></h3>{strip(call)}"
        f'<ul class="checks">{"".join(_checks(judged))}</ul>'
        f"<details{'' if judged.passed else ' open'}><summary>{len(call.events)} steps</summary>"
        f'<table class="steps">{"".join(_step(call, event) for event in call.events)}</table></details></article>'
    )


def _checks(judged: Judged) -> Iterator[str]:
    for check in judged.checks:
        mark, kind = ("✓", "ok") if check.ok else ("✗", "bad")
        but = "" if check.ok else f" but {escape(check.happened)}"
        yield f'<li class="{kind}"><b>{mark}</b> {escape(check.what)}: {escape(check.expected)}{but}</li>'


def _step(call: PlayedCall, event: Event) -> str:
    seconds = event["at"] - call.began_at
    kind = "quiet" if event["name"] in _QUIET else "warning" if event["name"] == "warning" else "step"
    return (
        f'<tr class="{kind}"><td>{seconds:.2f} s</td><td>{escape(str(event["name"]))}</td>'
        f"<td>{escape(fields_of(event))}</td></tr>"
    )
