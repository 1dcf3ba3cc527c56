"""What the replies' inbox and the opt-outs show; knows nothing of Streamlit or HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from elder_channel.services.opt_out_board import ListedOptOut
from elder_channel.services.reply_inbox import InboxReply
from greeting_sms.consent import THE_CUSTOMER
from greeting_sms.inbound.labels import Label
from ui.words import ZH, Text, say, say_value

_FIRST_OF_HELD = (Label.OPT_OUT, Label.OTHER)
"""Of a reply that holds its number: confirmed, or let go."""


@dataclass(frozen=True)
class ReplyCard:
    """One reply."""

    sid: str
    etag: str
    head: Text
    """What it is taken for."""
    urgent: bool
    held: bool
    """Nothing is sent to the number until somebody says."""
    is_taken: bool
    """Whether anything is said of it yet."""
    number: str
    time: str
    words: str
    how: Text
    """Who or what says so."""
    choices: tuple[tuple[Label, Text], ...]
    """What may be said of it: what it is taken for first, as a yes."""
    order_id: int | None


@dataclass(frozen=True)
class OptOutCard:
    """One number."""

    key: str
    number: str
    since: Text
    changes: tuple[Text, ...]


def present_replies(replies: Sequence[InboxReply], *, zone: tzinfo) -> list[ReplyCard]:
    """One card a reply, in the order given."""
    return [_reply(each, zone) for each in replies]


def present_opt_outs(listed: Sequence[ListedOptOut], *, zone: tzinfo) -> list[OptOutCard]:
    """One card a number, in the order given."""
    return [
        OptOutCard(
            each.key,
            each.number,
            _since(each, zone),
            tuple(_change(change, zone) for change in each.changes),
        )
        for each in listed
    ]


def label_words(label: Label) -> Text:
    """A label in words."""
    return say(f"reply.label.{label}")


def _reply(reply: InboxReply, zone: tzinfo) -> ReplyCard:
    taken = reply.meaning
    first = _FIRST_OF_HELD if reply.held else (taken,) if taken else ()
    order = [*first, *(label for label in Label if label not in first)]
    return ReplyCard(
        reply.sid,
        reply.etag,
        _head(reply),
        taken is Label.URGENT or reply.perhaps_urgent,
        reply.held,
        taken is not None or reply.held,
        reply.number,
        _moment(reply.received_at, zone),
        reply.words,
        _how(reply),
        tuple((label, _choice(label, reply)) for label in order),
        reply.order_id,
    )


def _how(reply: InboxReply) -> Text:
    if reply.confirmed:
        return say("reply.confirmed")
    decider = reply.decided_by.partition(":")[0]
    if decider == "model" and reply.probability is not None:
        return say("reply.by.model", percent=f"{reply.probability:.0%}")
    return say("reply.by.model_plain") if decider == "model" else say_value("reply.by", decider)


def _head(reply: InboxReply) -> Text:
    if reply.perhaps_urgent:
        return say("reply.perhaps_urgent")
    if reply.meaning:
        return label_words(reply.meaning)
    return say("reply.held") if reply.held else say("reply.unsure")


def _choice(label: Label, reply: InboxReply) -> Text:
    if reply.held and label in _FIRST_OF_HELD:
        return say("reply.held.confirm") if label is Label.OPT_OUT else say("reply.held.release")
    key, words = "reply.confirm" if label is reply.meaning else "reply.correct", label_words(label)
    return Text(say(key, label=words.zh).zh, say(key, label=words.en).en)


def _since(each: ListedOptOut, zone: tzinfo) -> Text:
    source = say_value("opt_outs.source", each.source)
    time = _moment(each.since, zone)
    return Text(
        say("opt_outs.since", time=time, source=source.zh).zh,
        say("opt_outs.since", time=time, source=source.en or source.zh).en,
    )


def _change(change: tuple[datetime, bool, str, str], zone: tzinfo) -> Text:
    at, opted_out, by, reason = change
    who = say("opt_outs.who.customer") if by == THE_CUSTOMER else Text(by, by)
    why = say(f"opt_outs.source.{reason}") if f"opt_outs.source.{reason}" in ZH else Text(reason, reason)
    key, time = "opt_outs.change.out" if opted_out else "opt_outs.change.back", _moment(at, zone)
    return Text(say(key, time=time, who=who.zh, reason=why.zh).zh, say(key, time=time, who=who.en, reason=why.en).en)


def _moment(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
