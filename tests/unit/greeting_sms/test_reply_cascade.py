"""The three stages of a reply: what ends greetings at once, what holds them until it is read, and the rest."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from greeting_sms.inbound.classify import POINT, classify
from greeting_sms.inbound.labels import PERHAPS_OPT_OUT, PERHAPS_URGENT, TOLD_OF_DEATH, Decider, Label


class Says:
    """A model that says the same of every text."""

    def __init__(self, known: float = 1.0, **shares: float) -> None:
        self._shares = {label: shares.get(label, 0.0) for label in Label}
        self._known = known

    def probabilities(self, words: str) -> Mapping[Label, float]:
        """The same always."""
        return self._shares

    def known_share(self, words: str) -> float:
        """The same always."""
        return self._known


@pytest.mark.parametrize(
    "text", ["R", "t", "TD", "td。", "退订", "退订！谢谢", "回复T", "拒收", "STOP", "stop please", "UNSUBSCRIBE"]
)
def test_a_published_key_alone_ends_greetings_whatever_the_model_says(text: str) -> None:
    """It was asked for by name; nobody has to agree, and nobody has to read it."""
    made = classify(text, model=Says(other=1.0))
    assert (made.label, made.decider, made.holds) == (Label.OPT_OUT, Decider.RULE, False)


@pytest.mark.parametrize("text", ["不要发短信", "别再给我发短信了", "请不要再发祝福短信，谢谢"])
def test_a_refusal_that_names_texts_and_nothing_else_ends_greetings(text: str) -> None:
    """No reading of it leaves anything to send."""
    assert classify(text, model=Says(other=1.0)).label is Label.OPT_OUT
    assert classify(f"{text}，打电话", model=Says(other=1.0)).label is None


@pytest.mark.parametrize("text", ["别再给我发了", "短信不要了", "把我拉黑了", "no more texts please"])
def test_words_of_a_way_out_need_the_model_as_well(text: str) -> None:
    """Rule and model both sure: it ends greetings. The rule alone: it holds them until somebody has read it."""
    assert classify(text, model=Says(opt_out=0.99)).label is Label.OPT_OUT
    made = classify(text, model=Says(other=0.95, opt_out=0.04))
    assert (made.label, made.holds, made.stops) == (None, True, True)


def test_the_model_alone_holds_and_ends_only_what_it_is_surest_of() -> None:
    """No rule speaks for it: above the highest threshold it ends greetings, above the lowest it holds them."""
    text = "天气晴朗"
    assert classify(text, model=Says(opt_out=POINT.opt_out)).label is Label.OPT_OUT
    held = classify(text, model=Says(opt_out=POINT.perhaps_opt_out, other=0.9))
    assert (held.label, held.rule, held.holds) == (None, PERHAPS_OPT_OUT, True)
    free = classify(text, model=Says(opt_out=POINT.perhaps_opt_out / 2, other=0.95))
    assert (free.label, free.holds) == (Label.OTHER, False)


def test_what_nobody_understands_holds() -> None:
    """Letters the model has hardly seen may say anything."""
    made = classify("ขอบคุณมากครับ", model=Says(known=0.0, thanks=0.99))
    assert (made.label, made.holds) == (None, True)


@pytest.mark.parametrize("text", ["🚫", "N", "0000", "不要了", "不用", "停", "取消吧"])
def test_a_bare_no_or_a_sign_holds(text: str) -> None:
    """Nobody has published it: what is meant is for a person to say."""
    made = classify(text, model=Says(opt_out=1.0))
    assert (made.label, made.guess, made.holds) == (None, Label.OPT_OUT, True)


def test_danger_is_rung_or_read_at_once() -> None:
    """Sure of it: an order and a ring. Not sure: a person before all else; and no greeting goes there meanwhile."""
    sure = classify("天气晴朗", model=Says(urgent=POINT.urgent))
    assert (sure.label, sure.holds) == (Label.URGENT, True)
    perhaps = classify("天气晴朗", model=Says(urgent=POINT.perhaps_urgent, opt_out=0.5, other=0.4))
    assert (perhaps.label, perhaps.rule, perhaps.holds) == (None, PERHAPS_URGENT, True)


def test_somebody_elses_number_is_held_until_it_was_read() -> None:
    """No guess ends a customer's greetings, this one either."""
    made = classify("你发错人了")
    assert (made.label, made.holds, made.stops) == (Label.WRONG_NUMBER, True, True)


@pytest.mark.parametrize("text", ["谢谢你们", "🙏", "", "👌" * 50, "祝福收到了，谢谢", "thank you so much"])
def test_thanks_hold_nothing(text: str) -> None:
    """Nobody has to read them, and next year's greeting comes."""
    assert not classify(text).stops


def test_what_is_held_and_no_label_leaves_an_order() -> None:
    """A hold that nobody is asked to look at would never end."""
    for label in (Label.THANKS, Label.OTHER):
        for opt_out in (0.0, POINT.perhaps_opt_out, 0.3):
            made = classify("天气晴朗", model=Says(**{label: 1 - opt_out, "opt_out": opt_out}))
            assert not (made.holds and made.label in (Label.THANKS, Label.OTHER))


@pytest.mark.parametrize(
    "text",
    [
        "我爸上个月走了",
        "他已经去世了",
        "老伴没了，跟你们说一声",
        "阿嬷过身了",
        "机主已故",
        "He passed away last year",
        "the customer is deceased",
    ],
)
def test_news_of_a_death_is_read_before_anything_more_is_sent(text: str) -> None:
    """The model takes it for small talk: it is still read by a person, and nothing goes to the number before."""
    for harmless in ("other", "thanks"):
        made = classify(text, model=Says(**{harmless: 0.99}))
        assert (made.label, made.rule, made.holds) == (None, TOLD_OF_DEATH, True)
    asked = classify(text, model=Says(question=0.9))
    assert (asked.label, asked.holds) == (Label.QUESTION, True)


def test_grief_is_not_danger_by_itself() -> None:
    """Read at once, and rung only where the model is sure of danger."""
    text = "老伴走了三年了"
    read = classify(text, model=Says(urgent=POINT.urgent, other=0.7))
    assert (read.label, read.rule, read.holds) == (None, PERHAPS_URGENT, True)
    assert classify(text, model=Says(urgent=POINT.surely_urgent)).label is Label.URGENT
    assert classify("老公走了 我也不想活了", model=Says(other=1.0)).label is Label.URGENT


@pytest.mark.parametrize("text", ["笑死我了", "我走了啊 明天见", "手机没电了", "走了走了 吃饭去", "人不在家"])
def test_who_only_leaves_or_laughs_has_not_died(text: str) -> None:
    """Words of a death in everyday use."""
    assert not classify(text, model=Says(other=0.99)).holds


@pytest.mark.parametrize(
    "text", ["谢谢你们还记得我", "我自己都忘了今天生日，谢谢", "难得你们有心", "每年都记得，谢谢啊"]
)
def test_gladness_rings_nobody(text: str) -> None:
    """Darker texts end in the same words; alone they are thanks."""
    assert classify(text).label is Label.THANKS
