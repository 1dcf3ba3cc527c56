"""The live page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from streamlit.testing.v1 import AppTest

from elder_channel.services.live import ChoiceView
from tests.fakes.live_calls import example_calls, example_switches, ringing_call, talking_call, waiting_call
from tests.ui.conftest import Console
from tests.ui.seen import words_of
from ui.words import EN, ZH, say


def test_a_call_is_told_in_words(console: Console, signed_in: Callable[[], AppTest]) -> None:
    """State, elder, dialect with evidence, words, need and agent of a call are on the page, in both languages."""
    console.live.calls = [ringing_call(datetime.now(UTC))]
    words = words_of(signed_in())
    for expected in (
        *(ZH["state.ringing"], EN["state.ringing"], ZH["elder"], EN["elder"], ZH["entry.known_elder"]),
        *("139****5678", "很可能是福州话", "probably Fuzhou", "91%", "<1%"),
        *("区号 0591 → 福州话", ZH["source.number"], ZH["evidence.strong"]),
        *("侬家的保单今年着交几多钱", "查询今年应交保费", "林晓燕", ZH["matched.exact"], "请慢一点讲"),
    ):
        assert expected in words


def test_where_the_person_is_the_recognizer_the_page_says_so(
    console: Console, signed_in: Callable[[], AppTest]
) -> None:
    """Fuzhou has no reliable recognizer: listen yourself, in both languages, with who wrote the text."""
    call = ringing_call(datetime.now(UTC))
    console.live.calls = [call, replace(call, call_sid="CA99", trust="key_words", recognizer="wenetspeech-wu")]
    words = words_of(signed_in())
    for key in ("trust.person", "trust.key_words"):
        assert ZH[key] in words
        assert EN[key] in words
    assert "由 whisper-base-ct2 听写" in words
    assert "written by wenetspeech-wu" in words


def test_an_abstention_is_not_dressed_up_as_a_guess(console: Console, signed_in: Callable[[], AppTest]) -> None:
    """Law 5: while the dialect is not sure the page says so and names none as likely."""
    console.live.calls = [waiting_call(datetime.now(UTC))]
    words = words_of(signed_in())
    assert ZH["dialect.abstained"] in words
    assert "很可能是" not in words
    assert "34%" in words


def test_every_state_is_drawn(console: Console, signed_in: Callable[[], AppTest]) -> None:
    """A page with a call in every state shows one card for each, and the numbers at the top add up."""
    console.live.calls = example_calls(datetime.now(UTC))
    page = signed_in()
    words = words_of(page)
    for state in ("prompted", "waiting", "ringing", "talking", "ended"):
        assert ZH[f"state.{state}"] in words
    assert sum('class="ec-call' in block.value for block in page.html) == 6
    assert f"{ZH['count.waiting']} {EN['count.waiting']} 2 " in " ".join(words.split())
    assert len(page.expander) == 6


def test_without_calls_the_page_tells_what_to_try(console: Console, signed_in: Callable[[], AppTest]) -> None:
    """An empty page is not a blank page."""
    words = words_of(signed_in())
    assert ZH["empty.title"] in words
    assert "make demo" in words
    assert "elder-channel call" in words


def test_trouble_is_told_and_passes(console: Console, signed_in: Callable[[], AppTest]) -> None:
    """While calls cannot be read the page says so, without the fault's own text, and recovers by itself."""
    console.live.error = OSError("disk of 139****5678 is away")
    page = signed_in()
    assert ZH["trouble.title"] in words_of(page)
    assert "is away" not in words_of(page)
    console.live.error = None
    page.run()
    assert ZH["empty.title"] in words_of(page)


def test_each_reading_names_the_viewer(console: Console, signed_in: Callable[[], AppTest]) -> None:
    """Law 7: the service learns who looks, at every refresh."""
    page = signed_in()
    page.run()
    assert len(console.live.viewers) >= 2
    assert set(console.live.viewers) == {"lin.fang"}


def test_what_callers_say_cannot_change_the_page(console: Console, signed_in: Callable[[], AppTest]) -> None:
    """Markup in a transcript, a note or a name is shown as text."""
    hostile = '<img src=x onerror="alert(1)"><script>x</script>'
    call = ringing_call(datetime.now(UTC))
    told = ("transcript", "need", "handover", "agent_name", "recognizer", "caller", "entry", "matched", "language")
    fields = dict.fromkeys(told, hostile)
    console.live.calls = [
        replace(call, **fields, evidence=(("words", hostile, 1.0),), posterior=((hostile, hostile, 0.9),))
    ]
    page = signed_in()
    cards = [block.value for block in page.html if "onerror" in block.value]
    assert cards
    assert not any("<img" in card or "<script>x" in card for card in cards)


def test_an_urgent_call_says_so_in_words(console: Console, signed_in: Callable[[], AppTest]) -> None:
    """Not by colour alone, and in both languages."""
    console.live.calls = [replace(waiting_call(datetime.now(UTC)), urgent=True)]
    words = words_of(signed_in())
    assert ZH["urgent"] in words
    assert EN["urgent"] in words


def test_a_switch_that_is_on_stands_above_the_calls(console: Console, signed_in: Callable[[], AppTest]) -> None:
    """Disaster mode is told in both languages with who and why, and gone once it is off."""
    console.switches.switches = example_switches()
    page = signed_in()
    shown = words_of(page)
    for words in ("灾备：福建的来电现在转到北京中心、上海中心", "Disaster mode: calls of Fujian", "lin.fang", "台风"):
        assert words in shown
    console.switches.switches = []
    assert "灾备" not in words_of(page.run())


def test_a_call_card_tells_why_this_agent(console: Console, signed_in: Callable[[], AppTest]) -> None:
    """Match, site, how long the caller had waited, and who else could have taken it."""
    why = ChoiceView("branch", "branch", 7.4, "上海中心", 0, None, 3, ("黄瑞芬", "郑国栋"))
    console.live.calls = [replace(talking_call(datetime.now(UTC)), choice=why, company="示例财险", passed_on=1)]
    shown = words_of(signed_in())
    for words in (
        "会讲很相近的话",
        "在上海中心，这个省的来电先问这里",
        "已等 7 秒",
        "还有 2 位可以接",
        "示例财险",
        "同事转来，第 1 次",
    ):
        assert words in shown


def test_hundreds_of_calls_are_counted_and_the_first_are_drawn(
    console: Console, signed_in: Callable[[], AppTest]
) -> None:
    """The rest comes at a button; a call with an open form stays, wherever it stands."""
    served = example_calls(datetime.now(UTC))[4]
    ended = [replace(served, call_sid=f"CAE{number:03}", started_at=served.started_at) for number in range(60)]
    console.live.calls = [waiting_call(datetime.now(UTC)), *ended]
    page = signed_in()
    assert say("live.hidden", count=36).zh in words_of(page)
    cards = [each.key for each in page.button if each.key and each.key.startswith("judge-CA")]
    assert len(cards) == 24  # and one who waits, whom nobody has spoken with
    words = words_of(page.button(key="live-more").click().run())
    assert say("live.hidden", count=11).zh in words
    assert say("live.hidden", count=36).zh not in words
