"""Whose words a caller hears, and what is said when something is wrong with them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilingual import messages, resolving
from bilingual.errors import MessageVariableError, UnknownLanguageError, UnknownMessageError
from bilingual.messages import load_messages, parse_messages
from bilingual.resolving import resolve, resolve_anyhow, say_anyhow

OURS = """
messages:
  - id: hello
    purpose: To test.
    channel: voice
    pause_after_ms: 500
    variables: {line: {format: text}}
    zh: ["这里是{line}。", "请讲。"]
    en: ["This is {line}.", "Please talk."]
    dialects:
      guangzhou: {phrases: ["呢度係{line}。"], review: native-checked, source: a test}
      yue: {phrases: ["呢边係{line}。"], review: native-checked, source: a test}
      shanghai: {phrases: ["搿搭是{line}。"], review: draft, source: a test}
  - id: both
    purpose: To test.
    channel: voice
    both_languages: true
    zh: ["您好。"]
    en: ["Hello."]
"""
FILE = "site/messages.yaml"


@pytest.fixture
def ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages of the test's own in the place of the shipped ones."""
    parsed = parse_messages(OURS, source=FILE)
    for module in (messages, resolving):
        monkeypatch.setattr(module, "load_messages", lambda *_: parsed)


def words(message_id: str, language: str, dialect: str | None = None, **more: object) -> tuple[str, str]:
    """What is said, and whose words it took."""
    found = resolve(message_id, language, dialect, values={"line": "热线"}, **more)  # type: ignore[arg-type]
    return "".join(phrase.text for phrase in found.phrases), found.took


@pytest.mark.usefixtures("ours")
@pytest.mark.parametrize(
    ("language", "dialect", "said", "took"),
    [
        pytest.param("zh", "guangzhou", "呢度係热线。", "guangzhou", id="the-dialect's-own"),
        pytest.param("zh", "siyi", "呢边係热线。", "yue", id="the-group's"),
        pytest.param("zh", "shanghai", "这里是热线。请讲。", "zh", id="a-draft-is-not-said"),
        pytest.param("zh", "minnan", "这里是热线。请讲。", "zh", id="a-dialect-without-wording"),
        pytest.param("zh", "atlantis", "这里是热线。请讲。", "zh", id="a-dialect-nobody-knows"),
        pytest.param("zh", "putonghua", "这里是热线。请讲。", "zh", id="putonghua"),
        pytest.param("zh", None, "这里是热线。请讲。", "zh", id="no-dialect-known"),
        pytest.param("en", "guangzhou", "This is 热线.Please talk.", "en", id="english-is-english"),
    ],
)
def test_the_nearest_wording_is_taken(language: str, dialect: str | None, said: str, took: str) -> None:
    """The dialect's, its group's, then Chinese; a draft only where it is asked for."""
    assert words("hello", language, dialect) == (said, took)


@pytest.mark.usefixtures("ours")
def test_a_draft_is_shown_to_who_asks_for_drafts() -> None:
    """To staff and to whoever records it."""
    assert words("hello", "zh", "shanghai", drafts=True) == ("搿搭是热线。", "shanghai")


@pytest.mark.usefixtures("ours")
def test_a_wording_no_voice_can_say_is_passed_over() -> None:
    """A carrier's Mandarin voice would read Cantonese characters as Mandarin."""
    assert words("hello", "zh", "guangzhou", can_speak=lambda tag: not tag.startswith("yue"))[1] == "zh"
    tag = resolve("hello", "zh", "guangzhou", values={"line": "热线"}).phrases[0].language
    assert tag.startswith("yue")


@pytest.mark.parametrize("message_id", [id_ for id_, message in load_messages().items() if message.dialects])
def test_no_shipped_draft_is_ever_said(message_id: str) -> None:
    """Until a native speaker has read them, all of them are Putonghua on the line."""
    for dialect in load_messages()[message_id].dialects:
        assert resolve(message_id, "zh", dialect).took == "zh"
        assert resolve(message_id, "zh", dialect, drafts=True).took == dialect


@pytest.mark.usefixtures("ours")
@pytest.mark.parametrize(
    ("values", "variable", "reason"),
    [
        pytest.param({}, "line", "no value", id="missing"),
        pytest.param({"line": "热线", "end": "1"}, "end", "no such variable", id="one-too-many"),
        pytest.param({"line": "😀"}, "line", "nobody can say", id="emoji"),
        pytest.param({"line": "字" * 10_000}, "line", "10000 characters", id="ten-thousand-characters"),
    ],
)
def test_a_bad_value_names_message_file_and_variable(values: dict[str, str], variable: str, reason: str) -> None:
    """So that whoever is told of it finds the place."""
    with pytest.raises(MessageVariableError, match=reason) as caught:
        resolve("hello", "zh", values=values)
    assert (caught.value.message_id, caught.value.variable, caught.value.source) == ("hello", variable, FILE)
    assert all(each in str(caught.value) for each in ("`hello`", FILE, f"`{variable}`"))


@pytest.mark.usefixtures("ours")
def test_law_1_a_missing_value_costs_its_phrase_and_not_the_call() -> None:
    """Chinese and English are tried, then what can be said is; every fault is told."""
    found = resolve_anyhow("hello", "en")
    assert [phrase.text for phrase in found.phrases] == ["Please talk."]
    assert [fault.code for fault in found.faults] == ["message_variable"] * 3


@pytest.mark.usefixtures("ours")
@pytest.mark.parametrize("language", ["fr", "", "und", "x" * 10_000, "😀"])
def test_law_1_an_unknown_language_falls_back_to_chinese(language: str) -> None:
    """With the fault told, and short."""
    found = resolve_anyhow("hello", language, values={"line": "热线"})
    assert found.took == "zh"
    [fault] = found.faults
    assert isinstance(fault, UnknownLanguageError)
    assert "`hello`" in str(fault)
    assert FILE in str(fault)
    assert len(str(fault)) < 140


@pytest.mark.usefixtures("ours")
def test_law_1_a_message_nobody_wrote_says_nothing_and_raises_nothing() -> None:
    """The document goes on to its next verb."""
    found = resolve_anyhow("nothing_like_it", "zh")
    assert (found.phrases, found.took) == ((), "")
    assert all(isinstance(fault, UnknownMessageError) for fault in found.faults)


@pytest.mark.usefixtures("ours")
@pytest.mark.parametrize(("language", "order"), [("zh", ["zh", "en"]), ("en", ["en", "zh"]), ("und", ["zh", "en"])])
def test_a_message_in_both_languages_comes_twice(language: str, order: list[str]) -> None:
    """The caller's first."""
    assert [found.took for found in say_anyhow("both", language)] == order


@given(st.text(max_size=30), st.text(max_size=12), st.none() | st.text(max_size=12), st.text(max_size=80))
def test_law_1_nothing_at_all_raises_on_a_call(message_id: str, language: str, dialect: str | None, line: str) -> None:
    """Whatever is asked for, with whatever in it."""
    for each in (message_id, "called_back"):
        for found in say_anyhow(each, language, dialect, values={"line": line}):
            assert found.phrases or found.faults


@given(st.text(max_size=60))
def test_what_stands_in_a_value_is_never_a_variable(value: str) -> None:
    """Braces in a name stay braces."""
    found = resolve_anyhow("called_back", "zh", values={"line": f"{{line}}{value}"})
    assert not found.phrases or "{line}" in found.phrases[0].text or found.faults
