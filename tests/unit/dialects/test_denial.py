"""What takes a need back, and what only looks as if it did."""

from __future__ import annotations

import pytest

from dialects.catalogue import Catalogue
from dialects.intents import find_need


@pytest.mark.parametrize(
    "text",
    [
        "不退保",
        "我不想退保了",
        "我不是要投诉",
        "我不是来投诉的",
        "不用给我转人工",
        "别退保",
        "莫退保",
        "唔使转人工",
        "我唔系要投诉",
        "毋免转人工",
        "勿要退保",
        "没有人受伤",
        "冇人受伤",
        "不用叫救护车",
        "I don't want to make a complaint",
    ],
)
def test_who_says_no_wants_nothing(text: str, catalogue: Catalogue) -> None:
    """In the words for no of Mandarin, Cantonese, Min, Wu, Hakka and English."""
    assert find_need(text, catalogue) is None


@pytest.mark.parametrize(
    ("text", "need"),
    [
        ("能不能退保", "surrender"),
        ("是不是要退保", "surrender"),
        ("要不要报案", "report_claim"),
        ("要不转人工吧", "transfer_human"),
        ("为什么不能退保", "surrender"),
        ("你们这不是骗人吗", "complaint"),
        ("不，我要退保", "surrender"),
        ("不要，救命啊", "help"),
        ("不要救命啊", "help"),
        ("还没缴费", "payment"),
        ("有没有人受伤了", "injured"),
        ("我不想保了", "surrender"),
        ("听不懂", "cant_understand"),
    ],
)
def test_questions_and_pauses_take_nothing_back(text: str, need: str, catalogue: Catalogue) -> None:
    """A no that asks, that belongs to another clause or to the wording itself; and a cry for help always counts."""
    heard = find_need(text, catalogue)
    assert heard is not None
    assert heard.need.id == need
