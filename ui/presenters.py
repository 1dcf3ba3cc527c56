"""What the live page shows, worked out from the calls; knows nothing of Streamlit or HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from elder_channel.services.live import LiveCall, SoundOfCall
from ui.routing_words import present_choice
from ui.terms import reason_in_english
from ui.words import Text, say, say_value

ON_THE_WAY = frozenset({"waiting", "ringing"})
"""States in which a caller waits for a person: while a phone rings nobody has answered yet."""

WITHHELD = "匿名"
STRONG_NATS = 1.0
SOME_NATS = 0.3


@dataclass(frozen=True)
class Figures:
    """The numbers at the top of the page."""

    waiting: int
    longest_wait: str | None
    """As m:ss; None when nobody waits."""
    talking: int
    served: int
    """Served calls among those still listed (the last ten minutes)."""


@dataclass(frozen=True)
class DialectBar:
    """One possible dialect."""

    name: Text
    percent: int
    """Rounded, 0-100; this is also the length of the bar."""
    label: str
    """The percentage in words: `83%`, or `<1%` where rounding would say none."""


@dataclass(frozen=True)
class EvidenceLine:
    """One reason, and how much it weighs, in words."""

    source: Text
    text: str
    """As it was recorded, in Chinese; in English where that alone is read."""
    weight: Text


@dataclass(frozen=True)
class Moment:
    """A step of the call and when it was."""

    name: Text
    time: str


@dataclass(frozen=True)
class CallCard:
    """One call as it stands on the page."""

    call_sid: str
    state_id: str
    state: Text
    timer_name: Text
    timer: str
    remark: Text | None
    """What became of the call, or how long the caller waited."""
    caller: str
    withheld: bool
    elder: bool
    urgent: bool
    """Whether the caller needs help at once."""
    is_test: bool
    entry: Text
    language: Text
    verdict: Text
    abstained: bool
    bars: tuple[DialectBar, ...]
    evidence: tuple[EvidenceLine, ...]
    transcript: str | None
    transcript_missing: Text
    """What to say where there is no transcript."""
    trust: Text | None
    """How far the transcript is to be trusted, or that only a person understands this dialect."""
    need: str | None
    handover: str | None
    agent: str | None
    agent_id: str | None
    matched: Text | None
    choice: tuple[Text, ...]
    """Why this agent."""
    company: str | None
    passed_on: Text | None
    recognizer: str | None
    moments: tuple[Moment, ...]
    may_be_judged: bool
    """Whether somebody has spoken with the caller."""
    first_dialect: str | None
    """Id of the dialect the line holds most probable."""
    first_name: Text
    judged: Text | None
    """What agents have said of the call, in words."""
    verdicts: int
    """Number of the newest verdict, 0 for none."""
    customer_id: int | None
    consent: bool | None
    sound: SoundOfCall
    """What of it can be heard."""


def present_figures(calls: Sequence[LiveCall], *, now: datetime) -> Figures:
    """The numbers at the top for these calls; test calls are in none."""
    calls = [call for call in calls if call.is_counted]
    waits = [_waited_seconds(call, now) for call in calls if call.state in ON_THE_WAY]
    return Figures(
        waiting=len(waits),
        longest_wait=minutes_and_seconds(max(waits)) if waits else None,
        talking=sum(call.state == "talking" for call in calls),
        served=sum(call.state == "ended" and call.outcome == "served" for call in calls),
    )


def present_calls(calls: Sequence[LiveCall], *, now: datetime, zone: tzinfo) -> list[CallCard]:
    """One card per call: urgent ones and who waits longest first, then prompts and talks, then ended, newest first."""
    return [present_call(call, now=now, zone=zone) for call in sorted(calls, key=lambda call: _rank(call, now))]


def present_call(call: LiveCall, *, now: datetime, zone: tzinfo) -> CallCard:
    """The card of one call; times of day are given in `zone`."""
    timer_name, timer = _timer(call, now, zone)
    withheld = not any(character.isdigit() or character == "*" for character in call.caller)
    return CallCard(
        call_sid=call.call_sid,
        state_id=call.state,
        state=say_value("state", call.state),
        timer_name=timer_name,
        timer=timer,
        remark=_remark(call),
        caller=WITHHELD if withheld else call.caller,
        withheld=withheld,
        elder=call.elder,
        urgent=call.urgent,
        is_test=not call.is_counted,
        entry=_entry(call),
        language=language_text(call.language),
        verdict=_verdict(call),
        abstained=call.abstained,
        bars=tuple(dialect_bar(*row) for row in call.posterior[:5]),
        evidence=tuple(evidence_line(*row) for row in call.evidence),
        transcript=call.transcript or None,
        transcript_missing=say("transcript.off" if call.answered_at or call.ended_at else "transcript.none"),
        trust=say_value("trust", call.trust) if call.trust else None,
        need=reason(call.need) if call.need else None,
        handover=call.handover or None,
        agent=call.agent_name or call.agent_id,
        agent_id=call.agent_id,
        matched=say_value("matched", call.matched) if call.matched else None,
        choice=present_choice(call.choice),
        company=call.company,
        passed_on=say("passed_on", count=call.passed_on) if call.passed_on else None,
        recognizer=call.recognizer,
        moments=_moments(call, zone),
        may_be_judged=call.answered_at is not None,
        first_dialect=call.posterior[0][0] if call.posterior else None,
        first_name=Text(call.posterior[0][1], readable(call.posterior[0][0])) if call.posterior else Text("", ""),
        judged=_judged(call),
        verdicts=call.judged.number if call.judged else 0,
        customer_id=call.customer_id,
        consent=call.consent,
        sound=call.sound,
    )


def minutes_and_seconds(seconds: float) -> str:
    """A duration as `m:ss`, or `h:mm:ss` from an hour on; below zero (clocks differ) it is 0:00."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def _rank(call: LiveCall, now: datetime) -> tuple[int, bool, float]:
    if call.state in ON_THE_WAY:
        return 0, not call.urgent, -_waited_seconds(call, now)
    if call.state == "ended":
        return 2, False, -(call.ended_at or call.started_at).timestamp()
    return 1, not call.urgent, -call.started_at.timestamp()


