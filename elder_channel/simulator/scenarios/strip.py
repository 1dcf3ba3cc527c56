"""A call as a picture: what is heard, where it waits, what is streamed, over time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from elder_channel.simulator.scenarios.facts import PlayedCall

WIDTH, LANE, LEFT, RIGHT = 1000, 18, 70, 30
_LANES = ("heard", "queue", "speech", "stream")


@dataclass(frozen=True)
class Span:
    """Something that lasted."""

    lane: str
    kind: str
    from_: float
    to: float
    title: str


@dataclass(frozen=True)
class _Kind:
    lane: str
    kind: str
    begins: str
    ends: tuple[str, ...]


_KINDS = (
    _Kind("heard", "ring", "call.ringing", ("call.answered",)),
    _Kind("heard", "prompt", "prompt.started", ("prompt.ended",)),
    _Kind("heard", "ring", "agent.ringing", ("agent.answered", "agent.not_reached")),
    _Kind("heard", "talk", "agent.answered", ("agent.hung_up",)),
    _Kind("queue", "queue", "queue.entered", ("queue.left",)),
    _Kind("speech", "speech", "speech.started", ("speech.ended",)),
    _Kind("stream", "stream", "stream.started", ("stream.stopped",)),
)
_MARKS = {
    "key.pressed": "⌨",
    "call.redirected": "↷",
    "desk.act": "✎",
    "fallback.used": "⚠",
    "warning": "!",
    "speech.first_voiced_frame": "◂",
}


def spans(call: PlayedCall) -> Iterator[Span]:
    """Everything that lasted, from its beginning to its end or the call's."""
    end = call.seconds(call.events[-1]["at"]) or 0.0
    for kind in _KINDS:
        begun: tuple[float, str] | None = None
        for event in call.events:
            at = event["at"] - call.began_at
            if begun is not None and event["name"] in (*kind.ends, kind.begins, "call.ended"):
                yield Span(kind.lane, kind.kind, begun[0], at, begun[1])
                begun = None
            if event["name"] == kind.begins:
                begun = (at, str(event.get("text") or event.get("contact") or kind.kind))
        if begun is not None:
            yield Span(kind.lane, kind.kind, begun[0], end, begun[1])


def strip(call: PlayedCall) -> str:
    """The picture, as SVG with words for who does not see it; nothing for a call without events."""
    if not call.events:
        return ""
    seconds = max(call.seconds(call.events[-1]["at"]) or 0.0, 1.0)
    scale = (WIDTH - LEFT - RIGHT) / seconds
    height = LANE * len(_LANES) + 34
    parts = [_span(span, scale) for span in spans(call)]
    parts += [_mark(call, event["name"], event["at"], scale) for event in call.events if event["name"] in _MARKS]
    lanes = [f'<text x="0" y="{_top(lane) + 12}" class="lane">{lane}</text>' for lane in _LANES]
    label = f"{call.caller}: {seconds:.1f} seconds"
    return (
        f'<div class="strip" tabindex="0"><svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(label)}">'
        f"{''.join(_seconds(seconds, scale, height))}{''.join(lanes)}{''.join(parts)}</svg></div>"
    )


def _seconds(seconds: float, scale: float, height: int) -> Iterator[str]:
    step = next(each for each in (1, 2, 5, 10, 20, 60, 1e9) if seconds / each <= 14)
    for number in range(int(seconds / step) + 1):
        x = LEFT + number * step * scale
        yield f'<line x1="{x:.1f}" y1="14" x2="{x:.1f}" y2="{height - 16}" class="grid"/>'
        yield f'<text x="{x:.1f}" y="{height - 4}" class="second">{number * step:g} s</text>'


def _span(span: Span, scale: float) -> str:
    width = max((span.to - span.from_) * scale, 1.5)
    return (
        f'<rect class="{span.kind}" x="{LEFT + span.from_ * scale:.1f}" y="{_top(span.lane)}" width="{width:.1f}" '
        f'height="{LANE - 4}" rx="2"><title>{escape(span.title)} {span.from_:.1f}–{span.to:.1f} s</title></rect>'
    )


def _mark(call: PlayedCall, name: str, at: float, scale: float) -> str:
    x = LEFT + (at - call.began_at) * scale
    return f'<text x="{x:.1f}" y="11" class="mark">{_MARKS[name]}<title>{escape(name)}</title></text>'


def _top(lane: str) -> int:
    return 16 + _LANES.index(lane) * LANE
