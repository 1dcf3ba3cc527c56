"""Templates are strict: what is unknown is refused, what is missing has a fallback, what is harmful is not printed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilingual.salutation import Style, load_salutations
from greeting_sms.errors import TemplateError
from greeting_sms.templates import Variable, clean_name, pack, parse_template, unpack

GREETING = "{salutation|您好}，祝{name|您}生日快乐！"


def test_values_and_fallbacks_are_filled_in() -> None:
    """A value stands where it is known, the fallback where it is not."""
    template = parse_template("zh", GREETING)
    assert template.text(template.fill({Variable.SALUTATION: "陈阿姨"})) == "陈阿姨，祝您生日快乐！"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("{nmae|您}好", "no variable {nmae}", id="unknown variable"),
        pytest.param("{name}好", "{name} has no fallback", id="no fallback"),
        pytest.param("}你好", "a } stands alone", id="stray brace"),
        pytest.param("{name|你", "a { stands alone", id="never closed"),
        pytest.param("{name|【】}", "the fallback of {name} cannot be printed", id="signature in a fallback"),
        pytest.param("{name|" + "长" * 30 + "}", "the fallback of {name} cannot be printed", id="long fallback"),
        pytest.param("{|x}", "no variable {}", id="no name"),
    ],
)
def test_a_wrong_template_is_refused_with_its_name(text: str, told: str) -> None:
    """The message names the template and what is wrong in it."""
    with pytest.raises(TemplateError, match="template zh") as refused:
        parse_template("zh", text)
    assert told in str(refused.value)


@pytest.mark.parametrize("value", ["【陈】", "陈\n明", "陈\x1f明", "{name|x}", "长" * 25])
def test_a_harmful_value_never_gets_into_a_text(value: str) -> None:
    """Brackets of a signature, control characters, braces, and words that are too long."""
    with pytest.raises(TemplateError, match=r"template zh: the value of \{name\}"):
        parse_template("zh", GREETING).fill({Variable.NAME: value})


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("陈明", "陈明"),
        ("  Mary   Ann  ", "Mary Ann"),
        ("J. O'Neil-Smith", "J. O'Neil-Smith"),
        ("迪丽热巴·迪力木拉提", "迪丽热巴·迪力木拉提"),
        ("José", "José"),
        ("www.example.com", ""),
        ("陈明13800000000", ""),
        ("【陈】", ""),
        ("陈\u202e明", ""),
        ("张" * 21, ""),
        ("=HYPERLINK(x)", ""),
        ("", ""),
    ],
)
def test_only_names_are_printed_as_names(name: str, printed: str) -> None:
    """What cannot be a name is left out, and the fallback stands there."""
    assert clean_name(name) == printed


@given(st.lists(st.text(alphabet="陈明ab ·", max_size=20), min_size=2, max_size=2))
def test_filled_words_survive_the_outbox(words: list[str]) -> None:
    """What was packed is what is unpacked, empty words too."""
    template = parse_template("zh", GREETING)
    assert unpack(template, pack(words)) == tuple(words)


@given(st.text(max_size=200))
def test_a_name_from_the_books_never_breaks_a_text(name: str) -> None:
    """Whatever stands in the books, the text is made, and without brackets or control characters."""
    template = parse_template("zh", GREETING)
    text = template.text(template.fill({Variable.NAME: clean_name(name)}))
    assert text.isprintable()
    assert "【" not in text


@pytest.mark.parametrize(
    ("style", "gender", "dialect", "name", "said"),
    [
        (Style.FORMAL, "female", None, "陈秀英", "陈秀英女士"),
        (Style.FORMAL, "male", None, "陈建国", "陈建国先生"),
        (Style.FORMAL, None, None, "陈明", "陈明您好"),
        (Style.FAMILIAL, "female", None, "陈秀英", "陈阿姨"),
        (Style.FAMILIAL, "male", "putonghua", "欧阳建国", "欧阳叔叔"),
        (Style.FAMILIAL, "male", "sichuan", "李国", "李叔叔"),
        (Style.FAMILIAL, "female", "sichuan", "李秀兰", "李孃孃"),
        (Style.FAMILIAL, None, "sichuan", "李明", "李明您好"),
        (Style.FAMILIAL, "female", None, "阿依古丽·买买提", "阿依古丽·买买提阿姨"),
        (Style.FAMILIAL, "male", None, "<script>", ""),
        (Style.FAMILIAL, "female", None, "", ""),
    ],
)
def test_people_are_addressed_by_what_is_on_record(
    style: Style, gender: str | None, dialect: str | None, name: str, said: str
) -> None:
    """By gender and dialect where they are known, never by a guess from the name; nothing for what is no name."""
    rules = load_salutations()
    pattern = rules.pattern(language="zh", style=style, gender=gender, dialect=dialect, region=None)
    assert rules.fill(pattern, clean_name(name)) == said


def test_every_salutation_fits_everybody_in_the_end() -> None:
    """The last rule of every style asks for no dialect and no region."""
    rules = load_salutations()
    for of_language in (rules.zh, rules.en):
        for style in Style:
            assert not of_language[style][-1].dialects
            assert not of_language[style][-1].regions
