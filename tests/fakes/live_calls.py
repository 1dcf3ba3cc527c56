"""Calls held in memory, for the console's tests; every person and number is fictitious."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from elder_channel.services.live import ChoiceView, LiveCall, urgency
from elder_channel.services.sites import SwitchView


class LiveCallsInMemory:
    """Gives back the calls it was given, or raises the error it was given; remembers who looked."""

    def __init__(self, calls: Sequence[LiveCall] = (), *, error: Exception | None = None) -> None:
        self.calls = list(calls)
        self.error = error
        self.viewers: list[str] = []

    def list_calls(self, *, viewer: str, most: int | None = None, also: Container[str] = frozenset()) -> list[LiveCall]:
        """The calls; see `LiveCallReader`."""
        self.viewers.append(viewer)
        if self.error is not None:
            raise self.error
        now = datetime.now(UTC)
        ranked = sorted(self.calls, key=lambda call: urgency(call, now, urgent=call.urgent))
        whole = {call.call_sid for place, call in enumerate(ranked) if most is None or place < most}
        return [replace(call, is_whole=call.call_sid in whole or call.call_sid in also) for call in self.calls]


class SwitchesInMemory:
    """Gives back the switches it was given."""

    def __init__(self, switches: Sequence[SwitchView] = ()) -> None:
        self.switches = list(switches)

    def shown(self) -> list[SwitchView]:
        """The switches; see `SwitchReader`."""
        return list(self.switches)


def example_switches() -> list[SwitchView]:
    """A province in disaster mode."""
    since = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
    return [SwitchView("divert", "福建", ("北京中心", "上海中心"), "台风，福州中心停电", since, "lin.fang")]


def example_calls(now: datetime) -> list[LiveCall]:
    """One call in each state, newest first, as they would stand at `now`."""
    return [
        prompted_call(now),
        waiting_call(now),
        ringing_call(now),
        talking_call(now),
        served_call(now),
        abandoned_call(now),
    ]


def _ago(now: datetime, seconds: float) -> datetime:
    return now - timedelta(seconds=seconds)


def prompted_call(now: datetime) -> LiveCall:
    """A withheld number that is still hearing the prompt; nothing is known."""
    return LiveCall("CA06", "prompted", "匿名", False, "prompted", "zh", _ago(now, 5))


def waiting_call(now: datetime) -> LiveCall:
    """Somebody spoke at once; the dialect is not sure yet."""
    return LiveCall(
        "CA05",
        "waiting",
        "158****0147",
        False,
        "voice",
        "zh",
        _ago(now, 12),
        entered_at=_ago(now, 9),
        posterior=(
            ("chaoshan", "潮汕话", 0.34),
            ("minnan", "闽南话", 0.27),
            ("hakka", "客家话", 0.16),
            ("guangzhou", "广州话", 0.11),
            ("putonghua", "普通话", 0.06),
        ),
        abstained=True,
        evidence=(
            ("number", "号码归属地 广东揭阳 → 潮汕话、客家话", 0.82),
            ("acoustic", "口音像闽语，分不清哪一种", 0.28),
        ),
        transcript="喂，我想问下我个医保……",
        recognizer="whisper-base-ct2",
    )


def ringing_call(now: datetime) -> LiveCall:
    """A known elder whose dialect is clear; an agent's phone is ringing."""
    return LiveCall(
        "CA04",
        "ringing",
        "139****5678",
        True,
        "known_elder",
        "zh",
        _ago(now, 85),
        entered_at=_ago(now, 83),
        posterior=(
            ("fuzhou", "福州话", 0.91),
            ("putonghua", "普通话", 0.05),
            ("minnan", "闽南话", 0.02),
            ("puxian", "莆仙话", 0.01),
            ("hakka", "客家话", 0.004),
        ),
        abstained=False,
        evidence=(
            ("customer", "客户资料：常用福州话", 1.64),
            ("number", "区号 0591 → 福州话", 0.71),
            ("words", "“汝好”“侬家” → 福州话", 0.33),
        ),
        transcript="汝好，侬家的保单今年着交几多钱？",
        recognizer="whisper-base-ct2",
        trust="person",
        need="查询今年应交保费",
        handover="长者，福州话（91%）。想知道今年要交多少保费。请慢一点讲，先报单位名称。",
        agent_id="lin",
        agent_name="林晓燕",
        matched="exact",
        choice=ChoiceView("exact", "exact", 2.4, "上海中心", 0, None, 3, ("林秀兰", "郑国栋")),
    )


def talking_call(now: datetime) -> LiveCall:
    """Served by an agent who speaks a related dialect."""
    return LiveCall(
        "CA03",
        "talking",
        "0512****3321",
        True,
        "dedicated_line",
        "zh",
        _ago(now, 200),
        entered_at=_ago(now, 199),
        answered_at=_ago(now, 188),
        posterior=(
            ("suzhou", "苏州话", 0.72),
            ("shanghai", "上海话", 0.17),
            ("wuxi", "无锡话", 0.06),
            ("putonghua", "普通话", 0.03),
        ),
        abstained=False,
        evidence=(("number", "区号 0512 → 苏州话", 1.21), ("acoustic", "口音像吴语", 0.44)),
        transcript="我要问问看，住院格钞票啥辰光好报销？",
        recognizer="whisper-base-ct2",
        need="住院费用报销进度",
        handover="长者专线，苏州话（72%）。问住院费用什么时候报销。",
        agent_id="shen",
        agent_name="沈国良",
        matched="group",
    )


def served_call(now: datetime) -> LiveCall:
    """An English caller, served and gone."""
    return LiveCall(
        "CA02",
        "ended",
        "+44****0199",
        False,
        "english",
        "en",
        _ago(now, 420),
        entered_at=_ago(now, 412),
        answered_at=_ago(now, 405),
        ended_at=_ago(now, 150),
        outcome="served",
        transcript="Hello, I lost my policy card.",
        recognizer="whisper-base-ct2",
        need="Replacement policy card",
        handover="English speaker. Lost the policy card.",
        agent_id="zhou",
        agent_name="周敏",
        matched="any",
    )


def abandoned_call(now: datetime) -> LiveCall:
    """Nobody was free; a work order stands for the caller."""
    return LiveCall(
        "CA01",
        "ended",
        "186****2040",
        False,
        "one_key",
        "zh",
        _ago(now, 500),
        entered_at=_ago(now, 493),
        ended_at=_ago(now, 430),
        outcome="work_order",
        posterior=(("sichuan", "四川话", 0.63), ("putonghua", "普通话", 0.24)),
        abstained=False,
        evidence=(("number", "号码归属地 四川绵阳 → 四川话", 0.9),),
    )
