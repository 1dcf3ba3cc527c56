"""What the customers' page shows of one person, worked out without Streamlit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from elder_channel.customers.files import CustomerChange, Details
from elder_channel.services.customer_files import CustomerFile, Found
from ui.words import Text, say, say_value

FIELD_WORDS = {
    "elder_flag": "customers.elder",
    "dialect": "customers.dialect",
    "language": "customers.language",
    "hard_of_hearing": "customers.hearing",
    "family_numbers": "customers.family.field",
}
Names = Mapping[str, str]
"""Chinese names of dialects by id."""


@dataclass(frozen=True)
class FileCard:
    """One opened file."""

    title: Text
    facts: tuple[Text, ...]
    consent: Text
    calls: tuple[Text, ...]
    orders: tuple[Text, ...]
    changes: tuple[Text, ...]
    accesses: tuple[Text, ...]
    erase_notes: tuple[Text, ...]
    """What deleting leads to, and what stays."""
    unfinished: Text | None
    """Why it cannot be deleted yet."""


@dataclass(frozen=True)
class ClashLine:
    """One field on which a colleague was first."""

    field: Text
    theirs: Text
    mine: Text


def found_text(found: Found) -> Text:
    """One line of the list, masked."""
    born = say("customers.born", year=found.born_in) if found.born_in else say("customers.born.unknown")
    numbers = same("、".join(found.numbers)) if found.numbers else say("customers.number.none")
    return joined(say("customers.id", id=found.id), same(found.name), numbers, born)


def present_file(file: CustomerFile, *, zone: tzinfo, names: Names) -> FileCard:
    """The file in words."""
    clock = _Clock(zone)
    born = say("customers.born_on", day=file.born_on) if file.born_on else say("customers.born.unknown")
    numbers = same("、".join(file.numbers)) if file.numbers else say("customers.number.none")
    group = (say("customers.of_group", id=file.group_id),) if file.group_id else ()
    source = say_value("customers.dialect_from", file.dialect_from)
    return FileCard(
        title=joined(say("customers.id", id=file.id), same(file.name)),
        facts=(
            numbers,
            born,
            *group,
            Text(
                say("customers.dialect_from", source=source.zh).zh, say("customers.dialect_from", source=source.en).en
            ),
        ),
        consent=_consent(file, clock),
        calls=tuple(
            _filled("customers.call", time=same(clock(call.started_at)), state=_ending(call.state, call.outcome))
            for call in file.calls
        ),
        orders=tuple(
            _filled(
                "customers.order",
                id=same(str(order.id)),
                state=say_value("order.state", order.state),
                owner=same(order.owner),
            )
            for order in file.orders
        ),
        changes=tuple(_change(change, clock, names) for change in file.changes),
        accesses=tuple(
            _filled(
                "customers.access",
                time=same(clock(each.at)),
                by=same(each.by),
                what=say_value("access", each.what),
                reason=same(each.reason),
            )
            for each in file.accesses
        ),
        erase_notes=_erase_notes(file),
        unfinished=say("customers.erase.unfinished", **vars(file.unfinished)) if file.unfinished else None,
    )


def present_clash(fields: tuple[str, ...], mine: Details, now: Details, *, names: Names) -> tuple[ClashLine, ...]:
    """The fields on which a colleague was first, with both values."""
    return tuple(
        ClashLine(
            say(FIELD_WORDS[each]),
            value_text(each, getattr(now, each), names),
            value_text(each, getattr(mine, each), names),
        )
        for each in fields
    )


def value_text(field: str, value: object, names: Names) -> Text:
    """A value of a field in words."""
    if value is None or value == () or value == "":
        return say("customers.elder.unknown" if field == "elder_flag" else "customers.unknown")
    if value in (True, "yes") or value in (False, "no"):
        return say("customers.yes" if value in (True, "yes") else "customers.no")
    if field == "dialect":
        return same(names.get(str(value), str(value)))
    if field == "language":
        return say_value("language", str(value))
    return same("、".join(value) if isinstance(value, tuple) else str(value))


def same(words: str) -> Text:
    """What reads the same in both languages."""
    return Text(words, words)


def joined(*texts: Text) -> Text:
    """Several texts as one line."""
    return Text(" · ".join(text.zh for text in texts), " · ".join(text.en for text in texts))


@dataclass(frozen=True)
class _Clock:
    zone: tzinfo

    def __call__(self, at: datetime) -> str:
        return at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M")


def _filled(key: str, **fields: Text) -> Text:
    """A sentence whose fields are said in both languages themselves."""
    zh = say(key, **{name: text.zh for name, text in fields.items()}).zh
    return Text(zh, say(key, **{name: text.en or text.zh for name, text in fields.items()}).en)


def _consent(file: CustomerFile, clock: _Clock) -> Text:
    if file.consent is None:
        return say("customers.consent.none")
    which = "yes" if file.consent.given else "no"
    time = clock(file.consent.recorded_at)
    return say(f"customers.consent.{which}", time=time, by=file.consent.recorded_by, basis=file.consent.basis)


def _ending(state: str, outcome: str | None) -> Text:
    return say_value("outcome", outcome) if outcome else say_value("state", state)


def _change(change: CustomerChange, clock: _Clock, names: Names) -> Text:
    return _filled(
        "customers.change",
        time=same(clock(change.changed_at)),
        by=same(change.changed_by),
        field=say(FIELD_WORDS[change.field]),
        before=value_text(change.field, change.before, names),
        after=value_text(change.field, change.after, names),
        reason=same(change.reason),
    )


def _erase_notes(file: CustomerFile) -> tuple[Text, ...]:
    kept = file.greetings
    counted = (
        ("opt_outs", kept.opted_out),
        ("greetings", kept.greetings),
        ("texts", kept.texts),
    )
    return (
        say("customers.erase.means"),
        say("customers.erase.keeps"),
        *(say(f"customers.erase.{name}", count=count) for name, count in counted if count),
        say("customers.erase.import"),
    )
