"""What the agent desk shows, worked out from the services; knows nothing of Streamlit or HTML."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from dialects.glossary import Banner
from dialects.glossary_words import word_sources
from elder_channel.services.desk import DeskCall, DeskView
from elder_channel.services.desk_note import DeskNote, EarlierCall
from ui.consent_cards import ConsentCard, present_consent
from ui.presenters import (
    WITHHELD,
    DialectBar,
    EvidenceLine,
    dialect_bar,
    evidence_line,
    language_text,
    minutes_and_seconds,
    readable,
    reason,
    time_of_day,
)
from ui.subtitle_cards import SubtitleCard, present_subtitles
from ui.words import Text, say, say_value


@dataclass(frozen=True)
class PresenceBar:
    """The agent's own state."""

    id: str
    words: Text
    hint: Text
    may_come: bool
    may_leave: bool


@dataclass(frozen=True)
class Past:
    """An earlier call in one line."""

    when: str
    text: str
    outcome: Text
    somebody_else: Text | None


@dataclass(frozen=True)
class DeskCard:
    """The call on the desk."""

    sid: str
    state_id: str
    state: Text
    timer: str
    left: Text | None
    """How long the call is still offered."""
    caller: str
    name: str | None
    masked: bool
    born: str | None
    elder: bool
    urgent: bool
    ask_who: Text | None
    """That the number is not one person's own, and only the caller can tell who it is."""
    relative: Text | None
    relative_noted: bool
    """Whether an agent has noted that a relative calls for an elder."""
    language: Text
    language_help: tuple[Text, ...]
    """Where the agent does not speak the caller's language: that it is so, and sentences to say, in both languages."""
    verdict: Text
    abstained: bool
    bars: tuple[DialectBar, ...]
    evidence: tuple[EvidenceLine, ...]
    transcript: str | None
    missing: Text
    subtitles: SubtitleCard | None
    heard_by: Text | None
    trust: Text | None
    need: str | None
    need_id: str | None
    top: str | None
    """Id of the dialect the line holds most probable."""
    top_name: Text
    opening: str
    opening_in_dialect: str | None
    reading: str | None
    words: tuple[tuple[str, str, str], ...]
    """(word, reading in IPA, Mandarin)."""
    words_title: Text
    words_lent: Text | None
    insurance_words: tuple[tuple[str, str, str], ...]
    insurance_lent: Text | None
    words_source: Text
    ask_first: tuple[str, ...]
    questions: tuple[str, ...]
    checked: bool
    may_check: bool
    may_accept: bool
    may_decline: bool
    may_wrap_up: bool
    tried: Text | None
    passed_on: tuple[Text, ...]
    earlier: tuple[Past, ...]
    orders: tuple[Text, ...]
    judged: Text | None
    """What an agent has said of the dialect."""
    verdicts: int
    consent: ConsentCard | None = None
    """Whether the conversation is recorded; None where nothing ever is."""


def present_presence(view: DeskView, *, now: datetime, zone: tzinfo) -> PresenceBar:
    """The agent's state in words."""
    hint = say("presence.since", time=time_of_day(view.since, zone))
    if view.free_at is not None:
        hint = say("presence.rest", duration=minutes_and_seconds((view.free_at - now).total_seconds()))
    presence = view.presence.value
    return PresenceBar(
        id=presence,
        words=say(f"presence.{presence}"),
        hint=hint,
        may_come=presence in ("absent", "wrapping_up"),
        may_leave=presence in ("idle", "wrapping_up"),
    )


