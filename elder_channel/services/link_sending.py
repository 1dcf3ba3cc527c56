"""Sends a personal link by text, to the number it is bound to.

A text the customer asked for is no advertising: an opt-out of the greetings does not hold it back. What does: that the
number is somebody else's, that it takes no texts, that a person has stopped the channel, or that the day's money is
spent. A carrier that knows an opt-out of its own refuses by itself, and that is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
import structlog

from bilingual.messages import Language
from elder_channel.bootstrap import Line
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.logs import mask_number
from elder_channel.one_tap.model import LinkText
from elder_channel.services.greeting_sending import GreetingSending
from elder_channel.services.one_tap import Draft, LinkRefusedError, OneTapService, too_many_links
from elder_channel.storage.engine import reading, writing
from elder_channel.storage.link_texts import Kept, NotKept
from greeting_sms.caps import channel_cap
from greeting_sms.channel import (
    TEMPLATES_ONLY,
    Action,
    Outcome,
    OutgoingText,
    PostResult,
    SmsChannel,
    Wording,
    channel_for,
)
from greeting_sms.consent import WRONG_NUMBER
from greeting_sms.errors import ChannelSetUpError
from greeting_sms.holds import is_held_as
from greeting_sms.inbound.labels import Label
from greeting_sms.prices import prices_of
from greeting_sms.receipts import heed
from greeting_sms.segments import measure
from greeting_sms.spending import Spent, spend
from greeting_sms.stops import is_stopped
from greeting_sms.tables import bad_numbers, opt_outs
from greeting_sms.trial_texts import NO_GREETING, VALID

log = structlog.get_logger()

SPENT_ON = "one-tap links"
"""What the books of spending call these texts; no campaign can have a name with a space."""


@dataclass(frozen=True)
class SentLink:
    """What came of a link that was to be sent; the link itself is for the customer only."""

    number: str
    """Masked."""
    channel: str
    outcome: Outcome
    code: str
    """The carrier's, of an error."""
    expires_at: datetime | None
    """None where the text asked for a moment ago is told again."""
    repeated: bool = False


class LinkSending:
    """Links by text."""

    def __init__(self, line: Line, links: OneTapService) -> None:
        self._line = line
        self._links = links
        self._greetings = line.databases.greetings

    def send(self, *, number: str | None = None, customer_id: int | None = None, made_by: str) -> SentLink:
        """Make a link and text it, once a minute at the most.

        Raises `LinkRefusedError`, and `ChannelError` where the channel is not set up for it.
        """
        draft = self._links.draft(number=number, customer_id=customer_id, made_by=made_by)
        channel = self._channel(draft.link.number)
        wording = self._wording(draft, channel.name)
        self._may_go(draft.link.number, channel.name)
        kept = self._keep(draft, channel.name, wording)
        masked = mask_number(draft.link.number)
        if kept.repeated:
            outcome = Outcome(kept.text.outcome or Outcome.UNKNOWN)
            return SentLink(masked, kept.text.channel, outcome, kept.text.error_code or "", None, repeated=True)
        result = self._post(draft, kept.text, channel, wording)
        log.info(
            "one_tap.link_sent",
            link=kept.text.link_id,
            text=kept.text.id,
            channel=channel.name,
            outcome=result.outcome,
            code=result.code,
            made_by=made_by,
        )
        return SentLink(masked, channel.name, result.outcome, result.code, draft.link.expires_at)

    def _channel(self, number: str) -> SmsChannel:
        settings = self._line.settings.greetings
        name = channel_for(number, mainland=settings.mainland_channel, elsewhere=settings.foreign_channel)
        return self._line.text_channels.channel(name)

    def _wording(self, draft: Draft, channel: str) -> Wording:
        """The words; of a channel that sends templates only, the registered one in the reader's language."""
        if channel not in TEMPLATES_ONLY:
            body = self._links.words(draft)
            return Wording(body, measure(body).segments)
        settings = self._line.settings.one_tap
        templates = {Language.ZH: settings.text_template_zh, Language.EN: settings.text_template_en}
        language = next((each for each in draft.languages if templates[each]), None)
        if language is None:
            raise ChannelSetUpError(channel, f"one_tap.text_template_{draft.languages[0]}")
        body = self._links.words(draft, [language])
        return Wording(
            body,
            measure(body).segments,
            signature=settings.text_signature or settings.line_name_zh,
            template=templates[language],
            variables={"token": draft.token, "hours": str(settings.link_hours)},
        )

    def _may_go(self, number: str, channel: str) -> None:
        today = self._line.clock().astimezone(HOTLINE_ZONE).date()
        with reading(self._greetings).connect() as connection:
            someone_else = opt_outs.c.number == number, opt_outs.c.source == WRONG_NUMBER
            if connection.execute(sa.select(opt_outs.c.number).where(*someone_else)).first():
                raise LinkRefusedError("wrong_number", "who has this number wrote that it is not our customer's")
            if is_held_as(connection, number, Label.WRONG_NUMBER):
                raise LinkRefusedError("wrong_number", "who has this number may have written that it is not theirs")
            if connection.execute(sa.select(bad_numbers.c.number).where(bad_numbers.c.number == number)).first():
                raise LinkRefusedError("takes_no_texts", "the carrier says that this number takes no texts")
            if is_stopped(connection, channel):
                raise LinkRefusedError("stopped", f"sending by {channel} is stopped; greetings go-on takes that back")
            if cap := channel_cap(connection, today, GreetingSending(self._line).rules(channel)):
                raise LinkRefusedError("cap_reached", f"{cap.scope}: {cap.reason}")

    def _keep(self, draft: Draft, channel: str, wording: Wording) -> Kept:
        settings, link = self._line.settings.one_tap, draft.link
        text = LinkText(0, 0, link.number, channel, wording.segments, link.made_at, link.made_by)
        most = {"links_per_day": settings.max_links_per_day, "texts_per_hour": settings.max_texts_per_hour}
        match self._line.link_texts.add(link, text, **most):
            case NotKept.TOO_MANY_LINKS:
                raise too_many_links(settings.max_links_per_day)
            case NotKept.TOO_MANY_TEXTS:
                had = f"this number has had {settings.max_texts_per_hour} texts with a link within an hour"
                raise LinkRefusedError("too_many_texts", had)
            case Kept() as kept:
                return kept

    def _post(self, draft: Draft, text: LinkText, channel: SmsChannel, wording: Wording) -> PostResult:
        """Ask the carrier once. The money is counted before, and taken back where nothing left."""
        self._spend(text, +1)
        going = OutgoingText(NO_GREETING, text.id, text.number, wording, draft.link.made_at + VALID)
        result = channel.post(going, now=self._line.clock())
        self._line.link_texts.answered(text.id, outcome=result.outcome, sid=result.sid, code=result.code)
        if result.outcome is Outcome.NOT_TAKEN:
            self._spend(text, -1)
        if result.action in (Action.OPT_OUT, Action.STOP_NUMBER):
            with writing(self._greetings) as connection:
                heed(connection, text.number, result.action, result.code, now=self._line.clock())
        return result

    def _spend(self, text: LinkText, sign: int) -> None:
        cost = text.segments * prices_of(self._line.settings.greetings).micros(text.number)
        today = text.asked_at.astimezone(HOTLINE_ZONE).date()
        with writing(self._greetings) as connection:
            spend(connection, today, text.channel, SPENT_ON, Spent(sign, sign * text.segments, sign * cost))
