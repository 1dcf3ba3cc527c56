"""Message files that must not be taken, and shipped ones that must agree with the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bilingual.errors import MessagesFileError
from bilingual.messages import Channel, Language, Review, load_messages, parse_messages
from bilingual.variables import placeholders
from dialects.spoken_form import has_chinese
from elder_channel.calls.waiting import EMERGENCY, OFFER, WRONG_NUMBER, told_as
from elder_channel.services.outbound import GREETINGS
from elder_channel.web.one_tap_page import SAYS

CHECKOUT = Path(__file__).parents[3]
SAYING = {"words_of", "say", "write", "say_anyhow", "resolve", "resolve_anyhow", "find_message", "Ask", "enqueue_again",
          "greeting_words", "farewell", "_enqueue_again", "_both", "message"}  # fmt: skip
"""What is called with the id of a message."""

ONE = """
messages:
  - id: hello
    purpose: To test.
    channel: voice
    pause_after_ms: 500
    variables:
      count: {format: quantity, zh: {other: "# 个人"}, en: {one: "# person", other: "# people"}}
    zh: ["您好，{count}。"]
    en: ["Hello, {count}."]
    dialects:
      guangzhou: {phrases: ["你好，{count}。"], reading: ["nei5 hou2"], reading_in: jyutping, review: draft, source: x}
"""


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param(
            ('{count}。"]\n    en', '{conut}。"]\n    en'), "zh: no variable is called `conut`", id="misspelt"
        ),
        pytest.param(("Hello, {count}.", "Hello."), "en: `count` is never said", id="not-said-in-english"),
        pytest.param(("你好，{count}。", "你好。"), "guangzhou: `count` is never said", id="not-said-in-the-dialect"),
        pytest.param(("Hello, {count}.", "Hello, {count!r:9}."), "no plain name", id="a-format-of-python"),
        pytest.param(("Hello, {count}.", "Hello, {count.real}."), "no plain name", id="an-attribute"),
        pytest.param(("Hello, {count}.", "Hello, {count."), "en", id="a-brace-not-closed"),
        pytest.param(("Hello, {count}.", "Hello <b>{count}</b>."), "markup", id="markup"),
        pytest.param(("您好，", "您好😀，"), "nobody can say", id="emoji"),
        pytest.param(("您好，", "您好" * 5_000), "10008 characters", id="ten-thousand-characters"),
        pytest.param(
            ('{one: "# person", other: "# people"}', '{other: "# people"}'),
            "needs en forms for one, other",
            id="plural-missing",
        ),
        pytest.param(('"# people"', '"people"'), "one `#`", id="plural-without-number"),
        pytest.param((', zh: {other: "# 个人"}', ""), "one language only", id="forms-in-one-language"),
        pytest.param(("format: quantity", "format: text"), "no quantity", id="forms-of-a-text"),
        pytest.param(
            ('format: quantity, zh: {other: "# 个人"}, en: {one: "# person", other: "# people"}', "format: moment"),
            "no spoken form",
            id="a-moment-by-voice",
        ),
        pytest.param(("format: quantity", "format: roman"), "format", id="unknown-format"),
        pytest.param(("guangzhou:", "atlantis:"), "neither a dialect nor a group", id="unknown-dialect"),
        pytest.param(("reading_in: jyutping, ", ""), "reading", id="reading-in-nothing"),
        pytest.param((", source: x", ""), "source", id="wording-without-source"),
        pytest.param(("review: draft", "review: surely"), "review", id="unknown-review"),
    ],
)
def test_a_damaged_message_is_refused_with_file_and_reason(change: tuple[str, str], reason: str) -> None:
    """Before any caller hears it."""
    assert change[0] in ONE
    with pytest.raises(MessagesFileError, match=re.escape(reason)) as caught:
        parse_messages(ONE.replace(*change), source="site/messages.yaml")
    assert "site/messages.yaml" in str(caught.value)
    assert "messages.0" in str(caught.value)
    assert "`hello`" in str(caught.value)
    assert len(str(caught.value)) < 400


def test_a_good_message_is_taken_and_knows_its_file() -> None:
    """The file the table above is made from is in order."""
    assert parse_messages(ONE, source="site/messages.yaml")["hello"].source == "site/messages.yaml"


def test_every_message_has_the_same_variables_in_every_language() -> None:
    """Ids are the same by their form: a message is one entry with both languages."""
    for message in load_messages(None).values():
        named = {
            language: {name for text in message.texts(language) for name in placeholders(text)} for language in Language
        }
        assert named[Language.ZH] == named[Language.EN] == set(message.variables), message.id


def test_every_wording_in_a_dialect_says_who_stands_for_it() -> None:
    """None is said to be checked that no native speaker has checked; drafts name the words they were made from."""
    wordings = [wording for message in load_messages(None).values() for wording in message.dialects.values()]
    assert len(wordings) >= 5
    assert {wording.review for wording in wordings} == {Review.DRAFT}
    assert all("dialects/data/" in wording.source for wording in wordings)


def test_every_id_the_code_says_exists() -> None:
    """A misspelt id is found here, not by silence on the line."""
    said = {(id_, path.name) for path, id_ in ids_said()}
    said |= {(id_, "a table") for id_ in (*SAYS.values(), *GREETINGS.values(), EMERGENCY, WRONG_NUMBER, OFFER)}
    said |= {(told_as(60.0 * minutes), "waiting.py") for minutes in range(20)}
    assert len(said) > 30
    assert [(id_, where) for id_, where in sorted(said) if id_ not in load_messages(None)] == []


def ids_said() -> Iterator[tuple[Path, str]]:
    """Every literal id of a message in the calls that say one, with its file."""
    sources = (CHECKOUT / "elder_channel").rglob("*.py")
    for path in sorted(source for source in sources if not {"simulator", "cli"} & set(source.parts)):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in SAYING:
                first = node.args[:2] if _name(node.func) == "_enqueue_again" else node.args[:1]
                for argument in first:
                    yield from ((path, id_) for id_ in _literals(argument))


def _literals(node: ast.expr) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):  # `sys.stdout.write` says nothing of ours
        return "" if function.attr in ("write", "say") else function.attr
    return getattr(function, "id", "")


@pytest.mark.parametrize("message_id", list(load_messages(None)))
def test_every_message_is_said_somewhere(message_id: str) -> None:
    """A sentence that no code says misleads whoever edits it."""
    said = re.compile(rf"""["']{message_id}["']""")
    sources = (path for folder in ("elder_channel", "config") for path in (CHECKOUT / folder).rglob("*.py"))
    assert any(said.search(source.read_text(encoding="utf-8")) for source in sources)


def test_only_what_is_spoken_is_given_to_voices() -> None:
    """Pages and texts are messages too, and no voice reads them out."""
    assert {message.channel for message in load_messages().values()} == {Channel.VOICE}
    assert {message.channel for message in load_messages(None).values()} == set(Channel)


def test_every_message_says_in_both_languages_when_it_is_said() -> None:
    """Who records a prompt in the console reads Chinese, who edits the file reads English."""
    without = [each.id for each in load_messages(None).values() if not has_chinese(each.purpose_zh)]
    assert not without
    assert not [each.id for each in load_messages(None).values() if has_chinese(each.purpose)]
