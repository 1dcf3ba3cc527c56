"""A translator the operator brings: asked in the background, labelled, and never in anybody's way."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import ModuleType

import pytest

from elder_channel.services.translating import PATIENCE_SECONDS, State, Translated, Translations

ENTRY = "a_translator_of_a_test:make"


class Upside:
    """Turns texts around, when it is let."""

    name = "upside-down"

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str]] = []
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.answer: Callable[[str], object] = lambda text: text[::-1]

    def translate(self, text: str, *, source: str, target: str) -> str:
        self.asked.append((text, source, target))
        self.may_go_on.wait(10)
        return self.answer(text)  # type: ignore[return-value]


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Upside]:
    """A module of the operator's that makes a translator."""
    made = Upside()
    module = ModuleType(ENTRY.partition(":")[0])
    module.make = lambda: made  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    yield made
    made.may_go_on.set()


def settled(translations: Translations, text: str) -> Translated:
    """What has come of a text once the engine is done with it."""
    until = time.monotonic() + 10
    while (found := translations.ask(text, source="yue", target="en")).state is State.WORKING:
        assert time.monotonic() < until
        time.sleep(0.002)
    return found


def test_without_a_translator_nothing_is_translated() -> None:
    """The default: no thread, no text, and no word of a machine on the desk."""
    translations = Translations(lambda: "")
    assert translations.ask("我要报案", source="zh-CN", target="en") == Translated(State.OFF)
    assert Translations(lambda: ENTRY).ask("  ", source="zh-CN", target="en").state is State.OFF


def test_a_translation_comes_by_itself_with_the_engine_s_name(engine: Upside) -> None:
    """The first look finds it being made, a later one finds it; each text is sent once."""
    translations = Translations(lambda: ENTRY)
    engine.may_go_on.clear()
    assert translations.ask("ab", source="yue", target="en").state is State.WORKING
    engine.may_go_on.set()
    assert settled(translations, "ab") == Translated(State.READY, "ba", "upside-down")
    translations.ask("ab", source="yue", target="en")
    assert engine.asked == [("ab", "yue", "en")]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(lambda _: 1 / 0, id="fails"),
        pytest.param(lambda _: "", id="nothing"),
        pytest.param(lambda _: None, id="no text"),
        pytest.param(lambda _: "x" * 10_000, id="endless"),
    ],
)
def test_an_engine_that_fails_is_told_and_the_next_is_tried(engine: Upside, answer: Callable[[str], object]) -> None:
    """Nothing of it is shown; the desk says that there is none."""
    translations = Translations(lambda: ENTRY)
    engine.answer = answer
    assert settled(translations, "ab") == Translated(State.FAILED)
    engine.answer = str.upper
    assert settled(translations, "cd").text == "CD"


@pytest.mark.parametrize("entry", ["no_such_module_at_all:make", "sys:no_such_factory"])
def test_an_entry_point_that_leads_nowhere_costs_only_the_translation(entry: str) -> None:
    """Whoever mistypes it loses the translation, not the desk."""
    assert settled(Translations(lambda: entry), "ab") == Translated(State.FAILED)


def test_who_waits_too_long_is_told_and_a_late_answer_is_still_shown(engine: Upside) -> None:
    """A minute is longer than any agent looks for it."""
    now = [0.0]
    translations = Translations(lambda: ENTRY, clock=lambda: now[0])
    engine.may_go_on.clear()
    assert translations.ask("ab", source="yue", target="en").state is State.WORKING
    now[0] = PATIENCE_SECONDS + 1
    assert translations.ask("ab", source="yue", target="en").state is State.FAILED
    engine.may_go_on.set()
    until = time.monotonic() + 10
    while translations.ask("ab", source="yue", target="en").state is not State.READY:
        assert time.monotonic() < until
        time.sleep(0.002)


def test_many_texts_at_once_hold_nobody_up(engine: Upside) -> None:
    """What finds no room is asked for again at the next look."""
    translations = Translations(lambda: ENTRY)
    engine.may_go_on.clear()
    states = {translations.ask(f"text {number}", source="yue", target="en").state for number in range(40)}
    assert states == {State.WORKING}
    engine.may_go_on.set()
    assert settled(translations, "text 39").text == "93 txet"