def _waited_seconds(call: LiveCall, now: datetime) -> float:
    until = call.answered_at or call.ended_at or now
    return (until - (call.entered_at or call.started_at)).total_seconds()


def _timer(call: LiveCall, now: datetime, zone: tzinfo) -> tuple[Text, str]:
    if call.state == "ended":
        return say("timer.ended"), time_of_day(call.ended_at or call.started_at, zone)
    if call.state == "talking":
        return say("timer.talking"), minutes_and_seconds((now - (call.answered_at or call.started_at)).total_seconds())
    if call.state in ON_THE_WAY:
        return say("timer.waiting"), minutes_and_seconds(_waited_seconds(call, now))
    return say("timer.prompted"), minutes_and_seconds((now - call.started_at).total_seconds())


def _remark(call: LiveCall) -> Text | None:
    if call.outcome == "served" and call.by_fallback:
        return say("outcome.served_by_fallback")
    if call.outcome:
        return say_value("outcome", call.outcome)
    if call.answered_at and call.entered_at:
        return say("timer.waited", duration=minutes_and_seconds((call.answered_at - call.entered_at).total_seconds()))
    return None


def _entry(call: LiveCall) -> Text:
    if call.state == "prompted" and call.entered_at is None:
        return say("entry.pending")
    return say_value("entry", call.entry)


def language_text(tag: str) -> Text:
    """The language of a BCP 47 tag."""
    return say_value("language", tag.split("-", maxsplit=1)[0].lower())


def _verdict(call: LiveCall) -> Text:
    if not call.posterior:
        return say("dialect.none")
    if call.abstained:
        return say("dialect.abstained")
    dialect_id, name_zh, _ = call.posterior[0]
    return Text(say("dialect.likely", name=name_zh).zh, say("dialect.likely", name=readable(dialect_id)).en)


def _judged(call: LiveCall) -> Text | None:
    if call.judged is None:
        return None
    if call.judged.dialect is None:
        return say("judged.need", need=call.judged.need or "")
    dialect_id, name = call.judged.dialect
    key = "judged.right" if call.judged.confirms else "judged.corrected"
    return Text(say(key, name=name).zh, say(key, name=readable(dialect_id)).en)


def dialect_bar(dialect_id: str, name_zh: str, probability: float) -> DialectBar:
    """One possible dialect with its share."""
    percent = min(100, max(0, round(probability * 100)))
    return DialectBar(Text(name_zh, readable(dialect_id)), percent, f"{percent}%" if percent else "<1%")


def readable(dialect_id: str) -> str:
    """Dialect ids are spelled like the names they are known by abroad: `guangzhou` -> `Guangzhou`."""
    return dialect_id.replace("_", " ").replace("-", " ").title()


def evidence_line(source: str, text: str, weight_nats: float) -> EvidenceLine:
    """One reason with its weight in words."""
    size = "strong" if weight_nats >= STRONG_NATS else "some" if weight_nats >= SOME_NATS else "slight"
    return EvidenceLine(say_value("source", source), reason(text), say(f"evidence.{size}"))


def reason(recorded: str) -> str:
    """A recorded reason for this tab: both languages beside each other would be too much."""
    return Text(recorded, reason_in_english(recorded)).one


def _moments(call: LiveCall, zone: tzinfo) -> tuple[Moment, ...]:
    steps = (
        ("started", call.started_at),
        ("entered", call.entered_at),
        ("answered", call.answered_at),
        ("ended", call.ended_at),
    )
    return tuple(Moment(say(f"details.{name}"), time_of_day(at, zone)) for name, at in steps if at is not None)


def time_of_day(at: datetime, zone: tzinfo) -> str:
    """`08:15:30` in `zone`."""
    return at.astimezone(zone).strftime("%H:%M:%S")
