"""What the page of who waits shows; knows nothing of Streamlit or HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from elder_channel.services.waiting_list import (
    AskedToBeCalled,
    Choosing,
    RingingCaller,
    WaitingBoard,
    WaitingCallback,
    WaitingCaller,
)
from elder_channel.workorders.model import Priority
from ui.presenters import language_text, minutes_and_seconds, readable, time_of_day
from ui.routing_words import present_choice
from ui.words import Text, say, say_value


@dataclass(frozen=True)
class Why:
    """Why an agent was chosen."""

    title: Text
    reasons: tuple[Text, ...]


@dataclass(frozen=True)
class WaitCard:
    """One person who waits, in whatever way."""

    title: Text
    time: Text
    caller: str
    elder: bool
    urgent: bool
    late: bool
    facts: tuple[Text, ...]
    why: tuple[Why, ...] = ()


@dataclass(frozen=True)
class WaitingPage:
    """Everybody who waits."""

    people: Text
    in_line: tuple[WaitCard, ...]
    ringing: tuple[WaitCard, ...]
    callbacks: tuple[WaitCard, ...]
    callbacks_more: Text | None
    asked: tuple[WaitCard, ...]


def present_waiting(board: WaitingBoard, *, zone: tzinfo) -> WaitingPage:
    """The page; times of day are given in `zone`."""
    shown, in_all = len(board.callbacks), board.callbacks_in_all
    return WaitingPage(
        people=say("waiting.people", free=board.agents_free, at_work=board.agents_at_work),
        in_line=tuple(_in_line(each, board.at) for each in board.in_line),
        ringing=tuple(_ringing(each, board.at, zone) for each in board.ringing),
        callbacks=tuple(_callback(each, board.at, zone) for each in board.callbacks),
        callbacks_more=say("waiting.callbacks.more", count=in_all, shown=shown) if in_all > shown else None,
        asked=tuple(_asked(each, board.at) for each in board.asked),
    )


def _in_line(each: WaitingCaller, now: datetime) -> WaitCard:
    facts = [_estimate(each), language_text(each.language), _dialect(each.dialect)]
    if each.behind:
        facts.append(say("waiting.behind"))
    if each.bond:
        facts.append(say_value("choice.bond", each.bond))
    facts.append(say("waiting.held") if each.held else _asked_for(each))
    if each.at_work:
        facts.append(say("waiting.fits", free=each.free, at_work=each.at_work))
    else:
        facts.append(say("waiting.fits.none"))
    if each.tried:
        facts.append(say("waiting.tried", names="、".join(dict.fromkeys(each.tried))))
    return WaitCard(
        title=say("waiting.place", place=each.place),
        time=say("waiting.waited", duration=_since(each.entered_at, now)),
        caller=each.caller,
        elder=each.elder,
        urgent=each.urgent,
        late=False,
        facts=tuple(facts),
    )


def _estimate(each: WaitingCaller) -> Text:
    if each.estimate_seconds is None:
        return say("waiting.estimate.none")
    return say("waiting.estimate", duration=minutes_and_seconds(each.estimate_seconds))


def _asked_for(each: WaitingCaller) -> Text:
    name, step = say("waiting.now"), say_value("choice.step", each.step)
    return Text(f"{name.zh}：{step.zh}", f"{name.en}: {step.en}")


def _ringing(each: RingingCaller, now: datetime, zone: tzinfo) -> WaitCard:
    if each.agent is None:
        title = say("waiting.rung.group", duration=_since(each.since, now))
    else:
        key = "waiting.offered" if each.offered else "waiting.rung"
        title = say(key, name=each.agent, duration=_since(each.since, now))
    return WaitCard(
        title=title,
        time=say("waiting.waited", duration=_since(each.entered_at, now)),
        caller=each.caller,
        elder=each.elder,
        urgent=each.urgent,
        late=False,
        facts=(_dialect(each.dialect),),
        why=_why(each.choices, zone),
    )


def _why(choices: Sequence[Choosing], zone: tzinfo) -> tuple[Why, ...]:
    told = []
    for number, each in enumerate(choices):
        title = say("waiting.why", name=each.agent)
        if number:
            time = time_of_day(each.chosen_at, zone)
            title = say("waiting.why.before", name=each.agent, time=time)
        told.append(Why(title, present_choice(each.view)))
    return tuple(told)


def _callback(each: WaitingCallback, now: datetime, zone: tzinfo) -> WaitCard:
    late = each.due_at < now
    due = say("waiting.due", time=_moment(each.due_at, zone))
    facts = [say("waiting.since", duration=_since(each.opened_at, now))]
    if each.kept_place:
        facts.append(say("waiting.kept_place"))
    if each.dialect:
        facts.append(Text(each.dialect, ""))
    if each.being_called:
        facts.append(say("waiting.being_called"))
    if each.attempts:
        facts.append(say("waiting.attempts", count=each.attempts))
    if each.next_attempt_at is not None and not each.being_called:
        facts.append(say("waiting.next", time=_moment(each.next_attempt_at, zone)))
    facts.append(say("waiting.owner", name=each.owner))
    return WaitCard(
        title=say("waiting.order", id=each.order_id),
        time=say("waiting.late", duration=_since(each.due_at, now)) if late else due,
        caller=each.caller,
        elder=each.priority is Priority.ELDER,
        urgent=each.priority is Priority.URGENT,
        late=late,
        facts=tuple(facts),
    )


def _asked(each: AskedToBeCalled, now: datetime) -> WaitCard:
    facts = [say_value("asked.state", each.state)]
    if each.attempts:
        facts.append(say("waiting.attempts", count=each.attempts))
    return WaitCard(
        title=say_value("asked", each.reason),
        time=say("waiting.since", duration=_since(each.requested_at, now)),
        caller=each.caller,
        elder=False,
        urgent=each.reason == "urgent_text",
        late=False,
        facts=tuple(facts),
    )


def _dialect(dialect: tuple[str, str, float] | None) -> Text:
    if dialect is None:
        return say("waiting.dialect.none")
    id_, name, probability = dialect
    percent = round(100 * probability)
    chinese = say("waiting.dialect", name=name, percent=percent).zh
    return Text(chinese, say("waiting.dialect", name=readable(id_), percent=percent).en)


def _since(moment: datetime, now: datetime) -> str:
    return minutes_and_seconds((now - moment).total_seconds())


def _moment(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).strftime("%m-%d %H:%M")
