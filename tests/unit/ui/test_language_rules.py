"""What every page must obey so that it can be read in one language: see docs/console.md, "Languages"."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import ui
from ui.languages import ScreenLanguage, drawing
from ui.terms import in_english, reason_in_english, shifts_in_english
from ui.words import EN, ZH, Text, say

FOLDER = Path(ui.__file__).parent
CHINESE = re.compile(r"[\u3400-\u9fff]")
HOLDS_WORDS = {file.name for file in FOLDER.glob("*.py") if "\nZH: " in file.read_text(encoding="utf-8")} | {
    "terms.py",
    "setting_names.py",
}
BEGINNINGS = {"left_out"}
"""Beginnings of keys that are handed on before they are put together."""
CHINESE_OUTSIDE = {
    "languages.py",
    "shift_lines.py",  # how shifts are written and read
    "presenters.py",  # 匿名, what the line calls a withheld number
    "language_switch.py",  # each language by its own name
    "routing_what_if.py",  # an example of what a caller says
    "greeting_replies.py",  # an example of a reply, in a command
    "greeting_cards.py",  # 年月日
    "order_presenters.py",  # 匿名, 分钟, 小时, 天
    "route_cards.py",  # 第
}
CHINESE_IN_ENGLISH = {
    *("opt_outs.import.file", "whatif.words.help", "opt_outs.empty.explain", "refused.opt_outs_columns"),
}
"""English sentences that quote Chinese: the name of a column, an example of a dialect."""
WIDGETS = {
    *("button", "checkbox", "selectbox", "multiselect", "radio", "text_input", "text_area", "number_input"),
    *("date_input", "time_input", "file_uploader", "audio_input", "download_button", "form_submit_button", "expander"),
    *(
        "toggle",
        "segmented_control",
        "pills",
        "slider",
        "select_slider",
        "data_editor",
        "popover",
        "tabs",
        "chat_input",
    ),
}


def trees() -> Iterator[tuple[str, ast.Module]]:
    """Every file of the console."""
    for file in sorted(FOLDER.rglob("*.py")):
        yield file.name, ast.parse(file.read_text(encoding="utf-8"))


def test_every_widget_has_a_key_that_no_language_changes() -> None:
    """Streamlit tells a widget without a key by its label: a label in another language would empty it."""
    found = []
    for name, tree in trees():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WIDGETS):
                continue
            key = next((each.value for each in node.keywords if each.arg == "key" or _is_watched(each)), None)
            if key is None or any(isinstance(each, ast.Name) and each.id == "say" for each in ast.walk(key)):
                found.append(f"{name}:{node.lineno} {node.func.attr}")
    assert found == []


def _is_watched(argument: ast.keyword) -> bool:
    """`**watched(form, "field")` of a form whose fields are kept as a draft: a key, and what keeps the field."""
    call = argument.value
    return argument.arg is None and isinstance(call, ast.Call) and ast.unparse(call.func) == "watched"


def test_chinese_stands_in_the_tables_of_words_only() -> None:
    """A sentence written into a page could not be read in English."""
    found = []
    for name, tree in trees():
        if name in HOLDS_WORDS or name in CHINESE_OUTSIDE:
            continue
        said_by_docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said_by_docs:
                found += [f"{name}:{node.lineno} {node.value}"] if CHINESE.search(node.value) else []
    assert found == []


def test_english_is_english() -> None:
    """No Chinese was left in the English column."""
    assert {key for key, words in EN.items() if CHINESE.search(words)} == CHINESE_IN_ENGLISH


def test_no_words_are_left_over() -> None:
    """A key that no page says any more is taken out; keys that are put together count by their beginning."""
    source = (
        "\n".join(file.read_text(encoding="utf-8") for file in FOLDER.rglob("*.py") if file.name not in HOLDS_WORDS)
        + (FOLDER / "words.py").read_text(encoding="utf-8").partition("def say(")[2]
    )
    literal = set(re.findall(r"""["']([a-z_]+(?:\.[A-Za-z0-9_]+)*)["']""", source))
    made = BEGINNINGS | {re.escape(each) for each in re.findall(r"""f["']([a-z_.]+)\.\{""", source)}
    made |= {re.escape(each) for each in re.findall(r"""say_value\(\s*["']([a-z_.]+)["']""", source)}
    begins = re.compile(rf"(?:{'|'.join(sorted(made))})\.")
    ends = re.findall(r"""f["']\{[a-z_]+\}(\.[a-z_]+)["']""", source)
    known = literal | {key + end for key in literal for end in ends}
    assert [key for key in sorted(ZH) if key not in known and not begins.match(key)] == []


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        (ScreenLanguage.BOTH, "登录 Sign in"),
        (ScreenLanguage.CHINESE, "登录"),
        (ScreenLanguage.ENGLISH, "Sign in"),
    ],
)
def test_one_place_decides_what_is_drawn(language: ScreenLanguage, shown: str) -> None:
    """A text draws itself in what was chosen."""
    with drawing(language):
        assert str(say("page.login")) == shown


def test_a_field_is_said_in_its_own_language() -> None:
    """A text in a text, and a name that services give in Chinese."""
    told = say("today.go", page=say("page.login"))
    assert told == ("去看：登录", "Go to: Sign in")
    assert say("today.go", page="福建、四川").en == "Go to: Fujian, Sichuan"


def test_what_has_one_wording_stands_once() -> None:
    """A person's name, in any language; a known place in English."""
    with drawing(ScreenLanguage.ENGLISH):
        assert str(Text("郑国栋", "")) == "郑国栋"
        assert str(Text("福建", "")) == "Fujian"
    assert str(Text("郑国栋", "郑国栋")) == "郑国栋"


@pytest.mark.parametrize(
    ("recorded", "english"),
    [
        ("区号 0591(福州) → 福州话", "area code 0591 (福州) → Fuzhou"),
        ("手机归属地 福建 → 福州话 60%、客家话 40%", "mobile number of Fujian → Fuzhou 60%, Hakka 40%"),
        ("客户资料：说福州话", "customer's file: speaks Fuzhou"),
        ("听口音，分辨不出", "by the accent: cannot tell"),
        ("报案(听到「报案」,可信度约 95%)", "report a claim (heard “报案”, about 95% sure)"),
        ("用词 侬家、汝 → 福州话、海南话", "words used: 侬家, 汝 → Fuzhou, Hainan"),
    ],
)
def test_recorded_reasons_are_read_in_english(recorded: str, english: str) -> None:
    """Their patterns and names; what was heard stays as it was heard."""
    assert reason_in_english(recorded) == english


def test_names_within_words_of_people_are_left() -> None:
    """Only what is a name as a whole is put into English."""
    assert in_english("我在福建") == "我在福建"
    assert in_english("福州话 5、王小明 3") == "Fuzhou 5, 王小明 3"
    assert shifts_in_english("周一-周五 08:00-17:00") == "Mon-Fri 08:00-17:00"
