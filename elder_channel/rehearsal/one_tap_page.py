"""A personal link as its owner uses it: opened, and its button pressed, over HTTP as by a browser without scripts."""

from __future__ import annotations

import html
import re

import httpx

from elder_channel.bootstrap import Line
from elder_channel.services.line import LineService
from elder_channel.services.one_tap import OneTapService
from elder_channel.services.outbound import OutboundService
from elder_channel.simulator.scenarios.called import Tap
from elder_channel.simulator.scenarios.errors import CannotPlayError

_TIMEOUT_SECONDS = 20.0
_FORM = re.compile(r'name="form" value="([^"]+)"')


def tap_link(line: Line, tap: Tap) -> str:
    """Do what the tap says with a new link; the words the page shows in the end.

    Raises LinkRefusedError for a number that gets no link, CannotPlayError for a page that does not come.
    """
    service = OneTapService(line, OutboundService(line, LineService(line)))
    url = service.make_link(number=tap.number, made_by="scenario").url
    try:
        with httpx.Client(trust_env=False, timeout=_TIMEOUT_SECONDS, follow_redirects=True) as browser:
            for _ in range(tap.looks):
                browser.head(url)  # as programs do that show what lies behind a link
                page = browser.get(url)
            form = _FORM.search(page.text)
            for _ in range(tap.presses):
                page = browser.post(url, data={"form": form.group(1) if form else ""})
    except httpx.HTTPError as error:
        raise CannotPlayError(f"the page of the link does not come: {error}") from error
    return _words(page.text)


def _words(page: str) -> str:
    """What a person reads of a page."""
    shown = re.sub(r"<(style|script|title)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]+>", " ", shown))
