"""What lies in the books of the stage: a week of calls, orders, recordings, a review, birthdays, replies."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from elder_channel.clock import HOTLINE_ZONE, utc_now
from elder_channel.customers.model import Customer
from elder_channel.services.corrections import Corrections, Verdict
from elder_channel.services.line import LineService
from elder_channel.services.replies import Replies
from tests.fakes.greeting_scene import put_campaign, put_people
from tests.fakes.learning import AGENT, CUSTOMER, NUMBER, PEOPLE, agreed, answered_call, kept_utterance
from tests.fakes.line import LineInMemory
from tests.fakes.line_day import keep_call, keep_verdict
from tests.unit.services.test_orders import abandoned
from tests.unit.services.test_recorded_calls import ON, talk

EDITOR, AT_DESK = "wang.min", "liu-meihua"
SETTINGS = {
    **ON,
    "ELDER_CHANNEL_LEARNING__KEEP_AUDIO": "true",
    "ELDER_CHANNEL_WORKORDERS__LOST_CALLS": "nobody",  # nobody rings back into what is being shown
    "ELDER_CHANNEL_DESK__ACCEPT_SECONDS": "60",
    # A caller of Fuzhou waits for who speaks it, however busy the machine is that shows it.
    "ELDER_CHANNEL_ROUTING__STEPS": '[{"match": "exact", "seconds": 20}, {"match": "group", "seconds": 5}]',
    # The shipped voices speak Mandarin, whoever they stand for: here number and books tell the dialect.
    "ELDER_CHANNEL_RECOGNITION__ACOUSTIC_HEAD": "none",
}
TEAM: list[dict[str, Any]] = [
    {
        "id": "zheng-guodong",
        "name": "郑国栋",
        "contact": "client:zheng-guodong",
        "dialects": {"minbei": 4, "puxian": 4},
        "site": "shanghai",
        "elder_trained": True,
    },
    {
        "id": "lin-xiulan",
        "name": "林秀兰",
        "contact": "client:lin-xiulan",
        "dialects": {"minnan": 5, "chaoshan": 3},
        "site": "shanghai",
        "hunt_group": True,
    },
    {
        "id": "chen-jiaming",
        "name": "陈嘉明",
        "contact": "client:chen-jiaming",
        "dialects": {"guangzhou": 5, "siyi": 4},
        "languages": {"zh": 4, "en": 4},
        "site": "guangzhou",
        "hunt_group": True,
    },
    {
        "id": "zhou-min",
        "name": "周敏",
        "contact": "client:zhou-min",
        "dialects": {"sichuan": 5, "chongqing": 5, "guizhou": 4},
        "site": "guangzhou",
        "elder_trained": True,
    },
    {
        "id": "wang-jianguo",
        "name": "王建国",
        "contact": "client:wang-jianguo",
        "dialects": {"dongbei": 5, "beijing": 4},
        "site": "beijing",
        "hunt_group": True,
    },
    {
        "id": AT_DESK,
        "name": "刘美华",
        "contact": "client:liu-meihua",
        "dialects": {"hakka": 5, "nanchang": 3},
        "site": "guangzhou",
        "answer": "desk",
    },
]
"""Nobody speaks the dialect of Fuzhou: that is what the tour mends."""
FUZHOU_ELDER = Customer(93, "林示例", ("+8659100000193",), elder_flag=True, dialect="fuzhou")
NEIGHBOUR = Customer(94, "王示例", ("+8659100000194",), elder_flag=True, dialect="fuzhou")
CALLERS = ("+8657100000301", "+862800000302", "+862000000101", "+8659200000304", "+862300000305", "+8659100000155")
"""Invented numbers of Hangzhou, Chengdu, Guangzhou, Xiamen, Chongqing and Fuzhou."""
_SPOKEN = ("fuzhou", "minnan", "guangzhou", "sichuan", "wenzhou", None, "putonghua")
_NEEDS = ("payment", "policy_query", "report_claim", None, "claim_progress")
_SAID = ("我要投诉", "我要查保单", "请帮我改地址", "理赔的钱什么时候到")
_DAYS, _CALLS_A_DAY = 7, 28


def fill(at: LineInMemory) -> None:
    """Everything, at moments before now; the clock ends where it began."""
    now = at.clock()
    at.line.customers.load([FUZHOU_ELDER, NEIGHBOUR, CUSTOMER])
    _week(at)
    _orders(at)
    _recordings(at)
    _review(at)
    at.clock.now = now
    _greetings(at)


def _week(at: LineInMemory) -> None:
    agents = [agent["id"] for agent in TEAM]
    for day in range(_DAYS):
        for number in range(_CALLS_A_DAY):
            moment = at.clock() - timedelta(days=day, seconds=900 + 40 * number)
            waited = None if number % 13 == 5 else 3.0 + (number * 7 + day * 3) % 15
            sid = f"CAW{day}-{number}"
            facts = {
                "dialect": _SPOKEN[number % len(_SPOKEN)],
                "need": _NEEDS[number % len(_NEEDS)],
                "matched": ("exact", "exact", "group", "any")[number % 4],
                "elder": number % 3 == 0,
            }
            if waited is not None:
                facts["agent_id"] = agents[number % len(agents)]
            keep_call(at.line.databases.calls, sid, moment, waited=waited, **facts)
            if number % 9 == 0:
                keep_verdict(at.line.databases.calls, sid, moment, "fuzhou" if number % 2 else "minnan")


def _orders(at: LineInMemory) -> None:
    at.clock.forward(-75 * 60)
    for number, said in enumerate(_SAID):
        at.clock.forward(600)
        abandoned(at, f"CAO{number}", CALLERS[number], said=said)


def _recordings(at: LineInMemory) -> None:
    for number in range(3):
        at.clock.forward(300)
        talk(at, f"CAR{number}")


def _review(at: LineInMemory) -> None:
    """One call that an agent corrected, of a customer who agreed to keeping sound."""
    at.clock.forward(300)
    answered_call(at, "CAV1", NUMBER)
    agreed(at)
    kept_utterance(at, "CAV1")
    Corrections(at.line, PEOPLE).judge(Verdict("CAV1", "hainan", None, "t1"), by=AGENT)
    at.clock.forward(90)
    LineService(at.line).ended("CAV1")


def _greetings(at: LineInMemory) -> None:
    put_campaign(at, by=EDITOR, title="生日祝福 Birthday greetings")
    today = utc_now().astimezone(HOTLINE_ZONE).date()
    for ahead, count in ((0, 12), (1, 40), (2, 18), (3, 25), (5, 31), (9, 61), (14, 22)):
        day = today + timedelta(days=ahead)
        put_people(at, count, beginning=1000 * ahead, birth_month=day.month, birth_day=day.day)
    for sid, words in (("SM1", "退订"), ("SM2", "谢谢你们，祝工作顺利"), ("SM3", "请回电话，我要问保单")):
        Replies(at.line).receive(sid=sid, number="+8659100000102", body=words)
