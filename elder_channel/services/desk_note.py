"""The handover note as an agent's desk shows it: everything known of the call, masked as far as it must be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import structlog

from dialects.glossary import Banner, banner, english_banner
from dialects.glossary_words import Field
from dialects.needs import is_urgent, need_name
from dialects.openings import Occasion, Opening, opening
from dialects.relatives import find_relative
from elder_channel.agents.matching import CHINESE
from elder_channel.bootstrap import Line
from elder_channel.calls.about_caller import shown_name
from elder_channel.calls.model import Call
from elder_channel.customers.model import AtNumber
from elder_channel.logs import mask_number
from elder_channel.services.knowing import ENGLISH, Knowing, trust_in
from elder_channel.services.recording_consent import RecordingOnDesk, recording_on_desk
from elder_channel.services.returning import is_callable
from elder_channel.services.subtitles import Subtitles, glossary_dialect, subtitles
from elder_channel.services.translating import Translations
from elder_channel.storage.faults import BOOKS_FAULTS

log = structlog.get_logger()


@dataclass(frozen=True)
class Revealed:
    """How much of who is calling may be seen."""

    caller: bool = False
    """Number and name: once the agent has the call."""
    customer: bool = False
    """What the books say of the customer: once the caller has answered the agent's questions."""


@dataclass(frozen=True)
class EarlierCall:
    """One earlier call of the same customer or number."""

    started_at: datetime
    need: str | None
    """In words."""
    dialect: str | None
    """Chinese name, where the line named one."""
    outcome: str | None
    agent: str | None
    somebody_else: bool
    """An agent noted that not the customer was calling."""


@dataclass(frozen=True)
class OpenOrder:
    """Something left to do for this caller."""

    note: str
    need: str | None
    due_at: datetime


@dataclass(frozen=True)
class DeskNote:
    """What the person who answers knows before saying a word."""

    caller: str
    """The number, masked until the agent has the call; `匿名` where there is none."""
    name: str | None
    """The customer the number belongs to: `陈**` until the agent has the call, None for a number in nobody's record.

    Where several have it, all of them as `陈**、林**`, always; a relative's number names its customer in full only once
    the caller has answered the agent's questions.
    """
    people: int
    """How many customers have the number, or a relative with it."""
    who_calls_is_open: bool
    """Whether only the caller can tell which of them it is; until then nothing of anybody is shown."""
    born_on: date | None
    """Only once the caller has answered the agent's questions."""
    elder: bool
    urgent: bool
    relative: str | None
    """The caller's words that speak of an old relative: perhaps somebody calls for an elder."""
    relative_noted: bool
    """Whether an agent has noted that somebody calls for an elder."""
    language: str
    entry: str | None
    posterior: tuple[tuple[str, str, float], ...]
    """(dialect id, Chinese name, probability), best first, at most three."""
    abstained: bool
    evidence: tuple[tuple[str, str, float], ...]
    transcript: str | None
    subtitles: Subtitles | None
    """The transcript with glossary words marked, in Mandarin and in English; None while nothing was heard."""
    recognizer: str | None
    trust: str | None
    need: str | None
    """In words, with what it was known by."""
    tried: tuple[str, ...]
    """Names of the agents who were tried before."""
    earlier: tuple[EarlierCall, ...]
    orders: tuple[OpenOrder, ...]
    words: Banner | None
    """Everyday words; of English, the words of the trade."""
    insurance_words: Banner | None
    """Words of illness, accidents, family and money in the dialect."""
    insurance_words_of: str
    """Chinese name of the dialect they are of."""
    words_of: str
    """Chinese name of the dialect the words are of."""
    opening: Opening
    ask_first: tuple[str, ...]
    """What the need itself asks for: is anybody hurt, where are you."""
    questions: tuple[str, ...]
    """To be asked before anything of the customer is revealed."""
    passed_on: tuple[tuple[str, str], ...] = ()
    """(name, note) of each agent who had the call before and passed it on, the last first."""
    language_missing: bool = False
    """Whether the caller speaks one of the line's languages that its agent does not: nobody who does was free."""
    recording: RecordingOnDesk | None = None
    """Whether the conversation is recorded and what the caller has said to that; None where nothing ever is."""


