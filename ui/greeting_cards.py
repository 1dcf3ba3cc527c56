"""What the greetings' calendar and their sending show; knows nothing of Streamlit or HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, tzinfo

from elder_channel.services.greeting_calendar import CalendarDay
from greeting_sms.prices import MICROS
from greeting_sms.states import ENDED, GreetingState
from greeting_sms.status import Status
from greeting_sms.stops import EVERYTHING, Stop
from ui.words import Text, say, say_value


@dataclass(frozen=True)
class DayCell:
    """One day of the calendar."""

    day: date
    date: Text
    weekday: Text
    lunar: str
    """Month and day in the main language that is drawn."""
    lunar_day: str
    """The day alone, for narrow places."""
    birthdays: Text
    planned: Text
    is_today: bool
    share: int
    """How full the day is against the fullest shown, 0 to 100."""
    born: int
    sent: int


@dataclass(frozen=True)
class HeldLine:
    """A hold that is in force."""

    channel: str | None
    """None: everything."""
    title: Text
    detail: Text


@dataclass(frozen=True)
class CountLine:
    """A row of a table of counts."""

    name: Text
    count: int


@dataclass(frozen=True)
class SendingPage:
    """How sending stands for one day."""

    total: int
    ended: int
    progress: Text
    states: tuple[CountLine, ...]
    reasons: tuple[CountLine, ...]
    remarks: tuple[Text, ...]
    """Under way, in doubt, spent."""
    shut: tuple[Text, ...]
    held: tuple[HeldLine, ...]


def present_days(days: Sequence[CalendarDay], *, today: date) -> tuple[DayCell, ...]:
    """One cell a day, in order."""
    fullest = max((each.birthdays for each in days), default=0) or 1
    return tuple(_cell(each, today, fullest) for each in days)


def present_sending(status: Status, *, zone: tzinfo) -> SendingPage:
    """The page; times are given in `zone`."""
    total = sum(status.states.values())
    ended = sum(count for state, count in status.states.items() if state in ENDED)
    return SendingPage(
        total=total,
        ended=ended,
        progress=say("sending.progress", done=f"{ended:,}", total=f"{total:,}"),
        states=tuple(
            CountLine(say_value("greeting.state", state), status.states[state])
            for state in GreetingState
            if state in status.states
        ),
        reasons=_reasons(status.reasons),
        remarks=tuple(_remarks(status, zone)),
        shut=tuple(
            say(
                "sending.gate.shut",
                name=gate.name,
                time=gate.shut_until.astimezone(zone).strftime("%H:%M"),
                why=gate.shut_because or "–",
            )
            for gate in status.gates
            if gate.shut_until is not None
        ),
        held=tuple(_held(each, zone) for each in status.stops),
    )


def count_lines(counts: Mapping[str, int], prefix: str) -> tuple[CountLine, ...]:
    """The most frequent first, each in words."""
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return tuple(CountLine(say_value(prefix, name), count) for name, count in ordered)


def _cell(each: CalendarDay, today: date, fullest: int) -> DayCell:
    # The zodiac year stands at the head of the month; a cell says month and day: 十月十六.
    lunar = each.lunar.zh.partition("年")[2]
    month = f"{'leap ' if each.lunar.leap else ''}{each.lunar.month}"
    sent = each.planned
    return DayCell(
        day=each.day,
        date=Text(f"{each.day.month}月{each.day.day}日", f"{each.day:%b} {each.day.day}"),
        weekday=say(f"calendar.weekday.{each.day.weekday()}"),
        lunar=Text(lunar, f"lunar {month}/{each.lunar.day}").one,
        lunar_day=Text(lunar[-2:], str(each.lunar.day)).one,
        birthdays=say("calendar.birthdays", count=f"{each.birthdays:,}"),
        planned=say("calendar.planned", count=f"{sent:,}") if sent else say("calendar.not_planned"),
        is_today=each.day == today,
        share=round(100 * each.birthdays / fullest),
        born=each.birthdays,
        sent=sent,
    )


def _reasons(reasons: Mapping[str, int]) -> tuple[CountLine, ...]:
    return count_lines(reasons, "left_out")


def _remarks(status: Status, zone: tzinfo) -> list[Text]:
    remarks = []
    if status.under_way:
        remarks.append(say("sending.under_way", count=f"{sum(status.under_way.values()):,}"))
    if status.oldest_doubt_at is not None:
        moment = status.oldest_doubt_at.astimezone(zone).strftime("%m-%d %H:%M")
        remarks.append(say("sending.doubt", time=moment))
    remarks += [say("sending.cap", scope=cap.scope, told=cap.reason) for cap in status.caps]
    for channel, spent in status.spent.items():
        cost = f"{spent.cost_micros / MICROS:,.2f}"
        segments, messages = f"{spent.segments:,}", f"{spent.messages:,}"
        remarks.append(say("sending.spent", channel=channel, messages=messages, segments=segments, cost=cost))
    return remarks


def _held(stop: Stop, zone: tzinfo) -> HeldLine:
    channel = None if stop.scope == EVERYTHING else stop.scope.partition(":")[2]
    scope = scope_words(channel)
    at = stop.stopped_at.astimezone(zone).strftime("%m-%d %H:%M")
    return HeldLine(
        channel,
        Text(say("sending.held", scope=scope.zh).zh, say("sending.held", scope=scope.en).en),
        say("sending.held.by", time=at, who=stop.stopped_by, reason=stop.reason),
    )


def scope_words(channel: str | None) -> Text:
    """What is held, in words."""
    return say("sending.scope.all") if channel is None else say("sending.scope.channel", name=channel)
