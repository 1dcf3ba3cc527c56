"""What greetings have really cost: read from the carriers' own lists, so that the caps of a day count real money."""

from __future__ import annotations

from datetime import timedelta

import structlog

from elder_channel.bootstrap import Line
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.greeting_sending import GreetingSending
from greeting_sms.billed import TellsPrices, read_prices
from greeting_sms.errors import ChannelSilentError

log = structlog.get_logger()

DAYS_BACK = 1
"""A carrier may price a text some hours after it was sent."""


class GreetingCosts:
    """The carriers' prices."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def read(self) -> int:
        """Read the prices of today's and yesterday's texts; how many had cost something else than was thought.

        A carrier that does not answer is asked again next time: until then the estimates stand. Raises `ChannelError`
        where a channel is not set up.
        """
        now = self._line.clock()
        changed = 0
        for name in GreetingSending(self._line).channel_names():
            channel = self._line.text_channels.channel(name)
            if not isinstance(channel, TellsPrices):
                continue
            for back in range(DAYS_BACK, -1, -1):
                day = (now - timedelta(days=back)).date()
                try:
                    changed += read_prices(
                        self._line.databases.greetings,
                        channel,
                        day,
                        zone_day=lambda at: at.astimezone(HOTLINE_ZONE).date(),
                    )
                except ChannelSilentError as error:
                    log.warning("greetings.no_prices", channel=name, why=str(error))
        if changed:
            log.info("greetings.prices", texts=changed)
        return changed
