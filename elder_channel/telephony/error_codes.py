"""The carrier's error codes told in our words: one table for REST errors, warnings about documents, and streams."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import resources

import yaml

DOCUMENTATION = "https://www.twilio.com/docs/api/errors"


class Then(StrEnum):
    """What the line does about it."""

    RETRY = "retry"
    FALLBACK = "fallback"
    HUNT = "hunt"
    NEXT_PERSON = "next_person"
    HEARS_LESS = "hears_less"
    NO_CALL = "no_call"
    NO_RECORDING = "no_recording"
    RECONCILE = "reconcile"
    ENDED = "ended"
    CONFIGURE = "configure"
    ACCOUNT = "account"
    NOTE = "note"


THEN_IN_WORDS = {
    Then.RETRY: ("再试一次；不行则等候文档自行带路", "It is tried once more; the wait document leads on by itself."),
    Then.FALLBACK: ("运营商改用备用文档，直接呼叫应急组", "The carrier follows the fallback and rings the hunt group."),
    Then.HUNT: ("直接呼叫应急组", "The hunt group is rung."),
    Then.NEXT_PERSON: ("换下一位座席，通话保留原位", "The next person is rung; the call keeps its place."),
    Then.HEARS_LESS: (
        "通话照常接到人工，只是缺方言和记录",
        "The call reaches a person; dialect and note may be missing.",
    ),
    Then.NO_CALL: ("不再自动外拨，由人跟进工单", "The number is not dialled again; a person follows the order up."),
    Then.NO_RECORDING: ("不录音，通话照常", "Nothing is recorded; the call goes on."),
    Then.RECONCILE: ("每分钟向运营商核对未结束的通话", "Open calls are checked with the carrier every minute."),
    Then.ENDED: ("通话已结束，按规则结案", "The call is over and its books are closed."),
    Then.CONFIGURE: (
        "请检查设置；来电仍会接到人工",
        "Something must be configured; callers reach a person all the same.",
    ),
    Then.ACCOUNT: ("请立即联系运营商：账户可能接不了电话", "See to the account at once: it may not take calls."),
    Then.NOTE: ("记录在案，通话照常", "It is filed; the call goes on."),
}
"""What is done, in Chinese and English."""


@dataclass(frozen=True)
class CarrierFault:
    """One error code."""

    code: int
    level: str
    """`error` or `warning`."""
    retryable: bool
    """Whether the same request may work a moment later."""
    zh: str
    en: str
    then: Then
    known: bool = True
    """Whether the code is in the table; False: the careful choice."""

    @property
    def done(self) -> tuple[str, str]:
        """What the line does, in Chinese and English."""
        return THEN_IN_WORDS[self.then]

    @property
    def page(self) -> str:
        """The carrier's own page about it."""
        return f"{DOCUMENTATION}/{self.code}"


def explain(code: int) -> CarrierFault:
    """What a code means; one that is not in the table is no success and is not tried again by its code alone."""
    return _table().get(code) or CarrierFault(
        code,
        "error",
        False,
        "表中没有这个代码，请看运营商的说明",
        "This code is not in the table; see the carrier's page.",
        _by_range(code),
        known=False,
    )


def known_codes() -> tuple[int, ...]:
    """Every code of the table, ascending."""
    return tuple(sorted(_table()))


def _by_range(code: int) -> Then:
    """The careful choice by the carrier's number ranges."""
    if code // 1000 in (11, 12):
        return Then.FALLBACK
    if code // 1000 == 31:
        return Then.HEARS_LESS
    return Then.NOTE


@lru_cache
def _table() -> dict[int, CarrierFault]:
    file = resources.files("elder_channel.telephony") / "error_codes.yaml"
    rows = yaml.safe_load(file.read_text(encoding="utf-8"))["codes"]
    return {
        code: CarrierFault(code, row["level"], row["retryable"], row["zh"], row["en"], Then(row["then"]))
        for code, row in rows.items()
    }
