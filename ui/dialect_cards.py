"""What the page of dialects shows; knows nothing of Streamlit or HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo

from dialects.additions import Addition, Kind, TakenBack
from dialects.measured import MeasuredDialect, commands
from dialects.needs import load_needs
from dialects.sentence_trials import NO_NEED, Answer, Change
from elder_channel.services.dialect_board import DialectRow, DialectSheet, Measured
from elder_channel.services.dialect_words import Trial, Words
from ui.dialect_texts import REVIEWS
from ui.words import Text, say, say_value

CHANGES_SHOWN = 30
PROVINCES_SHOWN = 3


@dataclass(frozen=True)
class RowLine:
    """One dialect of the grid."""

    id: str
    name: Text
    cells: tuple[Text, ...]
    """Provinces, words, added here, recognizer, prompts, people, measured."""


@dataclass(frozen=True)
class AreaLine:
    """One area code."""

    code: str
    places: str
    share: str
    basis: Text


@dataclass(frozen=True)
class Glossary:
    """The words that differ, and whose they are."""

    words: tuple[tuple[str, str, str], ...]
    """(word, Mandarin, English)."""
    lent: Text | None
    source: Text
    pages: tuple[tuple[str, str], ...]
    """(title, address) of the sources that are pages."""


@dataclass(frozen=True)
class MeasuredLine:
    """One figure of the dialect, and where it is from."""

    what: Text
    figure: str
    count: str
    source: Text


@dataclass(frozen=True)
class SheetCard:
    """Everything about one dialect."""

    id: str
    name: Text
    classification: str
    codes: str
    provinces: tuple[tuple[str, float], ...]
    areas: tuple[AreaLine, ...]
    hearing: tuple[Text, ...]
    sound: Text
    measured: tuple[MeasuredLine, ...]
    """Writing down, then sound; a line that says so where nobody has measured."""
    people: tuple[Text, ...]
    coverage: Text
    glossary: Glossary | None
    review: tuple[tuple[Text, Text], ...]
    """(part, who has checked it)."""
    cues_title: Text
    cues: tuple[tuple[str, str], ...]
    """(word, weight)."""
    phrases: tuple[tuple[Text, str, Text, str], ...]
    """(need, shipped ways, their status, ways added here)."""


@dataclass(frozen=True)
class ChangeLine:
    """A sentence whose answer changes."""

    text: str
    before: Text
    after: Text
    verdict: str
    """`better`, `worse` or `other`."""


@dataclass(frozen=True)
class TrialCard:
    """What would become of the stored sentences."""

    summary: Text
    lines: tuple[ChangeLine, ...]
    more: Text | None
    worse: int


@dataclass(frozen=True)
class OwnLine:
    """One word the site has added."""

    addition: Addition
    what: Text
    by: Text
    note: str


@dataclass(frozen=True)
class OwnCard:
    """What the site has added to the dialect."""

    lines: tuple[OwnLine, ...]
    history: tuple[Text, ...]
    """Newest first."""
    etag: str
    problem: str | None


def name_of(row: DialectRow) -> Text:
    """A dialect by its names."""
    return Text(row.zh, row.en)


def present_row(row: DialectRow) -> RowLine:
    """One row of the grid."""
    people = "、".join(each.name for each in row.speakers)
    return RowLine(
        row.id,
        name_of(row),
        (
            Text("、".join(row.provinces[:PROVINCES_SHOWN]), ""),
            Text(str(row.cues), ""),
            Text(str(row.own_words), ""),
            say_value("dialects.quality", row.quality),
            Text(f"{row.recorded}/{row.to_record}", ""),
            Text(people, "") if people else say("dialects.nobody"),
            _measured(row.measured) if row.measured else say("dialects.unmeasured"),
        ),
    )


def present_sheet(sheet: DialectSheet, names: Mapping[str, Text]) -> SheetCard:
    """One dialect; `names` are those of all dialects by id."""
    row = sheet.row
    return SheetCard(
        id=row.id,
        name=name_of(row),
        classification=sheet.classification,
        codes=" · ".join(sheet.codes),
        provinces=sheet.by_province,
        areas=tuple(
            AreaLine(area.code, "、".join(area.cities), f"{area.share:.0%}", say_value("dialects.basis", area.basis))
            for area in sheet.areas
        ),
        hearing=_hearing(sheet),
        sound=_sound(row.measured),
        measured=(*_written(sheet.measured), *_heard(row.measured, sheet.measured)),
        people=_people(row),
        coverage=say(
            "dialects.coverage.figure", count=row.to_record, recorded=row.recorded, reached=f"{row.reached:.0%}"
        ),
        glossary=_glossary(sheet, names),
        review=tuple(
            (say_value("dialects.review", part), Text(REVIEWS.get(who, who), who)) for part, who in sheet.review.items()
        ),
        cues_title=say("dialects.cues.title", count=len(sheet.cues)),
        cues=tuple((cue.word, f"{cue.weight:g}") for cue in sheet.cues),
        phrases=tuple(
            (
                Text(each.zh, each.en),
                "、".join(each.texts),
                say_value("dialects.status", each.status) if each.status else Text("", ""),
                "、".join(each.added),
            )
            for each in sheet.phrases
        ),
    )


def present_trial(trial: Trial, names: Mapping[str, Text]) -> TrialCard:
    """What would change, the worst first."""
    other = len(trial.changes) - trial.better - trial.worse
    told = {"count": trial.sentences, "better": trial.better, "worse": trial.worse, "other": other}
    more = len(trial.changes) - CHANGES_SHOWN
    return TrialCard(
        summary=say("dialects.trial.some", **told) if trial.changes else say("dialects.trial.none", **told),
        lines=tuple(_change(each, names) for each in trial.changes[:CHANGES_SHOWN]),
        more=say("dialects.trial.more", count=more) if more > 0 else None,
        worse=trial.worse,
    )


def present_own(words: Words, *, zone: tzinfo) -> OwnCard:
    """What the site has added, the newest first; times of day are given in `zone`."""
    return OwnCard(
        lines=tuple(_own(each, zone) for each in reversed(words.additions.added)),
        history=tuple(_gone(each, zone) for each in reversed(words.additions.taken_back)),
        etag=words.etag,
        problem=words.problem,
    )


def _measured(measured: Measured) -> Text:
    top, span, of = f"{measured.top1:.0%}", f"{measured.low:.0%}–{measured.high:.0%}", f"n={measured.utterances}"
    return Text(f"{top}（{span}，{of}）", f"{top} ({span}, {of})")


def _sound(measured: Measured | None) -> Text:
    if measured is None:
        return say("dialects.sound.none")
    return say(
        "dialects.sound.figure",
        count=measured.utterances,
        top1=f"{measured.top1:.0%}",
        low=f"{measured.low:.0%}",
        high=f"{measured.high:.0%}",
        top3=f"{measured.top3:.0%}",
    )


def _written(found: MeasuredDialect) -> tuple[MeasuredLine, ...]:
    """What the recognizer writes wrongly, by kind of recording."""
    if not found.written:
        return (_unmeasured("dialects.accuracy.written"),)
    return tuple(
        MeasuredLine(
            say(f"dialects.accuracy.written.{each.report}"),
            f"{each.error_rate:.0%}" + ("" if each.low is None else f"（{each.low:.0%}–{each.high:.0%}）"),
            str(each.clips),
            Text(f"{each.measured_on} · {commands()[each.report]}", ""),
        )
        for each in found.written
    )


def _heard(left_out: Measured | None, found: MeasuredDialect) -> tuple[MeasuredLine, ...]:
    """How often the head names it: on sources left out of training, and on others never trained on."""
    lines = []
    if left_out is not None:
        figure = f"{left_out.top1:.0%}（{left_out.low:.0%}–{left_out.high:.0%}） / {left_out.top3:.0%}"
        source = say("dialects.accuracy.card")
        lines.append(MeasuredLine(say("dialects.accuracy.left_out"), figure, str(left_out.utterances), source))
    lines += [
        MeasuredLine(
            say("dialects.accuracy.never"),
            f"{each.top1:.0%} / {each.top3:.0%}",
            str(each.utterances),
            Text(f"{each.measured_on} · {commands()[each.report]}", ""),
        )
        for each in found.sound
    ]
    return tuple(lines) or (_unmeasured("dialects.accuracy.sound"),)


def _unmeasured(key: str) -> MeasuredLine:
    return MeasuredLine(say(key), "", "", say("dialects.unmeasured"))


def _hearing(sheet: DialectSheet) -> tuple[Text, ...]:
    second = "、".join(sheet.row.second_hearing)
    lines = [
        say("dialects.hearing.second", names=second) if second else say("dialects.hearing.whisper"),
        say("dialects.hearing.recommended", names="、".join(sheet.recommended)),
        say_value("dialects.quality", sheet.row.quality),
    ]
    if sheet.published_error:
        lines.append(say("dialects.hearing.error", rate=sheet.published_error))
    return tuple(lines)


def _people(row: DialectRow) -> tuple[Text, ...]:
    if not row.speakers:
        return (say("dialects.people.none"), say("dialects.people.where"))
    return tuple(
        say("dialects.people.line", name=each.name, level=each.level, site=f" · {each.site}" if each.site else "")
        for each in row.speakers
    )


def _glossary(sheet: DialectSheet, names: Mapping[str, Text]) -> Glossary | None:
    words = sheet.words
    if words is None:
        return None
    lender = names.get(words.of, Text(words.of, words.of))
    lent = Text(say("dialects.glossary.of", name=lender.zh).zh, say("dialects.glossary.of", name=lender.en).en)
    return Glossary(
        words=tuple((word.word, word.mandarin, word.english) for word in words.words),
        lent=lent if words.of != sheet.row.id else None,
        source=say("dialects.glossary.pages" if sheet.word_sources else "dialects.glossary.survey"),
        pages=tuple((source.title, source.url) for source in sheet.word_sources),
    )


def _change(change: Change, names: Mapping[str, Text]) -> ChangeLine:
    verdict = "worse" if change.is_worse else "better" if change.is_better else "other"
    return ChangeLine(change.sentence.text, _answer(change.before, names), _answer(change.after, names), verdict)


def _answer(answer: Answer, names: Mapping[str, Text]) -> Text:
    need = load_needs().get(answer.need)
    wanted = Text(need.zh, need.en) if need and answer.need != NO_NEED else say("dialects.answer.none")
    spoken = names.get(answer.dialect or "", None) or say("dialects.answer.no_dialect")
    return Text(f"{wanted.zh}；{spoken.zh}", f"{wanted.en}; {spoken.en}")


def what_of(addition: Addition) -> Text:
    """An addition in words."""
    if addition.kind is Kind.CUE:
        return say("dialects.own.cue", text=addition.text, weight=f"{addition.weight:g}")
    need = load_needs().get(addition.need or "")
    zh, en = (need.zh, need.en) if need else (str(addition.need), str(addition.need))
    key = "dialects.own.phrase"
    return Text(say(key, text=addition.text, need=zh).zh, say(key, text=addition.text, need=en).en)


def _own(addition: Addition, zone: tzinfo) -> OwnLine:
    time = addition.at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    return OwnLine(addition, what_of(addition), say("dialects.own.by", by=addition.by, time=time), addition.note)


def _gone(gone: TakenBack, zone: tzinfo) -> Text:
    what, time = what_of(gone.addition), gone.at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    told = {"by": gone.by, "time": time, "reason": gone.reason}
    key = "dialects.history.line"
    return Text(say(key, what=what.zh, **told).zh, say(key, what=what.en, **told).en)