class DeskNotes:
    """Writes the note of a call as it is known at the moment."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._knowing = Knowing(line)
        self._translations = Translations(lambda: line.settings.desk.translator)

    def note_on(self, call: Call, revealed: Revealed) -> DeskNote:
        """The note; what may not be seen yet is masked or left out here, never on the page (law 7)."""
        catalogue, found = self._line.catalogue, call.identification
        at_number = self._line.customers.at_number(call.caller_number)
        # Earlier calls and orders of a number that is not one person's own may be of somebody who is not calling.
        is_known = revealed.customer or not at_number.who_calls_is_open
        dialect = glossary_dialect(call)
        relative = find_relative(call.transcript)
        words = banner(dialect, catalogue) if dialect else None
        insurance = banner(dialect, catalogue, field=Field.INSURANCE) if dialect else None
        if call.language == ENGLISH:
            words = english_banner()
        return DeskNote(
            caller=call.caller_number if revealed.caller else mask_number(call.caller_number),
            name=_name(at_number, revealed),
            people=len(at_number.people),
            who_calls_is_open=at_number.who_calls_is_open,
            born_on=_born_on(at_number, revealed),
            elder=call.elder,
            urgent=is_urgent(call.need),
            relative=relative,
            relative_noted=call.relative,
            language=call.language,
            entry=call.entry,
            posterior=tuple((id_, catalogue.name(id_), p) for id_, p in found.best(3)) if found else (),
            abstained=found is None or found.abstained,
            evidence=tuple((item.source.value, item.text, item.weight) for item in found.evidence) if found else (),
            transcript=call.transcript,
            subtitles=subtitles(call, catalogue, self._translations),
            recognizer=call.recognizer,
            trust=trust_in(call, catalogue),
            need=self._knowing.need_in_words(call),
            tried=tuple(self._agent_name(agent_id) for agent_id in call.agents_tried),
            earlier=self._earlier(call) if is_known else (),
            orders=self._orders(call) if is_known else (),
            words=words,
            insurance_words=insurance,
            insurance_words_of=catalogue.name(insurance.of) if insurance else "",
            words_of=catalogue.name(words.of) if words and words.of != ENGLISH else "",
            opening=opening(_occasion(call, relative=bool(relative) or call.relative), dialect),
            ask_first=self._line.settings.desk.ask_first.get(call.need or "", ()),
            questions=self._line.settings.desk.questions_for(call.need),
            passed_on=tuple((self._agent_name(each.from_agent), each.note) for each in reversed(call.passed_on)),
            language_missing=self._language_missing(call),
            recording=recording_on_desk(self._line, call),
        )

    def _language_missing(self, call: Call) -> bool:
        agent = self._line.settings.agent(call.agent_id)
        if agent is None or call.language not in (CHINESE, ENGLISH):
            return False
        return agent.languages.get(call.language, 0) < self._line.settings.routing.min_proficiency

    def _agent_name(self, agent_id: str | None) -> str:
        found = (agent.name for agent in self._line.settings.agents if agent.id == agent_id)
        return next(found, agent_id or "")

    def _earlier(self, call: Call) -> tuple[EarlierCall, ...]:
        """Earlier calls; none when they cannot be read: the rest of the note must still reach the agent."""
        try:
            calls = self._line.desk.earlier_calls(call, most=self._line.settings.desk.earlier_calls)
            verdicts = self._line.corrections.of_calls([each.sid for each in calls])
        except BOOKS_FAULTS:
            log.exception("desk.history_unreadable", call=call.sid)
            return ()
        return tuple(
            self._earlier_call(each, any(one.somebody_else for one in verdicts.get(each.sid, []))) for each in calls
        )

    def _earlier_call(self, call: Call, somebody_else: bool) -> EarlierCall:
        found = call.identification
        return EarlierCall(
            started_at=call.started_at,
            need=need_name(call.need) if call.need else None,
            dialect=self._line.catalogue.name(found.top[0]) if found and not found.abstained else None,
            outcome=call.outcome,
            agent=self._agent_name(call.agent_id) or None,
            somebody_else=somebody_else,
        )

    def _orders(self, call: Call) -> tuple[OpenOrder, ...]:
        try:
            number = call.caller_number if is_callable(call.caller_number) else None
            orders = self._line.work_orders.of_caller(number, call.customer_id, closed_since=self._line.clock())
        except BOOKS_FAULTS:
            log.exception("desk.orders_unreadable", call=call.sid)
            return ()
        return tuple(
            OpenOrder(order.note, need_name(order.need) if order.need else None, order.due_at)
            for order in orders
            if order.is_open and order.call_sid != call.sid
        )


def _occasion(call: Call, *, relative: bool) -> Occasion:
    if call.language == ENGLISH:
        return Occasion.ENGLISH
    if relative:
        return Occasion.RELATIVE
    if not call.transcript:
        return Occasion.NOTHING_SAID
    return Occasion.ELDER if call.elder else Occasion.STANDARD


def _name(at_number: AtNumber, revealed: Revealed) -> str | None:
    if not at_number.people:
        return None
    may_be_told = revealed.customer if at_number.who_calls_is_open else revealed.caller
    if len(at_number.people) == 1 and may_be_told:
        return at_number.people[0].customer.name
    return "、".join(shown_name(listed.customer.name) for listed in at_number.people)


def _born_on(at_number: AtNumber, revealed: Revealed) -> date | None:
    """Of one customer, once asked; of several never, for nobody has told the line which one answered."""
    one = len(at_number.people) == 1 and revealed.customer
    return at_number.people[0].customer.born_on if one else None
