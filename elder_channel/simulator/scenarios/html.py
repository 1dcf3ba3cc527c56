"""The report of scenarios to read: one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from html import escape
from importlib import resources
from pathlib import Path

from elder_channel.simulator.scenarios.checks import Check
from elder_channel.simulator.scenarios.facts import Event, PlayedCall
from elder_channel.simulator.scenarios.performance import Clock, Judged, Performance
from elder_channel.simulator.scenarios.story import sentence
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
    failed = sum(not each.passed for each in performances)
    style = (resources.files("elder_channel") / "data" / "simulate" / "report.css").read_text(encoding="utf-8")
    ordered = sorted(performances, key=lambda each: each.passed)
    verdict = f"{failed} failed" if failed else "all passed"
    return "\n".join(
        (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>Scenarios: {verdict}</title><style>{style}</style></head><body>",
            f"<header><h1>{len(performances) - failed} of {len(performances)} scenarios passed{_count(failed)}</h1>",
            f"<p>Played {began_at:%Y-%m-%d %H:%M} UTC. Failed scenarios come first, opened; a passed one opens at a "
            "click on its steps. Times are seconds from the first ring of each call.</p>",
            f"{_legend()}</header>",
            f"<nav><table><thead>{_HEAD}</thead><tbody>{''.join(map(_row, ordered))}</tbody></table></nav><main>",
            *map(_scenario, ordered),
            "</main></body></html>",
        )
    )


_HEAD = "<tr><th>Scenario</th><th>Result</th><th>Checks</th><th>In queue</th><th>Answered</th><th>Played</th></tr>"


def _row(performance: Performance) -> str:
    name, id_ = escape(performance.file.scenario.name), escape(performance.file.id)
    checks = [*performance.checks, *(check for judged in performance.calls for check in judged.checks)]
    met = f"{sum(check.ok for check in checks)} of {len(checks)}"
    times = [_first(performance, name) for name in ("queue.entered", "agent.answered")]
    cells = "".join(
        f"<td>{cell}</td>" for cell in (_verdict(ok=performance.passed), met, *times, f"{performance.seconds:.0f} s")
    )
    return f'<tr><td><a href="#{id_}">{name}</a></td>{cells}</tr>'


def _first(performance: Performance, name: str) -> str:
    """When that happened on the first call on which it did."""
    moments = (judged.call.first(name) for judged in performance.calls)
    at = next((moment for moment in moments if moment is not None), None)
    return "–" if at is None else f"{at:.1f} s"


def _legend() -> str:
    kinds = ("prompt", "ring", "talk", "queue", "speech", "stream")
    colours = "".join(f'<span class="{kind}">{kind}</span>' for kind in kinds)
    marks = "".join(
        f"<i>{mark} {what}</i>"
        for mark, what in (
            ("⌨", "key"),
            ("↷", "moved by the service"),
            ("◂", "first voiced frame"),
            ("✎", "done at the desk"),
            ("⚠", "fallback"),
            ("!", "warning"),
        )
    )
    return f'<p class="legend">{colours}{marks}</p>'


def _verdict(*, ok: bool) -> str:
    return '<b class="ok">✓ passed</b>' if ok else '<b class="bad">✗ failed</b>'


def _count(failed: int) -> str:
    return f', <span class="bad">{failed} failed</span>' if failed else ""


def _scenario(performance: Performance) -> str:
    scenario = performance.file.scenario
    words = [performance.file.path.name, *(f"law {law}" for law in scenario.laws), *scenario.tags]
    about = f"<p>{escape(scenario.about)}</p>" if scenario.about else ""
    problem = f'<p class="bad">{escape(performance.problem)}</p>' if performance.problem else ""
    if performance.speed != 1:
        words.append(f"{performance.speed:g} times as quick as life")
    if performance.clock is Clock.VIRTUAL:
        words.append("on the virtual clock")
    return (
        f'<section id="{escape(performance.file.id)}">'
        f"<h2>{escape(scenario.name)} {_verdict(ok=performance.passed)}</h2>"
        f'<p class="words">{escape(" · ".join(words))}</p>'
        f"{about}{problem}{_checks(performance.checks)}{''.join(map(_call, performance.calls))}</section>"
    )


def _call(judged: Judged) -> str:
    call = judged.call
    parties = [escape(str(call.record[end])) for end in ("from", "to")]
    numbers = " → ".join(parties) if call.was_placed else f"{parties[1]}, which was not rung"
    steps = (
        f"<details{'' if judged.passed else ' open'}><summary>{len(call.events)} steps</summary>"
        f'<table class="steps"><tbody>{"".join(_step(call, event) for event in call.events)}</tbody></table></details>'
    )
    return (
        f"<article><h3>{escape(call.caller)} <small>{numbers}</small></h3>{strip(call)}"
        f"{_checks(judged.checks)}{steps if call.was_placed else ''}</article>"
    )


def _checks(checks: Sequence[Check]) -> str:
    """What was expected, the failed first; nothing where nothing was."""
    if not checks:
        return ""
    return f'<ul class="checks">{"".join(map(_check, sorted(checks, key=lambda check: check.ok)))}</ul>'


def _check(check: Check) -> str:
    what, expected = escape(check.what), escape(check.expected)
    if check.ok:
        return f'<li class="ok"><b>✓</b> {what}: {expected}</li>'
    return f'<li class="bad"><b>✗</b> {what}: expected {expected}, but {escape(check.happened)}</li>'


def _step(call: PlayedCall, event: Event) -> str:
    seconds = event["at"] - call.began_at
    kind = "quiet" if event["name"] in _QUIET else "warning" if event["name"] == "warning" else "step"
    return (
        f'<tr class="{kind}"><td>{seconds:.2f} s</td><td>{escape(sentence(event))}</td>'
        f"<td><code>{escape(str(event['name']))}</code> {escape(fields_of(event))}</td></tr>"
    )
