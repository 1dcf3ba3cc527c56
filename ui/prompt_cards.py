"""What the page of prompts shows; knows nothing of Streamlit or HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo

from elder_channel.prompts.coverage import TakeStatus
from elder_channel.prompts.findings import Finding, finding_from
from elder_channel.prompts.model import Take, TakeDone, TakeState
from elder_channel.prompts.voices import Voice
from elder_channel.services.accounts import Account
from elder_channel.services.prompt_board import Coverage, PromptRow
from elder_channel.services.prompt_takes import MAY_DECIDE, MAY_RECORD
from ui.words import Text, say


@dataclass(frozen=True)
class FindingLine:
    """One finding."""

    severity: str
    title: Text
    text: Text


@dataclass(frozen=True)
class TakeCard:
    """One version of one message in one voice."""

    id: int
    version: int
    etag: str
    title: Text
    state: Text
    findings: tuple[FindingLine, ...]
    may_listen: bool
    is_played: bool
    may_decide: bool
    why_not_decide: Text | None
    """Why who looks may not approve or reject it."""
    may_put_back: bool
    may_take_out: bool
    may_withdraw: bool


@dataclass(frozen=True)
class PromptCard:
    """One message in the voice that was chosen."""

    id: str
    purpose: Text
    zh: tuple[str, ...]
    en: tuple[str, ...]
    wording: tuple[str, ...]
    reading: tuple[str, ...]
    """How it is pronounced, where somebody wrote it down."""
    own_words: Text | None
    """For a dialect: how far the wording is to be trusted."""
    status: TakeStatus
    state: Text
    reach: Text
    may_record: bool
    why_not_record: Text | None
    takes: tuple[TakeCard, ...]
    """Waiting ones first, then what is played, then the others, newest first."""
    acts: tuple[Text, ...]


@dataclass(frozen=True)
class CoverageLine:
    """One dialect of the table."""

    name: Text
    callers: str
    counts: tuple[str, ...]
    """Played, to be approved, to be recorded anew, missing."""
    reached: str


@dataclass(frozen=True)
class NextLine:
    """One recording that had best be made next."""

    voice_tag: str
    message_id: str
    button: Text
    gain: Text


@dataclass(frozen=True)
class CoverageCard:
    """What there is, and what is missing."""

    summary: Text
    lost: tuple[Text, ...]
    """What is in force and cannot be played."""
    callers: Text
    lines: tuple[CoverageLine, ...]
    best: tuple[NextLine, ...]


def voice_name(voice: Voice) -> Text:
    """A voice by its names."""
    return Text(voice.zh, voice.en)


def present_prompt(row: PromptRow, voice: Voice, *, viewer: Account, zone: tzinfo) -> PromptCard:
    """One message; times of day are given in `zone`."""
    takes = [*row.waiting, *([row.in_force] if row.in_force else []), *row.earlier]
    may = viewer.role in MAY_RECORD
    versions = {take.id: take.version for take in takes}
    return PromptCard(
        id=row.message.id,
        purpose=Text(row.message.purpose_zh or row.message.purpose, row.message.purpose),
        zh=tuple(row.message.zh),
        en=tuple(row.message.en),
        wording=row.wording.texts,
        reading=row.wording.reading,
        own_words=_own_words(row, voice),
        status=row.status,
        state=_state(row, voice),
        reach=say("prompt.reach", percent=f"{row.reach:.0%}"),
        may_record=row.why_not is None and may,
        why_not_record=None if may else say("prompt.record.only_staff"),
        takes=tuple(_take(take, row, viewer, zone) for take in takes),
        acts=tuple(_act(act, versions, zone) for act in row.acts),
    )


def present_findings(findings: tuple[Finding, ...]) -> tuple[FindingLine, ...]:
    """The findings, the gravest first as they come."""
    order = ("refused", "caution", "note")
    lines = (
        FindingLine(str(each.severity), say(f"prompt.severity.{each.severity}"), Text(each.zh, each.en))
        for each in findings
    )
    return tuple(sorted(lines, key=lambda line: order.index(line.severity)))


def present_coverage(found: Coverage, voices: Mapping[str, Voice]) -> CoverageCard:
    """The table, and what to record next."""
    calls = found.callers.calls
    return CoverageCard(
        summary=say("coverage.summary", any=found.dialects_with_any, messages=found.messages),
        lost=tuple(
            _filled("coverage.lost", name=voice_name(voices[take.voice_tag]), id=take.message_id, version=take.version)
            for take in found.lost
        ),
        callers=say("coverage.by_calls", calls=calls) if calls else say("coverage.by_places"),
        lines=tuple(
            CoverageLine(
                name=voice_name(voices[each.tag]),
                callers=f"{each.callers:.1%}",
                counts=tuple(str(each.counts[status]) for status in TakeStatus),
                reached=f"{each.reached:.0%}",
            )
            for each in found.voices
        ),
        best=tuple(
            NextLine(
                voice_tag=each.voice_tag,
                message_id=each.message_id,
                button=_filled("coverage.next.go", name=voice_name(voices[each.voice_tag]), id=each.message_id),
                gain=say("coverage.next.gain", gain=f"{each.gain:.1%}"),
            )
            for each in found.best
        ),
    )


def _own_words(row: PromptRow, voice: Voice) -> Text | None:
    if not voice.is_dialect:
        return None
    key = {None: "own_words", "draft": "draft"}.get(row.wording.review, "checked")
    return _filled(f"prompt.wording.{key}", name=voice_name(voice))


def _state(row: PromptRow, voice: Voice) -> Text:
    name = voice_name(voice)
    if row.why_not:
        return say(f"prompt.cannot.{row.why_not}")
    if row.status is TakeStatus.IN_FORCE and row.in_force:
        told = {"version": row.in_force.version, "speaker": row.in_force.speaker}
        return _filled("prompt.status.in_force", name=name, **told)
    if row.status is TakeStatus.OUTDATED and row.in_force:
        return say("prompt.status.outdated", version=row.in_force.version)
    return _filled(f"prompt.status.{row.status}", name=name)


def _take(take: Take, row: PromptRow, viewer: Account, zone: tzinfo) -> TakeCard:
    is_played = take is row.in_force
    time = take.recorded_at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    told = {"speaker": take.speaker, "by": take.recorded_by, "time": time, "seconds": f"{take.seconds:.1f}"}
    decides = viewer.role in MAY_DECIDE
    own = viewer.username in (take.recorded_by, take.speaker)
    waits, approved = take.state is TakeState.WAITING, take.state is TakeState.APPROVED
    return TakeCard(
        id=take.id,
        version=take.version,
        etag=take.etag,
        title=say("prompt.take", version=take.version, **told),
        state=say("prompt.take.played") if is_played else say(f"prompt.take.{take.state}", by=take.decided_by or ""),
        findings=present_findings(tuple(finding_from(each) for each in take.findings)),
        may_listen=take.state.holds_sound,
        is_played=is_played,
        may_decide=waits and decides and not own,
        why_not_decide=_why_not(decides=decides, own=own) if waits else None,
        may_put_back=approved and decides and not is_played,
        may_take_out=is_played and decides,
        may_withdraw=take.state.holds_sound and (decides or take.recorded_by == viewer.username),
    )


def _why_not(*, decides: bool, own: bool) -> Text | None:
    if own:
        return say("prompt.decide.own")
    return None if decides else say("prompt.decide.only_approvers")


def _act(act: TakeDone, versions: Mapping[int, int], zone: tzinfo) -> Text:
    time = act.at.astimezone(zone).strftime("%m-%d %H:%M")
    return say(f"prompt.act.{act.act}", time=time, who=act.by, version=versions[act.take_id], reason=act.reason)


def _filled(key: str, *, name: Text, **fields: object) -> Text:
    """A sentence with a name that differs between the languages."""
    return Text(say(key, name=name.zh, **fields).zh, say(key, name=name.en, **fields).en)
