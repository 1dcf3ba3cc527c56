"""What the page of today shows: each figure with what is counted, and where. Knows nothing of Streamlit or HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.today import Calls, GreetingsToday, Now, Recognizer, Today
from elder_channel.services.today_alarms import Kind
from ui.presenters import minutes_and_seconds, readable
from ui.words import Text, say, say_value

_LEADS_TO: Mapping[Kind, str] = {
    Kind.LONG_WAIT: "waiting",
    Kind.NOBODY_AT_WORK: "sites",
    Kind.BY_FALLBACK: "live",
    Kind.SLOW: "reports",
    Kind.ORDERS_LATE: "orders",
    Kind.SWITCHES: "sites",
    Kind.DANGER_UNREAD: "greetings",
    Kind.REPLIES_HELD: "greetings",
    Kind.GREETINGS_STOPPED: "greetings",
    Kind.GREETINGS_FAILED: "greetings",
}


@dataclass(frozen=True)
class FigureCard:
    """One figure, explained."""

    name: str
    """Key of its words, `today.…` without the prefix."""
    label: Text
    value: Text
    """As it is read, with its sign or unit."""
    why: Text
    """What is counted, and since when."""
    page: str
    """Key of the page that shows what is counted."""
    known: bool = True


@dataclass(frozen=True)
class AlarmCard:
    """One thing to look at; `page` is where, None where no page shows it."""

    text: Text
    page: str | None


@dataclass(frozen=True)
class Section:
    """Figures that belong together."""

    name: str
    title: Text
    figures: tuple[FigureCard, ...]


@dataclass(frozen=True)
class TodayPage:
    """The page."""

    alarms: tuple[AlarmCard, ...]
    sections: tuple[Section, ...]
    waiting_by_dialect: tuple[tuple[Text, int], ...]
    is_empty: bool
    """Whether nobody has called today, as far as is known."""
    status: Text
    """What screen readers are told when it changes."""


def present_today(today: Today) -> TodayPage:
    """The page of these figures; times of day are the hotline's."""
    since = today.since.astimezone(HOTLINE_ZONE).strftime("%H:%M")
    waiting = today.now.waiting if today.now else 0
    return TodayPage(
        alarms=tuple(
            AlarmCard(say(f"alarm.{each.kind}", count=each.count), _LEADS_TO.get(each.kind)) for each in today.alarms
        ),
        sections=(
            _section("now", _now(today.now)),
            _section("calls", _calls(today.calls, since)),
            _section("said", _said(today, since)),
            _section("work", _work(today)),
            _section("machines", _machines(today, since)),
        ),
        waiting_by_dialect=_spoken(today.now),
        is_empty=today.calls is not None and today.calls.in_all == 0,
        status=say("today.status", waiting=waiting, alarms=len(today.alarms)),
    )


def _section(name: str, figures: tuple[FigureCard, ...]) -> Section:
    return Section(name, say(f"today.section.{name}"), figures)


def _now(now: Now | None) -> tuple[FigureCard, ...]:
    if now is None:
        return _unknown(waiting="waiting", longest="waiting", talking="live", agents="sites")
    longest = now.longest_wait_seconds
    at_work = sum(number for presence, number in now.agents.items() if presence != "absent")
    return (
        _figure("waiting", str(now.waiting), "waiting", elders=now.waiting_elders),
        _figure("longest", say("today.none") if longest is None else minutes_and_seconds(longest), "waiting"),
        _figure("talking", str(now.talking), "live", prompted=now.prompted),
        _figure("agents", str(at_work), "sites", idle=now.agents.get("idle", 0)),
    )


def _calls(calls: Calls | None, since: str) -> tuple[FigureCard, ...]:
    if calls is None:
        return _unknown(calls="live", within_15="reports", within_20="reports", elders="reports")
    level = calls.level
    return (
        _figure("calls", f"{calls.in_all:,}", "live", since=since),
        _figure("within_15", percent(level.share_within(15)), "reports", since=since, asked=level.asked),
        _figure("within_20", percent(level.share_within(20)), "reports"),
        _figure("elders", percent(calls.elder_share), "reports", since=since),
    )


def _said(today: Today, since: str) -> tuple[FigureCard, ...]:
    said = today.say_once
    if said is None:
        return _unknown(match="reports", near="reports", once="reports")
    return (
        _figure("match", percent(said.dialect_match), "reports", since=since, wishes=said.wishes),
        _figure("near", percent(said.dialect_match_group), "reports"),
        _figure("once", percent(said.say_once_rate), "reports", since=since, picked_up=said.picked_up),
    )


def _work(today: Today) -> tuple[FigureCard, ...]:
    orders = today.orders
    due = (
        (
            _figure("due", str(orders.due), "orders", elders=orders.for_elders),
            _figure("late", str(orders.late), "orders"),
        )
        if orders
        else _unknown(due="orders", late="orders")
    )
    return (*due, *_greetings(today.greetings))


def _greetings(greetings: GreetingsToday | None) -> tuple[FigureCard, ...]:
    if greetings is None:
        return _unknown(greetings="greetings")
    counts = {name: f"{getattr(greetings, name):,}" for name in ("in_all", "delivered", "to_send", "failed")}
    return (_figure("greetings", f"{greetings.sent:,}", "greetings", **counts),)


def _machines(today: Today, since: str) -> tuple[FigureCard, ...]:
    recognizer = _recognizer(today.recognizer) if today.recognizer else _unknown(recognizer="live")
    carrier = (
        (_figure("carrier", str(today.carrier.errors), "live", since=since, warnings=today.carrier.warnings),)
        if today.carrier
        else _unknown(carrier="live")
    )
    fallback = (
        (_figure("fallback", str(today.calls.level.by_fallback), "live", since=since),)
        if today.calls
        else _unknown(fallback="live")
    )
    return (*recognizer, *carrier, *fallback)


def _recognizer(found: Recognizer) -> tuple[FigureCard, ...]:
    value = say_value("recognizer", found.status)
    card = _figure("recognizer", value, "live")
    if not found.added_models_in_trouble:
        return (card,)
    why = say("today.recognizer.added", count=found.added_models_in_trouble)
    return (FigureCard(card.name, card.label, card.value, why, card.page),)


def _figure(name: str, value: Text | str, page: str, **counted: object) -> FigureCard:
    shown = value if isinstance(value, Text) else Text(value, value)
    return FigureCard(name, say(f"today.{name}"), shown, say(f"today.{name}.why", **counted), page)


def _unknown(**pages: str) -> tuple[FigureCard, ...]:
    """Figures whose book cannot be read, with the pages they would lead to."""
    return tuple(
        FigureCard(name, say(f"today.{name}"), say("today.unknown"), say("today.unknown.why"), page, known=False)
        for name, page in pages.items()
    )


def _spoken(now: Now | None) -> tuple[tuple[Text, int], ...]:
    if now is None:
        return ()
    return tuple(
        (Text(name, readable(id_)) if id_ else say("today.waiting.unnamed"), count)
        for id_, name, count in now.waiting_by_dialect
    )


def percent(share: float | None) -> Text:
    """A share as percent with one digit, rounded down so that one miss in thousands does not read as none."""
    if share is None:
        return say("today.none")
    whole = int(share * 1000 + 1e-9) / 10
    text = f"{whole:.1f}%" if whole != 100 else "100%"
    return Text(text, text)
