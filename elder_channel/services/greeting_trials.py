"""Test texts: a campaign's words on the phones of whoever works on it, before anybody else reads them.

Only numbers of `greetings.test_numbers` get any; the same token sends nothing twice; so many an hour and no more. They
are kept apart from the greetings: nobody's year is used up by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

import structlog
from sqlalchemy.engine import Connection

from elder_channel.bootstrap import Line
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.accounts import Account, Role
from elder_channel.services.corrections import AccountDirectory, allowed_role
from elder_channel.services.errors import CampaignRefusedError
from elder_channel.services.greeting_sending import GreetingSending
from elder_channel.storage.engine import reading, writing
from greeting_sms import trial_texts as books
from greeting_sms.campaign import Campaign, Text
from greeting_sms.campaign_books import CampaignState, CampaignVersion, versions
from greeting_sms.caps import channel_cap
from greeting_sms.channel import Action, channel_for
from greeting_sms.consent import suppressed
from greeting_sms.errors import TemplateError
from greeting_sms.holds import held
from greeting_sms.prices import prices_of
from greeting_sms.receipts import heed
from greeting_sms.sample_words import sample_wording
from greeting_sms.stops import is_stopped
from greeting_sms.trial_texts import Asked, Trial, TrialText

log = structlog.get_logger()

MAY_TEST = frozenset({Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR})
MAX_TOKEN_CHARACTERS = 64
MOST_SHOWN = 200
_OVER = (CampaignState.REJECTED, CampaignState.CANCELLED)


class GreetingTrials:
    """Test texts of campaigns."""

    def __init__(self, line: Line, accounts: AccountDirectory) -> None:
        self._line = line
        self._accounts = accounts
        self._engine = line.databases.greetings

    def numbers(self) -> tuple[str, ...]:
        """Who may get test texts at all."""
        return self._line.settings.greetings.test_numbers

    def newest(self, campaign_id: str, *, most: int = 50) -> list[TrialText]:
        """A campaign's test texts with what came of them, the newest first."""
        with reading(self._engine).connect() as connection:
            return books.newest(connection, campaign_id, most=min(most, MOST_SHOWN))

    def send(
        self,
        campaign_id: str,
        *,
        by: Account,
        token: str,
        version: int | None = None,
        templates: Sequence[str] = (),
        numbers: Sequence[str] = (),
    ) -> list[TrialText]:
        """Send each template (default: all) of a version (default: the newest) to each number, once a token.

        Without `numbers` the campaign's own `test_numbers` get it, else the whole list of the settings. A token that
        was used sends nothing and tells what it sent. Raises NotAllowedError, CampaignRefusedError with the reason,
        and ChannelError where a channel is not set up.
        """
        allowed_role(self._accounts, by, MAY_TEST)
        found = self._version(campaign_id, version)
        asked = self._asked(found, _checked(token), by)
        trials = self._trials(found.campaign, _texts(found.campaign, templates), self._readers(found, numbers))
        channels = {trial.channel: self._line.text_channels.channel(trial.channel) for trial in trials}
        with writing(self._engine) as connection:
            written = {} if books.of_token(connection, asked.token) else self._write(connection, asked, trials)
        for id_, trial in written.items():
            result = channels[trial.channel].post(books.outgoing(id_, trial, at=asked.at), now=self._line.clock())
            with writing(self._engine) as connection:
                books.answered(connection, asked, id_, trial, result)
                if result.action in (Action.OPT_OUT, Action.STOP_NUMBER):
                    heed(connection, trial.number, result.action, result.code, now=self._line.clock())
        if written:
            log.info(
                "greetings.tested", campaign=campaign_id, version=found.version, texts=len(written), by=by.username
            )
        with reading(self._engine).connect() as connection:
            return books.of_token(connection, asked.token)

    def _version(self, campaign_id: str, version: int | None) -> CampaignVersion:
        with reading(self._engine).connect() as connection:
            known = versions(connection, campaign_id)
        found = next((each for each in known if version in (None, each.version)), None)
        if found is None:
            named = f"version {version} of a campaign" if version else "campaign"
            raise CampaignRefusedError("campaign_unknown", f"There is no {named} {campaign_id[:40]}.")
        if found.state in _OVER:
            raise CampaignRefusedError(
                "wrong_state", f"Version {found.version} of {campaign_id} is {found.state}; propose a new one."
            )
        return found

    def _asked(self, found: CampaignVersion, token: str, by: Account) -> Asked:
        now = self._line.clock()
        return Asked(token, found.campaign.id, found.version, by.username, now, now.astimezone(HOTLINE_ZONE).date())

    def _readers(self, found: CampaignVersion, numbers: Sequence[str]) -> tuple[str, ...]:
        """Whoever gets the texts; everybody of them on the site's list."""
        allowed = self.numbers()
        if not allowed:
            raise CampaignRefusedError(
                "no_test_numbers", "Nobody may get test texts yet: the list greetings.test_numbers is empty."
            )
        chosen = tuple(dict.fromkeys(numbers or found.campaign.test_numbers or allowed))
        for number in chosen:
            if number not in allowed:
                raise CampaignRefusedError(
                    "not_a_test_number", f"{number[:20]} is not on the list greetings.test_numbers."
                )
        return chosen

    def _trials(self, campaign: Campaign, texts: Iterable[Text], numbers: Sequence[str]) -> list[Trial]:
        settings = self._line.settings.greetings
        prices, made = prices_of(settings), []
        for text in texts:
            for number in numbers:
                channel = channel_for(number, mainland=settings.mainland_channel, elsewhere=settings.foreign_channel)
                try:
                    wording = sample_wording(campaign, text, number)
                except TemplateError as error:
                    raise CampaignRefusedError(error.code, str(error)) from error
                made.append(Trial(text.id, number, channel, wording, wording.segments * prices.micros(number)))
        return made

    def _write(self, connection: Connection, asked: Asked, trials: Sequence[Trial]) -> dict[int, Trial]:
        """Whether all of them may go, in the transaction that writes them down."""
        numbers = {trial.number for trial in trials}
        if refused := sorted(suppressed(connection, numbers) | held(connection, numbers)):
            raise CampaignRefusedError(
                "opted_out", f"{refused[0]} has opted out, or may have; nobody texts it, not as a test either."
            )
        rest = self._line.settings.greetings.test_texts_per_hour - books.asked_since(connection, asked.at - books.HOUR)
        if len(trials) > rest:
            raise CampaignRefusedError(
                "too_many_tests",
                f"These are {len(trials)} test texts, and {max(rest, 0)} are left this hour"
                " (greetings.test_texts_per_hour); choose fewer templates or numbers, or wait.",
            )
        sending = GreetingSending(self._line)
        for name in {trial.channel for trial in trials}:
            if is_stopped(connection, name):
                raise CampaignRefusedError("stopped", f"Sending by {name} is stopped; go-on takes that back.")
            if cap := channel_cap(connection, asked.today, sending.rules(name)):
                raise CampaignRefusedError("cap_reached", f"{cap.scope}: {cap.reason}.")
        written = books.write(connection, asked, trials)
        if written is None:  # the same token at the same moment: what is written here is taken back
            raise CampaignRefusedError("token_used", "Somebody sends under this token just now.")
        return written

    def forget_old(self) -> int:
        """Forget tests that are older than greetings are kept (law 7); how many."""
        before = self._line.clock() - timedelta(days=self._line.settings.greetings.keep_days)
        with writing(self._engine) as connection:
            return books.forget_before(connection, before)


def _texts(campaign: Campaign, templates: Sequence[str]) -> tuple[Text, ...]:
    try:
        return tuple(campaign.text(each) for each in dict.fromkeys(templates)) or campaign.templates
    except TemplateError as error:
        known = ", ".join(text.id for text in campaign.templates)
        raise CampaignRefusedError("template_unknown", f"{error}; there are {known}.") from error


def _checked(token: str) -> str:
    told = token.strip()
    if not told or len(told) > MAX_TOKEN_CHARACTERS or not told.isprintable():
        raise CampaignRefusedError("token", f"A token has 1 to {MAX_TOKEN_CHARACTERS} printable characters.")
    return told
