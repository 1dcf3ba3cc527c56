"""Money: prices by country, caps of a day that pause and say so, and the carrier's own prices in place of estimates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.engine import Engine

from elder_channel.supervisor import free_port
from greeting_sms.adapters.http import HttpClient
from greeting_sms.adapters.loopback import LoopbackCarrier
from greeting_sms.adapters.loopback_server import LoopbackServer
from greeting_sms.adapters.own_reference import OwnReferences
from greeting_sms.adapters.twilio_messages import TwilioMessages
from greeting_sms.billed import Billed, apply_prices, read_prices
from greeting_sms.caps import caps_reached
from greeting_sms.errors import ChannelSilentError
from greeting_sms.prices import prices_of
from greeting_sms.sending_limits import CampaignRules
from greeting_sms.settings import GreetingSettings
from greeting_sms.spending import Caps, Spent, spent_on_campaign, spent_on_channel
from tests.fakes.greetings import BIRTHDAY, MORNING, RULES, SHANGHAI, Post, planned

ABROAD, JAMAICA = "+12025550100", "+18765550100"
PRICES = prices_of(GreetingSettings(segment_prices={"+1": 0.06, "+1876": 0.9}))


@pytest.fixture
def post(greetings_engine: Engine) -> Iterator[Post]:
    """The outbox of an empty database, with prices by country."""
    opened = Post(greetings_engine, rules=replace(RULES, prices=PRICES))
    yield opened
    opened.close()


def day_of(at: object) -> date:
    """The hotline's day."""
    return at.astimezone(SHANGHAI).date()  # type: ignore[attr-defined, no-any-return]


def spent(post: Post) -> Spent:
    """On the channel today."""
    with post.engine.connect() as connection:
        return spent_on_channel(connection, BIRTHDAY, "loopback")


def test_each_text_costs_what_its_country_costs(post: Post) -> None:
    """By segment; three texts of two countries and the mainland."""
    post.plan(planned(1), planned(2, number=ABROAD, segments=2), planned(3, number=JAMAICA))
    assert post.sender.drain().accepted == 3
    assert spent(post) == Spent(3, 4, 50_000 + 2 * 60_000 + 900_000)


def test_a_campaign_whose_money_is_spent_pauses_until_tomorrow_and_says_so(post: Post) -> None:
    """Its rows are not even claimed any more; the next day they would go, were it not for their window."""
    campaign = CampaignRules("birthday", caps=Caps(cost_micros=110_000))
    post.campaigns.running_now = (campaign,)
    post.plan(*(planned(n) for n in range(4)))
    assert post.sender.drain().accepted == 2
    assert post.sender.drain().claimed == 0
    with post.engine.connect() as connection:
        found = caps_reached(connection, BIRTHDAY, [post.rules], [campaign])
        tomorrow = caps_reached(connection, BIRTHDAY + timedelta(days=1), [post.rules], [campaign])
    assert [(cap.scope, cap.reason) for cap in found] == [("campaign:birthday", "0.10 spent of 0.11 a day")]
    assert tomorrow == ()


def test_a_channel_whose_money_is_spent_pauses_every_campaign(post: Post) -> None:
    """And a dear text that no longer fits does not go."""
    post.rules = replace(post.rules, caps=Caps(cost_micros=100_000))
    sender = post.another_sender("capped")
    post.plan(planned(1, number=JAMAICA), planned(2, campaign_id="other"), planned(3, campaign_id="other"))
    assert sender.drain().accepted == 0
    post.campaigns.running_now = (CampaignRules("birthday"), CampaignRules("other"))
    assert sender.drain().accepted == 2
    assert sender.drain().claimed == 0
    sender.close()
    assert spent(post).cost_micros == 100_000
    with post.engine.connect() as connection:
        found = caps_reached(connection, BIRTHDAY, [post.rules], post.campaigns.running_now)
    assert [(cap.scope, cap.reason) for cap in found] == [("channel:loopback", "0.10 spent of 0.10 a day")]


def test_what_the_carrier_bills_takes_the_place_of_the_estimate(post: Post) -> None:
    """Once: reading the same list again changes nothing; texts that are not ours are passed over."""
    post.plan(planned(1), planned(2))
    post.sender.drain()
    sids = [text.sid for text in post.carrier.texts()]
    told = [Billed(sids[0], 80_000), Billed(sids[1], 50_000), Billed("SM-not-ours", 9_000_000)]
    for changed in (1, 0):
        with post.engine.begin() as connection:
            assert apply_prices(connection, told, zone_day=day_of) == changed
    assert spent(post) == Spent(2, 2, 130_000)
    with post.engine.connect() as connection:
        assert spent_on_campaign(connection, BIRTHDAY, "birthday").cost_micros == 130_000


def test_twilio_s_list_is_read_with_the_rate_of_its_currency(post: Post) -> None:
    """Over HTTP as the carrier writes it: negative, in dollars; another day's texts are not in it."""
    carrier = LoopbackCarrier(clock=lambda: MORNING)
    with LoopbackServer(carrier, auth_token="token") as server:
        twilio = _twilio(server.url, 10.0)
        post.rules = replace(post.rules, name="twilio")
        sender = post.another_sender("abroad", channel=twilio)
        post.plan(planned(1, number=ABROAD, channel="twilio"))
        assert sender.drain().accepted == 1
        sender.close()
        how = {"zone_day": day_of}
        assert read_prices(post.engine, twilio, MORNING.date() - timedelta(days=1), **how) == 0
        assert read_prices(post.engine, twilio, MORNING.date(), **how) == 1
        assert list(_twilio(server.url, 0.0).billed(MORNING.date())) == []
    with post.engine.connect() as connection:
        assert spent_on_channel(connection, BIRTHDAY, "twilio") == Spent(1, 1, 79_000)
    with pytest.raises(ChannelSilentError):
        list(_twilio(f"http://127.0.0.1:{free_port()}", 1.0).billed(MORNING.date()))


def _twilio(url: str, rate: float) -> TwilioMessages:
    return TwilioMessages(
        "AC" + "0" * 32,
        "token",
        http=HttpClient(url),
        public_base_url="",
        references=OwnReferences("secret"),
        from_number="+12025550199",
        price_rate=rate,
    )
