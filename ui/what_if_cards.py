"""The decision on a call that might come, in words and rows; knows nothing of Streamlit or HTML."""

from __future__ import annotations

from dataclasses import dataclass

from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.what_if_model import Asked, Candidate, Decision, Ending, Said, StepThen, WhoCalls
from ui.presenters import CallCard, present_call
from ui.words import Text, say, say_value


@dataclass(frozen=True)
class StepRow:
    """What is asked of an agent for a while."""

    match: Text
    when: Text
    people: str
    free: str


@dataclass(frozen=True)
class CandidateRow:
    """An agent who was looked at."""

    name: str
    chosen: bool
    match: Text
    speaks: Text
    site: Text
    score: str


@dataclass(frozen=True)
class HeardLine:
    """A message the caller hears."""

    at: Text
    texts: tuple[tuple[str, str], ...]
    """(language tag, text)."""


@dataclass(frozen=True)
class DecisionCard:
    """Everything on the page below the question."""

    asked: Text
    answer: Text
    why: tuple[Text, ...]
    remarks: tuple[Text, ...]
    """What should be known of the trial itself."""
    who: tuple[Text, ...]
    card: CallCard
    """The call as the live page shows it: dialect bars, evidence, need."""
    wishes: tuple[Text, ...]
    steps: tuple[StepRow, ...]
    count: Text | None
    candidates: tuple[CandidateRow, ...]
    heard: tuple[HeardLine, ...]


def present_decision(decision: Decision) -> DecisionCard:
    """The decision in words."""
    card = present_call(decision.call, now=decision.at, zone=HOTLINE_ZONE)
    at_work = decision.at_work
    return DecisionCard(
        asked=say("whatif.asked", time=decision.at.strftime("%m-%d %H:%M")),
        answer=_answer(decision),
        why=card.choice,
        remarks=_remarks(decision),
        who=_who(decision.who),
        card=card,
        wishes=_wishes(decision.asked) if decision.asked else (),
        steps=tuple(map(_step, decision.steps)),
        count=say("whatif.people.count", **vars(at_work)) if at_work else None,
        candidates=tuple(map(_candidate, decision.candidates)),
        heard=tuple(map(_heard, decision.heard)),
    )


def _remarks(decision: Decision) -> tuple[Text, ...]:
    late = [say("whatif.late")] if decision.understood_late else []
    return (*late, *([say("whatif.cut")] if decision.cut else []), say("whatif.kept_nothing"))


def _answer(decision: Decision) -> Text:
    seconds = f"{decision.after_seconds:.1f}".removesuffix(".0")
    if decision.ending is Ending.GIVEN:
        return say("whatif.given", seconds=seconds, name=decision.call.agent_name or decision.call.agent_id)
    names = "、".join(decision.elsewhere)
    if not names:
        nobody = say("whatif.nobody_elsewhere")
        return filled(f"whatif.{decision.ending}", seconds=Text(seconds, seconds), names=nobody)
    return say(f"whatif.{decision.ending}", seconds=seconds, names=names)


def _who(who: WhoCalls) -> tuple[Text, ...]:
    elder = "whatif.elder.yes" if who.why_elder.is_elder else "whatif.elder.no"
    lines = [
        say(f"whatif.who.{who.listed}", names="、".join(who.names), count=len(who.names)),
        filled(elder, why=say(f"whatif.why.{who.why_elder}")),
    ]
    lines += [say("whatif.hearing")] if who.hearing else []
    lines += [say("whatif.marked")] if who.marked else []
    return (*lines, *([say("whatif.orders", count=who.orders)] if who.orders else []))


def _wishes(asked: Asked) -> tuple[Text, ...]:
    dialect = say("whatif.wish.dialect", dialect=asked.dialect) if asked.dialect else say("whatif.wish.none")
    held = [say("whatif.held", seconds=f"{asked.held_seconds:g}")] if asked.held_seconds else []
    return (dialect, *held, _way(asked))


def _way(asked: Asked) -> Text:
    sites = "、".join(asked.first_sites)
    if asked.province is None or asked.way is None:
        return say("whatif.way.sites", sites=sites) if sites else say("whatif.way.none")
    told = say("way.to", sites=sites) if sites else say("way.to_anybody")
    return filled("whatif.way.province", province=Text(asked.province, ""), way=say(f"way.{asked.way}"), sites=told)


def _step(step: StepThen) -> StepRow:
    begin = f"{step.from_seconds:g}"
    if step.until_seconds is None:
        when = say("whatif.steps.after", begin=begin)
    else:
        when = say("whatif.steps.between", begin=begin, end=f"{step.until_seconds:g}")
    return StepRow(say_value("choice.step", step.match), when, str(step.people), str(step.free))


def _candidate(each: Candidate) -> CandidateRow:
    site = Text(each.site, each.site)
    if each.site and each.tier is not None:
        turn = say("whatif.people.turn", turn=each.tier + 1)
        site = Text(f"{each.site}（{turn.zh}）", f"{each.site} ({turn.en})")
    return CandidateRow(
        each.name,
        each.chosen,
        say_value("choice.match", each.match),
        Text("、".join(each.speaks), ""),
        site,
        f"{each.score:.0%}",
    )


def _heard(said: Said) -> HeardLine:
    return HeardLine(say("whatif.heard.at", seconds=f"{said.after_seconds:.0f}"), said.texts)


def filled(key: str, **texts: Text) -> Text:
    """A sentence whose fields are said in both languages themselves."""
    chinese = say(key, **{name: text.zh for name, text in texts.items()}).zh
    return Text(chinese, say(key, **{name: text.en or text.zh for name, text in texts.items()}).en)
