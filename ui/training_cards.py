"""What the page of review shows of training; knows nothing of Streamlit or HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from dialects.compare_heads import Rule
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.learning.material import (
    FEWEST_DIALECTS,
    FEWEST_HELD,
    FEWEST_RECORDINGS,
    FEWEST_SPEAKERS,
    Material,
)
from elder_channel.learning.runs import RunProgress, RunState, TrainingRun
from elder_channel.services.training import HeadsInUse
from ui.words import Text, say, say_value

FEW: Final = Rule().dialect_counts_from
LONG_QUEUED_SECONDS: Final = 150
"""The worker looks every minute."""
HISTORY_SHOWN: Final = 10
Names = Mapping[str, Text]


@dataclass(frozen=True)
class MaterialLine:
    """One dialect of what there is."""

    name: Text
    trained: Text
    held: Text
    verdict: Text


@dataclass(frozen=True)
class FigureLine:
    """One figure of both heads."""

    what: Text
    old: str
    new: str
    change: str


@dataclass(frozen=True)
class DialectLine:
    """One dialect under both heads."""

    name: Text
    count: int
    old: str
    new: str
    verdict: str
    """`better`, `worse`, `same`, `few` or `unknown`."""


@dataclass(frozen=True)
class CompareCard:
    """A new head beside the one in use."""

    title: Text
    told: Text
    versions: tuple[str, str]
    figures: tuple[FigureLine, ...]
    dialects: tuple[DialectLine, ...]
    worse: tuple[Text, ...]
    """Why it is worse by the rule; empty where it is not."""
    unfair: bool


@dataclass(frozen=True)
class ProgressCard:
    """How far a run is."""

    title: Text
    asked: Text
    phase: Text | None
    share: float
    told: Text | None
    slow: Text | None
    """That it should have begun by now."""


def material_lines(material: Material, names: Names) -> tuple[MaterialLine, ...]:
    """One line a dialect."""
    return tuple(
        MaterialLine(
            _name(each.dialect, names),
            say("training.material.cell", recordings=each.recordings, speakers=each.speakers),
            say("training.material.cell", recordings=each.held_recordings, speakers=each.held_speakers),
            say(f"training.material.{'enough' if each.enough else 'short'}"),
        )
        for each in material.dialects
    )


def needed_lines(material: Material) -> tuple[Text, ...]:
    """How much is needed beside what is there; empty where it is enough."""
    if material.enough:
        return ()
    each = {"recordings": FEWEST_RECORDINGS, "speakers": FEWEST_SPEAKERS}
    there = {"dialects": FEWEST_DIALECTS, "there": material.held, "compared": material.compared}
    return (
        say("training.needed.dialects", needed=FEWEST_DIALECTS, there=material.learnable, **each),
        say("training.needed.held", needed=FEWEST_HELD, **there),
    )


def in_use_lines(heads: HeadsInUse) -> tuple[Text, ...]:
    """What judges the sound."""
    key = "training.in_use.line" if heads.version else "training.in_use.nothing"
    lines = [say(key, version=heads.version, setting=heads.setting)]
    if heads.problem:
        lines.append(Text(heads.problem, ""))
    lines.append(say(f"training.in_use.{'next_start' if heads.takes_own else 'not_own'}"))
    return tuple(lines)


def version_lines(heads: HeadsInUse) -> tuple[Text, ...]:
    """The site's own versions."""
    return tuple(_version(each.id, each.current, each.record) for each in heads.versions[:HISTORY_SHOWN])


def _version(id_: str, current: bool, record: Mapping[str, Any]) -> Text:
    key = "training.versions"
    now = say(f"{key}.current") if current else Text("", "")
    why = record.get("forced")
    forced = say(f"{key}.forced", reason=why) if why else Text("", "")
    told = {"id": id_, "recordings": record.get("recordings", "?"), "sources": record.get("sources", "?")}
    return Text(
        say(f"{key}.line", current=now.zh, forced=forced.zh, **told).zh,
        say(f"{key}.line", current=now.en, forced=forced.en, **told).en,
    )


