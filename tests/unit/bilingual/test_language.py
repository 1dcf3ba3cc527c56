"""Which language a caller hears, and why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bilingual.language import LanguageEvidence, LanguageReason, When, choose_language, prompt_order
from bilingual.messages import Language
from bilingual.web_locale import language_of_browser

ZH, EN = Language.ZH, Language.EN
R = LanguageReason


@pytest.mark.parametrize(
    ("evidence", "chosen"),
    [
        pytest.param(LanguageEvidence(), (ZH, R.DEFAULT), id="nothing-known"),
        pytest.param(LanguageEvidence(key="9"), (EN, R.KEY), id="nine"),
        pytest.param(LanguageEvidence(key="0"), (ZH, R.DEFAULT), id="zero-asks-for-a-person-only"),
        pytest.param(LanguageEvidence(key="9", transcript="喂你好"), (EN, R.KEY), id="nine-beats-speech"),
        pytest.param(LanguageEvidence(key="9", customer_language="zh"), (EN, R.KEY), id="nine-beats-books"),
        pytest.param(LanguageEvidence(english_probability=0.97), (EN, R.SPEECH), id="english-sound"),
        pytest.param(LanguageEvidence(english_probability=0.8), (EN, R.SPEECH), id="at-the-threshold"),
        pytest.param(LanguageEvidence(english_probability=0.79), (ZH, R.DEFAULT), id="below-the-threshold"),
        pytest.param(
            LanguageEvidence(english_probability=0.9, transcript="我要报案"), (ZH, R.WORDS), id="chinese-words-win"
        ),
        pytest.param(
            LanguageEvidence(english_probability=0.6, transcript="I had an accident."),
            (EN, R.WORDS),
            id="english-words",
        ),
        pytest.param(
            LanguageEvidence(transcript="I'd like to speak to someone"), (EN, R.WORDS), id="words-without-a-probability"
        ),
        pytest.param(
            LanguageEvidence(english_probability=0.35, transcript="P.T. likes a blue ball."),
            (EN, R.WORDS),
            id="a-learner",
        ),
        pytest.param(
            LanguageEvidence(english_probability=0.85, transcript="away"), (ZH, R.DEFAULT), id="wei-taken-for-away"
        ),
        pytest.param(
            LanguageEvidence(english_probability=0.872, transcript="Wait a minute."),
            (ZH, R.DEFAULT),
            id="wei-wei-taken-for-wait-a-minute",
        ),
        pytest.param(
            LanguageEvidence(english_probability=0.9, transcript=""), (ZH, R.DEFAULT), id="english-without-words"
        ),
        pytest.param(
            LanguageEvidence(english_probability=0.134, transcript="Sánh cân côy"),
            (ZH, R.DEFAULT),
            id="teochew-in-letters",
        ),
        pytest.param(LanguageEvidence(transcript="English, please"), (EN, R.WORDS), id="asked-for-english"),
        pytest.param(LanguageEvidence(transcript="OK bye-bye"), (ZH, R.DEFAULT), id="everybody-says-bye-bye"),
        pytest.param(
            LanguageEvidence(english_probability=0.2, transcript="Thank you for watching."),
            (ZH, R.DEFAULT),
            id="words-invented-from-noise",
        ),
        pytest.param(
            LanguageEvidence(transcript="Je voudrais un café"), (ZH, R.DEFAULT), id="not-latin-letters-of-english"
        ),
        pytest.param(LanguageEvidence(transcript="我要 English service"), (ZH, R.WORDS), id="mixed-is-chinese"),
        pytest.param(LanguageEvidence(transcript="..."), (ZH, R.DEFAULT), id="marks-only"),
        pytest.param(LanguageEvidence(customer_language="en"), (EN, R.CUSTOMER), id="books-say-english"),
        pytest.param(LanguageEvidence(customer_language="zh-CN"), (ZH, R.CUSTOMER), id="books-say-chinese"),
        pytest.param(LanguageEvidence(customer_language="fr"), (ZH, R.DEFAULT), id="books-say-french"),
        pytest.param(
            LanguageEvidence(transcript="我老伴摔了", customer_language="en"),
            (ZH, R.WORDS),
            id="the-wife-calls-in-chinese",
        ),
        pytest.param(
            LanguageEvidence(english_probability=0.95, customer_language="zh"),
            (EN, R.SPEECH),
            id="the-guest-calls-in-english",
        ),
    ],
)
def test_the_language_of_a_caller(evidence: LanguageEvidence, chosen: tuple[Language, LanguageReason]):
    """The caller's key counts most, then what is spoken now, then the books."""
    choice = choose_language(evidence)
    assert (choice.language, choice.reason) == chosen


@given(
    key=st.sampled_from([None, "0", "9", "*"]),
    probability=st.none() | st.floats(0, 1),
    transcript=st.none() | st.text(max_size=40),
    recorded=st.none() | st.text(max_size=6),
)
def test_every_caller_gets_a_language(
    key: str | None, probability: float | None, transcript: str | None, recorded: str | None
):
    """Whatever is heard or written, there is an answer, and nine always means English."""
    language = choose_language(LanguageEvidence(key, probability, transcript, recorded)).language
    assert language in Language
    assert key != "9" or language is EN


