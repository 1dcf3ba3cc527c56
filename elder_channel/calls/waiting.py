"""What is said to who waits: about how long, and whether to be called back. Decisions only."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from bilingual.wrong_number import says_wrong_number
from elder_channel.calls.settings import WaitingSettings

CALLBACK_KEY = "1"
OFFER = "callback_offer"
EMERGENCY = "emergency"
WRONG_NUMBER = "wrong_number"
_TOLD_MINUTES = {1: "wait_one", 2: "wait_two", 3: "wait_three", 5: "wait_five", 10: "wait_ten"}
_LONGER = "wait_longer"
_AGAIN_AFTER_SECONDS = 60.0
"""Estimate and offer are said again once a minute; the rounds between keep the line alive."""
OFFERED_WITHIN_SECONDS = 30.0
"""Other ways than waiting are offered within this of entering (a standard of financial services, clause 4.3)."""
_FETCHING_SECONDS = 2.0
"""What the carrier may lose between two sentences: timers in whole seconds, and the way to us and back."""
_LEAST_QUIET_SECONDS = 3
"""Two sentences do not follow each other sooner: an old ear needs the pause."""

_YES = re.compile(r"回电|回拨|打回|回个?电话|打给我|给我打|call\s*(me\s*)?back|callback", re.IGNORECASE)
_NO = re.compile(r"不|别|甭|唔|没|\bno\b|\bnot\b|n't|\bnever\b", re.IGNORECASE)
_LONG_AGO = re.compile(
    r"昨|前天|上次|上回|刚才|刚刚|之前|以前|接到|收到|打来|来电|[回打]过(?!来|去)|(电话|回电)了|"
    r"\b(yesterday|ago|last|was|did|said|got|had|received|already)\b",
    re.IGNORECASE,
)
"""Who tells of a call there was: the offer comes early, while many still tell what they call about."""
_SIGN = re.compile(r"[一-鿿]|[A-Za-z']+")
_LONGEST_YES = 16
"""Characters or English words; who says more is telling a story, not answering."""


def answers_to_words(words: str | None, round_: int, *, urgent: bool, told_before: Callable[[str], bool]) -> str | None:
    """What is said to what a waiting caller has said: in danger at once and in every other round, a wrong number once.

    `told_before` keeps that a message is said now, and tells whether it was said before. Nobody is sent away by it, and
    the search for a person goes on meanwhile.
    """
    if urgent:
        first = not told_before(EMERGENCY)
        return EMERGENCY if first or round_ % 2 else None
    if words and says_wrong_number(words) and not told_before(WRONG_NUMBER):
        return WRONG_NUMBER
    return None


def wait_seconds(*, position: int, agents: int, handling_seconds: float) -> float | None:
    """About how long the call at this place (1 for the next) still waits while `agents` all talk; None with nobody."""
    return position * handling_seconds / agents if agents else None


def told_as(seconds: float) -> str:
    """The message that tells a wait, rounded up: the line may be quicker than its word, not slower."""
    minutes = math.ceil(seconds / 60)
    return next((message for most, message in _TOLD_MINUTES.items() if minutes <= most), _LONGER)


def estimates_due(waited_seconds: float, *, elder: bool, settings: WaitingSettings) -> int:
    """How often the caller should have been told by now how long it will still take."""
    if elder and not settings.tell_elders:
        return 0
    return _times_due(waited_seconds, settings.tell_after_seconds)


def offers_due(waited_seconds: float, *, elder: bool, settings: WaitingSettings) -> int:
    """How often a callback should have been offered by now; who says nothing, or anything else, keeps the place."""
    if elder and not settings.offer_callback_to_elders:
        return 0
    return _times_due(waited_seconds, settings.offer_callback_after_seconds)


def _times_due(waited_seconds: float, first_seconds: float) -> int:
    late = waited_seconds - first_seconds
    return 0 if late < 0 else 1 + int(late // _AGAIN_AFTER_SECONDS)


def quiet_seconds(
    usual: int, *, waited_seconds: float, said_seconds: float, elder: bool, settings: WaitingSettings
) -> int:
    """How long the quiet is after what is said for `said_seconds` from now; the next sentence comes after it.

    Shorter than `usual` only where the offer of a callback would else begin later than thirty seconds after entering:
    after a long beginning (both languages, the recording notice, loud and slow), or a key that was answered.
    """
    if (elder and not settings.offer_callback_to_elders) or waited_seconds >= OFFERED_WITHIN_SECONDS:
        return usual
    room = OFFERED_WITHIN_SECONDS - _FETCHING_SECONDS - waited_seconds - said_seconds
    if settings.offer_callback_after_seconds > OFFERED_WITHIN_SECONDS - _FETCHING_SECONDS:  # the site wants it later
        return usual
    return min(usual, max(_LEAST_QUIET_SECONDS, math.floor(room)))


def accepts_callback(*, digits: str, speech: str) -> bool:
    """Whether the answer to the offer is a yes: its key, or few words with one for it; in doubt the caller waits on."""
    if digits:
        return digits[0] == CALLBACK_KEY
    if len(_SIGN.findall(speech)) > _LONGEST_YES or _LONG_AGO.search(speech):
        return False
    return bool(_YES.search(speech)) and not _NO.search(speech)