def progress_card(run: TrainingRun, progress: RunProgress | None, *, now: datetime) -> ProgressCard:
    """A run that waits or works."""
    waiting = (now - run.asked_at).total_seconds()
    title, asked = (
        say_value("training.state", run.state),
        say("training.asked", time=_time(run.asked_at), who=run.asked_by),
    )
    if run.state is RunState.QUEUED:
        slow = say("training.queued.long", minutes=int(waiting // 60)) if waiting > LONG_QUEUED_SECONDS else None
        return ProgressCard(title, asked, None, 0.0, None, slow)
    begun = run.begun_at or run.asked_at
    share = progress.share if progress else 0.0
    phase = say(f"training.phase.{progress.phase}", total=progress.total) if progress else None
    minutes = int((now - begun).total_seconds() // 60)
    return ProgressCard(
        title, asked, phase, share, say("training.progress", share=f"{share:.0%}", minutes=minutes), None
    )


def failure_lines(run: TrainingRun) -> tuple[Text, ...]:
    """Why a run was not done."""
    if run.failure is None:
        return ()
    detail = (say("training.detail", detail=run.detail),) if run.detail else ()
    return (say_value("training.failure", run.failure), *detail)


def history_lines(runs: Sequence[TrainingRun]) -> tuple[Text, ...]:
    """Runs that are over, newest first."""
    return tuple(_past(run) for run in runs[:HISTORY_SHOWN])


def _past(run: TrainingRun) -> Text:
    detail = Text("", "")
    if run.failure:
        why = say_value("training.failure", run.failure)
        detail = Text(f"。{why.zh}", f". {why.en}")
    elif run.reason:
        detail = say("training.history.decided", who=run.decided_by, reason=run.reason)
    state, key = say_value("training.state", run.state), "training.history.line"
    told = {"time": _time(run.asked_at), "who": run.asked_by}
    return Text(
        say(key, state=state.zh, detail=detail.zh, **told).zh, say(key, state=state.en, detail=detail.en, **told).en
    )


def compare_card(kind: str, one: Mapping[str, Any], names: Names) -> CompareCard:
    """A comparison as `dialects.compare_heads.compare` gives it, with versions and warnings."""
    old, new = one["old"], one["new"]
    change = one["difference"]["top1"]
    figures = (
        FigureLine(
            say("training.compare.top1"),
            _with_interval(old["top1"], old["top1_interval"]),
            _with_interval(new["top1"], new["top1_interval"]),
            f"{change['mean']:+.1%}（{change['low']:+.1%}–{change['high']:+.1%}）",
        ),
        FigureLine(
            say("training.compare.top3"),
            _with_interval(old["top3"], old["top3_interval"]),
            _with_interval(new["top3"], new["top3_interval"]),
            _change(old["top3"], new["top3"], "+.1%"),
        ),
        FigureLine(
            say("training.compare.ece"),
            _number(old["ece"]),
            _number(new["ece"]),
            _change(old["ece"], new["ece"], "+.3f"),
        ),
    )
    return CompareCard(
        title=say(f"training.compare.{kind}"),
        told=say("training.compare.figure", n=one["n"], groups=len(new["per_group"])),
        versions=(str(one["in_use"]), str(one["candidate"])),
        figures=figures,
        dialects=tuple(_dialect(id_, row, one, names) for id_, row in one["per_dialect"].items()),
        worse=tuple(_reason(each, names) for each in one["reasons"]),
        unfair=bool(one["warnings"]),
    )


def _dialect(id_: str, row: Mapping[str, Any], one: Mapping[str, Any], names: Names) -> DialectLine:
    old, new = (one[key]["per_dialect"][id_] for key in ("old", "new"))
    return DialectLine(_name(id_, names), row["n"], _pair(old), _pair(new), _verdict(id_, row, one))


def _verdict(id_: str, row: Mapping[str, Any], one: Mapping[str, Any]) -> str:
    lost = {lost for each in one["reasons"] if each["code"] == "lost" for lost in each["dialects"]}
    if id_ in lost:
        return "unknown"
    if row["n"] < FEW:
        return "few"
    return "better" if row["low"] > 0 else "worse" if row["high"] < 0 else "same"


def _reason(reason: Mapping[str, Any], names: Names) -> Text:
    key = f"training.reason.{reason['code']}"
    told = {name: value for name, value in reason.items() if name not in ("code", "dialect", "dialects", "worse_in")}
    for name in ("fall", "margin"):
        if name in told:
            told[name] = f"{told[name]:.3f}"
    named = [_name(id_, names) for id_ in reason.get("dialects", [reason["dialect"]] if "dialect" in reason else [])]
    zh, en = "、".join(each.zh for each in named), ", ".join(each.en for each in named)
    return Text(say(key, dialect=zh, dialects=zh, **told).zh, say(key, dialect=en, dialects=en, **told).en)


def _name(id_: str, names: Names) -> Text:
    return names.get(id_) or Text(id_, "")


def _pair(row: Mapping[str, Any]) -> str:
    return f"{row['top1']:.0%} / {row['top3']:.0%}"


def _with_interval(share: float | None, interval: Sequence[float | None]) -> str:
    low, high = interval
    if share is None or low is None or high is None:
        return "–"
    return f"{share:.1%}（{low:.0%}–{high:.0%}）"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _change(old: float | None, new: float | None, form: str) -> str:
    return "–" if old is None or new is None else format(new - old, form)


def _time(at: datetime) -> str:
    return at.astimezone(HOTLINE_ZONE).strftime("%Y-%m-%d %H:%M")
