"""Reads the live calls from the books for the console."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from config.schema import Settings
from dialects.acoustics import ENGLISH
from dialects.needs import is_urgent, need_name
from elder_channel.bootstrap import Line
from elder_channel.calls.counting import counts
from elder_channel.calls.model import Call
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.learning.model import Consent, Correction, SoundClip, standing_of
from elder_channel.logs import mask_number
from elder_channel.services.call_sound import sound_of
from elder_channel.services.knowing import Knowing, trust_in
from elder_channel.services.live import ChoiceView, JudgedCall, LiveCall

LATELY = timedelta(minutes=10)
_BCP47 = {"zh": "zh-CN", "en": "en", "und": "und"}


class LiveCalls:
    """Open calls and those ended lately; every reading of a caller's words is recorded (law 7)."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._knowing = Knowing(line)
        self._recorded: set[tuple[str, str, date]] = set()
        """What need not be asked of the books again: this reader, this call, this day."""

    def list_calls(self, *, viewer: str) -> list[LiveCall]:
        """The calls, newest first."""
        self._line.source.reload()  # what staff may see follows the settings at once
        calls = self._line.calls.open_or_ended_since(self._line.clock() - LATELY)
        shown = {call.sid for call in calls}
        self._recorded = {key for key in self._recorded if key[0] in shown}
        for call in calls:
            if call.transcript:
                self._record(call.sid, viewer)
        verdicts = self._line.corrections.of_calls(shown)
        customers = {call.customer_id for call in calls if call.customer_id is not None}
        consents = self._line.sound_clips.consents_of(customers)
        clips: dict[str, list[SoundClip]] = {}
        for clip in self._line.sound_clips.of_calls(shown):
            clips.setdefault(clip.call_sid, []).append(clip)
        return [
            replace(
                self._live(call),
                judged=self._judged(verdicts.get(call.sid, [])),
                customer_id=call.customer_id,
                consent=_given(consents.get(call.customer_id)) if call.customer_id is not None else None,
                sound=sound_of(call, clips.get(call.sid, []), consents.get(call.customer_id or 0), self._line.settings),
            )
            for call in calls
        ]

    def _judged(self, history: Sequence[Correction]) -> JudgedCall | None:
        standing = standing_of(history)
        if standing is None:
            return None
        dialect = (standing.dialect, self._name(standing.dialect)) if standing.dialect else None
        need = need_name(standing.need) if standing.need else None
        return JudgedCall(standing.number, dialect, need, standing.judged is not None and standing.judged.confirms)

    def _name(self, dialect_id: str) -> str:
        return "英语" if dialect_id == ENGLISH else self._line.catalogue.name(dialect_id)

    def _record(self, sid: str, viewer: str) -> None:
        now = self._line.clock()
        today = now.astimezone(HOTLINE_ZONE).date()
        if (sid, viewer, today) in self._recorded:
            return
        self._line.calls.record_reading(sid, viewer, on=today, at=now)
        self._recorded.add((sid, viewer, today))

    def _live(self, call: Call) -> LiveCall:
        identification = call.identification
        note = self._line.calls.handover(call.sid)
        agent = self._line.settings.agent(call.agent_id)
        show = self._line.settings.privacy.show_numbers
        name = self._line.catalogue.name
        return LiveCall(
            call_sid=call.sid,
            state=call.state,
            caller=call.caller_number if show else mask_number(call.caller_number),
            elder=call.elder,
            entry=call.entry or "prompted",
            language=_BCP47.get(call.language, call.language),
            started_at=call.started_at,
            entered_at=call.entered_at,
            answered_at=call.answered_at,
            ended_at=call.ended_at,
            outcome=call.outcome,
            is_counted=counts(call),
            by_fallback=call.by_fallback,
            posterior=tuple((id_, name(id_), p) for id_, p in identification.best()) if identification else (),
            abstained=identification is None or identification.abstained,
            evidence=tuple((item.source.value, item.text, item.weight) for item in identification.evidence)
            if identification
            else (),
            transcript=call.transcript,
            recognizer=call.recognizer,
            trust=trust_in(call, self._line.catalogue),
            need=self._knowing.need_in_words(call),
            urgent=is_urgent(call.need),
            handover=note.text if note else None,
            agent_id=call.agent_id,
            agent_name=agent.name if agent else None,
            matched=call.matched,
            choice=self._choice(call),
            company=next((each.zh for each in self._line.settings.companies if each.id == call.company), None),
            passed_on=len(call.passed_on),
        )

    def _choice(self, call: Call) -> ChoiceView | None:
        """The router's last choice, while the call is with the agent it chose."""
        trace = call.routing[-1] if call.routing else None
        if trace is None or trace["agent_id"] != call.agent_id:
            return None
        return choice_view(trace, self._line.settings)


def choice_view(trace: Mapping[str, Any], settings: Settings) -> ChoiceView:
    """Why an agent was chosen, from what the books keep of it, with the names staff know."""
    names = {agent.id: agent.name for agent in settings.agents}
    sites = {site.id: site.name for site in settings.sites}
    chosen, *others = trace["considered"]
    return ChoiceView(
        match=trace["match"],
        step=trace["step"],
        waited_seconds=trace["waited_seconds"],
        site=sites.get(chosen["site"]),
        tier=chosen["tier"],
        bond=trace["bond"],
        free=trace["free"],
        others=tuple(names.get(each["agent_id"], each["agent_id"]) for each in others),
    )


def _given(consent: Consent | None) -> bool | None:
    return consent.given if consent else None