def present_desk_call(call: DeskCall, *, now: datetime, zone: tzinfo) -> DeskCard:
    """The call on the desk; times of day are given in `zone`."""
    note = call.note
    masked = "*" in note.caller or (note.name is not None and "*" in note.name)
    top = note.posterior[0] if note.posterior else None
    words = note.words
    return DeskCard(
        sid=call.sid,
        state_id=call.state,
        state=say(f"desk.{call.state}"),
        timer=_timer(call, now, zone),
        left=_left(call, now),
        caller=note.caller if any(character.isdigit() for character in note.caller) else WITHHELD,
        name=note.name,
        masked=masked,
        born=note.born_on.isoformat() if note.born_on else None,
        elder=note.elder,
        urgent=note.urgent,
        ask_who=_ask_who(note),
        relative=say("who.relative.heard", words=note.relative) if note.relative else None,
        relative_noted=note.relative_noted,
        language=language_text(note.language),
        language_help=_language_help(note),
        verdict=_verdict(note),
        abstained=note.abstained,
        bars=tuple(dialect_bar(*row) for row in note.posterior),
        evidence=tuple(evidence_line(*row) for row in note.evidence),
        transcript=note.transcript,
        missing=say("transcript.off" if call.answered_at else "transcript.none"),
        subtitles=present_subtitles(note.subtitles),
        heard_by=say("transcript.by", recognizer=note.recognizer) if note.transcript and note.recognizer else None,
        trust=say_value("trust", note.trust) if note.trust else None,
        need=reason(note.need) if note.need else None,
        need_id=call.need_id,
        top=top[0] if top else None,
        top_name=Text(top[1], readable(top[0])) if top else Text("", ""),
        opening=note.opening.text,
        opening_in_dialect=note.opening.in_dialect,
        reading=note.opening.reading,
        words=_listed(words),
        words_title=_words_title(note),
        words_lent=_titled("glossary.lent", note) if words and words.of != words.dialect else None,
        insurance_words=_listed(note.insurance_words),
        insurance_lent=_insurance_lent(note),
        words_source=_words_source(note),
        ask_first=note.ask_first,
        questions=note.questions,
        checked=call.identity_checked,
        may_check=call.answered_at is not None and not call.identity_checked,
        may_accept=call.state == "offered",
        may_decline=call.state in ("offered", "ringing"),
        may_wrap_up=call.answered_at is not None,
        tried=say("before.tried", names="、".join(note.tried)) if note.tried else None,
        passed_on=tuple(_passed_on(*each) for each in note.passed_on),
        earlier=tuple(_past(each, zone) for each in note.earlier),
        orders=tuple(
            say("before.order", note=each.note, time=_day_and_time(each.due_at, zone)) for each in note.orders
        ),
        judged=_judged(call),
        verdicts=call.verdicts,
        consent=present_consent(note.recording, zone=zone),
    )


def _timer(call: DeskCall, now: datetime, zone: tzinfo) -> str:
    if call.ended_at:
        return time_of_day(call.ended_at, zone)
    since = call.answered_at or call.entered_at
    return minutes_and_seconds((now - since).total_seconds()) if since else ""


def _judged(call: DeskCall) -> Text | None:
    if call.judged is None:
        return None
    dialect_id, name = call.judged
    return Text(say("judged.corrected", name=name).zh, say("judged.corrected", name=readable(dialect_id)).en)


def _language_help(note: DeskNote) -> tuple[Text, ...]:
    if not note.language_missing:
        return ()
    return tuple(say(f"language.help.{name}") for name in (note.language, "slowly", "wait", "colleague", "hurt"))


def _ask_who(note: DeskNote) -> Text | None:
    if not note.who_calls_is_open:
        return None
    return say("who.several", count=note.people) if note.people > 1 else say("who.family")


def _left(call: DeskCall, now: datetime) -> Text | None:
    if call.offered_until is None:
        return None
    return say("desk.until", seconds=max(0, int((call.offered_until - now).total_seconds())))


def _verdict(note: DeskNote) -> Text:
    if note.language == "en":
        return say("language.en")
    if not note.posterior:
        return say("dialect.none")
    if note.abstained:
        return say("dialect.abstained")
    dialect_id, name_zh, _ = note.posterior[0]
    return Text(say("dialect.likely", name=name_zh).zh, say("dialect.likely", name=readable(dialect_id)).en)


def _titled(key: str, note: DeskNote) -> Text:
    """A sentence on the words, with the names of the dialect and of whose words they are."""
    words = note.words
    if words is None:
        return Text("", "")
    names = {dialect_id: name for dialect_id, name, _ in note.posterior}
    name_zh = names.get(words.dialect, note.words_of)
    chinese = say(key, name=name_zh, of=note.words_of).zh
    return Text(chinese, say(key, name=readable(words.dialect), of=readable(words.of)).en)


def _words_title(note: DeskNote) -> Text:
    return say("glossary.english") if note.language == "en" else _titled("glossary", note)


def _words_source(note: DeskNote) -> Text:
    if note.language == "en":
        return say("glossary.english.source")
    shown = [word for words in (note.words, note.insurance_words) if words for word in words.words]
    return say("glossary.source.pages" if any(word.source in word_sources() for word in shown) else "glossary.source")


def _listed(words: Banner | None) -> tuple[tuple[str, str, str], ...]:
    return tuple((word.word, word.ipa, word.mandarin) for word in words.words) if words else ()


def _insurance_lent(note: DeskNote) -> Text | None:
    words = note.insurance_words
    if words is None or words.of == words.dialect:
        return None
    return Text(
        say("glossary.insurance.lent", of=note.insurance_words_of).zh,
        say("glossary.insurance.lent", of=readable(words.of)).en,
    )


def _passed_on(name: str, note: str) -> Text:
    if note:
        return say("before.passed_on", name=name, note=note)
    return say("before.passed_on.no_note", name=name)


def _past(call: EarlierCall, zone: tzinfo) -> Past:
    text = " · ".join(part for part in (call.need, call.dialect, call.agent) if part)
    return Past(
        when=_day_and_time(call.started_at, zone),
        text=text,
        outcome=say_value("outcome", call.outcome or "open"),
        somebody_else=say("before.somebody_else") if call.somebody_else else None,
    )


def _day_and_time(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).strftime("%m-%d %H:%M")