@pytest.mark.parametrize(
    ("number", "order"),
    [
        pytest.param("+8613800138000", (ZH, EN), id="mainland-mobile"),
        pytest.param("+8659112345678", (ZH, EN), id="mainland-landline"),
        pytest.param("059112345678", (ZH, EN), id="national-form"),
        pytest.param("+85221234567", (ZH, EN), id="hong-kong"),
        pytest.param("+85328123456", (ZH, EN), id="macao"),
        pytest.param("+886221234567", (ZH, EN), id="taiwan"),
        pytest.param("+12025550123", (EN, ZH), id="united-states"),
        pytest.param("+442079460123", (EN, ZH), id="united-kingdom"),
        pytest.param("+6561234567", (EN, ZH), id="singapore"),
        pytest.param("anonymous", (ZH, EN), id="withheld"),
        pytest.param("", (ZH, EN), id="empty"),
        pytest.param(None, (ZH, EN), id="no-number"),
        pytest.param("not a number", (ZH, EN), id="nonsense"),
        pytest.param("+1", (ZH, EN), id="too-short"),
        pytest.param("+266696687", (ZH, EN), id="the-word-anonymous-on-keys"),
    ],
)
def test_a_number_from_abroad_only_puts_english_first(number: str | None, order: tuple[Language, Language]):
    """Both languages are always there; the country of the number decides which is heard first."""
    assert prompt_order(number) == order


ABROAD, CANTON = "+12025550123", "+862000000101"


@pytest.mark.parametrize(
    ("evidence", "language", "reason", "when", "spoken"),
    [
        pytest.param(
            LanguageEvidence(number=ABROAD), ZH, R.NUMBER, When.FROM_THE_START, (EN, ZH), id="a-number-from-abroad"
        ),
        pytest.param(
            LanguageEvidence(number="+85221234567"), ZH, R.DEFAULT, When.FROM_THE_START, (ZH,), id="hong-kong"
        ),
        pytest.param(
            LanguageEvidence(number=ABROAD, customer_language="zh"),
            ZH,
            R.CUSTOMER,
            When.FROM_THE_START,
            (ZH,),
            id="the-books-know-better-than-the-number",
        ),
        pytest.param(
            LanguageEvidence(number=ABROAD, transcript="我要报案"),
            ZH,
            R.WORDS,
            When.AT_ONCE,
            (ZH,),
            id="chinese-abroad",
        ),
        pytest.param(
            LanguageEvidence(number=CANTON, transcript="English please"),
            EN,
            R.WORDS,
            When.AT_ONCE,
            (EN,),
            id="english-in-the-prompt",
        ),
        pytest.param(
            LanguageEvidence(settled="zh", transcript="English please"),
            EN,
            R.WORDS,
            When.AT_ONCE,
            (EN,),
            id="english-while-waiting",
        ),
        pytest.param(
            LanguageEvidence(key="9", settled="zh"),
            EN,
            R.KEY,
            When.AT_ONCE,
            (EN,),
            id="nine-while-waiting",
        ),
        pytest.param(
            LanguageEvidence(settled="en", chosen_by_key=True, transcript="我要报案"),
            EN,
            R.KEY,
            When.AT_ONCE,
            (EN,),
            id="nine-stands",
        ),
        pytest.param(
            LanguageEvidence(settled="en", asked_for_english=True, transcript="好的"),
            EN,
            R.SETTLED,
            When.AT_ONCE,
            (EN,),
            id="one-chinese-word-later",
        ),
        pytest.param(
            LanguageEvidence(settled="en", transcript=""),
            EN,
            R.SETTLED,
            When.AT_ONCE,
            (EN,),
            id="nothing-new",
        ),
        pytest.param(
            LanguageEvidence(sounds_like="ja", transcript="您好", number=ABROAD),
            ZH,
            R.OTHER,
            When.AT_ONCE,
            (EN, ZH),
            id="japanese-written-in-characters",
        ),
        pytest.param(
            LanguageEvidence(sounds_like="ja", settled="zh", is_final=False),
            ZH,
            R.SETTLED,
            When.AT_ONCE,
            (ZH,),
            id="half-an-utterance-of-it",
        ),
        pytest.param(
            LanguageEvidence(sounds_like="ja", settled="en", asked_for_english=True),
            EN,
            R.SETTLED,
            When.AT_ONCE,
            (EN,),
            id="a-japanese-who-asked-for-english",
        ),
        pytest.param(
            LanguageEvidence(web_locale="en-GB,en;q=0.9"), EN, R.LOCALE, When.FROM_THE_START, (EN,), id="the-browser"
        ),
        pytest.param(
            LanguageEvidence(web_locale="en-GB", customer_language="zh-CN"),
            ZH,
            R.CUSTOMER,
            When.FROM_THE_START,
            (ZH,),
            id="the-books-know-better-than-the-browser",
        ),
    ],
)
def test_one_function_tells_language_reason_and_moment(
    evidence: LanguageEvidence, language: Language, reason: LanguageReason, when: When, spoken: tuple[Language, ...]
):
    """And in which languages things are said until then."""
    choice = choose_language(evidence)
    assert (choice.language, choice.reason, choice.when, choice.spoken) == (language, reason, when, spoken)
    assert choice.sounds_like == (evidence.sounds_like if reason is R.OTHER else None)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", ZH),
        ("en-US,en;q=0.9,zh;q=0.8", EN),
        ("fr-FR,fr;q=0.9,en;q=0.3", EN),
        ("zh;q=0.2,en;q=0.3", EN),
        ("yue-Hant-HK", ZH),
        ("en;q=0", None),
        ("de", None),
        ("*", None),
        ("en;q=very", None),
        ("en;q=7", None),
        ("", None),
        (None, None),
        ("😀," * 5_000 + "en", None),
    ],
)
def test_the_browser_s_wish_is_read(header: str | None, language: Language | None):
    """By its weights; what cannot be read is passed over."""
    assert language_of_browser(header) is language


@given(st.text(max_size=200))
def test_no_header_makes_the_page_fail(header: str):
    """Whatever a browser sends."""
    assert language_of_browser(header) in (None, *Language)
