"""One tap: makes personal links, tells what a link's page says, and has its number called when the button is pressed.

Looking at a page changes nothing, however often and by whomever: programs that show previews open every link.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urldefrag

import structlog

from bilingual.formatting import Value
from bilingual.language import LanguageEvidence, choose_language
from bilingual.messages import Language, write
from elder_channel.bootstrap import Line
from elder_channel.logs import mask_number
from elder_channel.one_tap.model import Link, PageState
from elder_channel.one_tap.tokens import LinkTokens
from elder_channel.outbound.model import NewRequest, Reason
from elder_channel.outbound.pacing import can_be_rung
from elder_channel.services.errors import ServiceError
from elder_channel.services.line import normal_number
from elder_channel.services.outbound import OutboundService
from elder_channel.storage.one_tap import Taps

log = structlog.get_logger()

PATH = "/tap"


class LinkRefusedError(ServiceError):
    """No link is made for this number or customer; `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class MadeLink:
    """A link as it is given away."""

    url: str
    number: str
    """Masked."""
    expires_at: datetime
    text: str
    """What to send with it, in the customer's language."""


@dataclass(frozen=True)
class Draft:
    """A link that stands in no books yet."""

    link: Link
    token: str
    """What stands in its address."""
    url: str
    languages: tuple[Language, ...]
    """What its reader is written to in; both where nobody knows."""


@dataclass(frozen=True)
class Page:
    """What a link's page says."""

    state: PageState
    number_end: str = ""
    """The last two digits of the number that is called, and no more of it."""
    form_token: str = ""
    language: str | None = None
    """The customer's, as the books have it or as the last call was spoken; None where neither says any."""


class OneTapService:
    """Links, pages, and the button."""

    def __init__(self, line: Line, outbound: OutboundService) -> None:
        self._line = line
        self._outbound = outbound
        self._tokens = LinkTokens(line.secrets.link_secret.get_secret_value())

    def make_link(self, *, number: str | None = None, customer_id: int | None = None, made_by: str) -> MadeLink:
        """A personal link for a number in the books, or for a customer's. Raises `LinkRefusedError`."""
        draft = self.draft(number=number, customer_id=customer_id, made_by=made_by)
        most = self._line.settings.one_tap.max_links_per_day
        link = self._line.one_tap.add(draft.link, most_per_day=most)
        if link is None:
            raise too_many_links(most)
        log.info("one_tap.link_made", link=link.id, customer=link.customer_id, made_by=made_by)
        return MadeLink(draft.url, mask_number(link.number), link.expires_at, self.words(draft))

    def draft(self, *, number: str | None = None, customer_id: int | None = None, made_by: str) -> Draft:
        """A link for whoever may have one, not yet in the books. Raises `LinkRefusedError`."""
        chosen, customer = self._chosen(number, customer_id)
        if not can_be_rung(chosen):
            raise LinkRefusedError("cannot_be_called", "nobody can be called at this number")
        now, name = self._line.clock(), self._tokens.new_name()
        ends = now + timedelta(hours=self._line.settings.one_tap.link_hours)
        token = self._tokens.token(name)
        url = urldefrag(self._line.addresses.url(f"{PATH}/{token}")).url  # a person opens it, not the carrier
        choice = choose_language(LanguageEvidence(customer_language=self._language_of(chosen), number=chosen))
        return Draft(Link(0, name, chosen, customer, now, made_by, ends), token, url, choice.spoken)

    def words(self, draft: Draft, languages: Sequence[Language] | None = None) -> str:
        """The short message that brings the link; in both languages where nobody knows which is read."""
        settings = self._line.settings.one_tap
        names = {Language.ZH: settings.line_name_zh, Language.EN: settings.line_name_en}

        def told(language: Language) -> str:
            values: dict[str, Value] = {"line": names[language], "link": draft.url, "hours": settings.link_hours}
            return write("tap_link_text", language, values=values)

        return "\n".join(told(language) for language in languages or draft.languages)

    def _language_of(self, number: str) -> str | None:
        """The customer's by the books, else the one spoken on the number's last call; None where neither says any."""
        return self._line.customers.at_number(number).language or self._line.calls.language_last_spoken(number)

    def page(self, token: str) -> Page:
        """What the page of this link says now."""
        link = self._link(token)
        if link is None:
            return Page(PageState.WRONG_LINK)
        token_of_form = self._tokens.form_token(link.name)
        return Page(self._state(link), link.number[-2:], token_of_form, self._language_of(link.number))

    def press(self, token: str, form_token: str) -> Page:
        """The button was pressed: the link's number is rung, once, however often this is asked.

        A form that is not of our page presses nothing, and shows the page again.
        """
        page, link = self.page(token), self._link(token)
        if link is None or page.state is not PageState.READY or not self._tokens.form_is_ours(link.name, form_token):
            return page
        now = self._line.clock()
        request = NewRequest(link.outbound_key, Reason.ONE_TAP, link.number, link.customer_id, now, now)
        if not self._line.one_tap.use(link, request, allowed=self._allowed):
            log.warning("one_tap.too_many", link=link.id)
            return Page(PageState.TOO_MANY, page.number_end)
        log.info("one_tap.pressed", link=link.id)
        return self.page(token)

    def names_a_link(self, token: str) -> bool:
        """Whether the token was made here; told without the books, so that guesses cost nothing."""
        return self._tokens.name_in(token) is not None

    def form_is_ours(self, token: str, form_token: str) -> bool:
        """Whether a form that was sent comes from this link's page."""
        name = self._tokens.name_in(token)
        return name is not None and self._tokens.form_is_ours(name, form_token)

    def _state(self, link: Link) -> PageState:
        if self._line.outbound.active_for(link.number, Reason.ONE_TAP):
            return PageState.CALLING
        if link.used_at is not None:
            return PageState.USED
        if self._has_moved(link) or link.expires_at <= self._line.clock():
            return PageState.EXPIRED
        settings = self._line.settings
        calls_people = settings.one_tap.enabled and settings.outbound.enabled
        if not calls_people or not self._outbound.allowance(link.number).may_place:
            return PageState.CLOSED
        return PageState.READY

    def _allowed(self, taps: Taps) -> bool:
        settings = self._line.settings.one_tap
        few = taps.of_number_within_hour < settings.max_taps_per_hour
        return few and taps.of_all_within_minute < settings.max_taps_per_minute

    def _link(self, token: str) -> Link | None:
        name = self._tokens.name_in(token)
        return self._line.one_tap.find(name) if name else None

    def _has_moved(self, link: Link) -> bool:
        """Whether the number is registered no more, or no more for whom the link was made: whose phone is it now?"""
        people = self._line.customers.at_number(link.number).people
        return all(link.customer_id not in (None, listed.customer.id) for listed in people)

    def _chosen(self, number: str | None, customer_id: int | None) -> tuple[str, int | None]:
        """The number a link is for, and whose it is: nobody's in particular where several have it, or family."""
        if customer_id is None:
            chosen = normal_number(number) if number else ""
            at_number = self._line.customers.at_number(chosen)
            if not at_number.people:
                raise LinkRefusedError("not_registered", "no customer with this number is in the books")
            return chosen, at_number.owner.id if at_number.owner else None
        registered = self._line.one_tap.numbers_of(customer_id)
        chosen = normal_number(number) if number else _only_number(customer_id, registered)
        if chosen not in registered:
            raise LinkRefusedError("not_registered", "this number is not registered for this customer")
        return chosen, customer_id


def too_many_links(most: int) -> LinkRefusedError:
    """What is said to who asks for one more."""
    return LinkRefusedError("too_many", f"this number has had {most} links within a day")


def _only_number(customer: int, registered: Sequence[str]) -> str:
    if not registered:
        raise LinkRefusedError("not_registered", "no customer with this id, or no number of theirs, is in the books")
    if len(registered) > 1:
        text = f"customer {customer} has {len(registered)} numbers; say which one with --number"
        raise LinkRefusedError("which_number", text)
    return registered[0]
