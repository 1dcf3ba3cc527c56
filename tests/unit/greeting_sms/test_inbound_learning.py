"""What the model for replies learns from: seeds, concepts, and families that are held out together."""

from __future__ import annotations

import pytest

from greeting_sms.errors import InboundRulesError
from greeting_sms.inbound import classify as reading
from greeting_sms.inbound.classify import POINT, classify
from greeting_sms.inbound.concepts import MARK, features, read_lexicon
from greeting_sms.inbound.families import distinct, families, folds
from greeting_sms.inbound.folding import fold
from greeting_sms.inbound.labels import PERHAPS_URGENT, Decider, Label
from greeting_sms.inbound.model import LONGEST, shipped_model
from greeting_sms.inbound.rules import Form, Rule, read_rules
from greeting_sms.inbound.seeds import Example, examples

SEEDS = """
lists: {who: [甲, 乙, 丙], what: [来, 去]}
most_of_a_seed: 4
seeds: {other: ['{who}{what}', '好']}
plain: {thanks: 谢谢 / 多谢 /}
"""


class OneSided:
    """A model that gives all it has to one label."""

    def __init__(self, label: Label, share: float) -> None:
        self._label, self._share = label, share

    def probabilities(self, words: str) -> dict[Label, float]:
        """As told; the rest in equal shares."""
        rest = (1 - self._share) / (len(Label) - 1)
        return {label: self._share if label is self._label else rest for label in Label}

    def known_share(self, words: str) -> float:
        """Every letter is known."""
        return 1.0


def test_a_seed_is_filled_in_no_more_ways_than_allowed() -> None:
    """Six ways are cut to four, different ones, the same every time; plain seeds stand as they are."""
    made = examples([SEEDS])
    assert made == examples([SEEDS])
    ways = [each.text for each in made if each.label is Label.OTHER and each.text != "好"]
    assert len(set(ways)) == len(ways) == 4
    assert [each.text for each in made if each.label is Label.THANKS] == ["谢谢", "多谢"]


def test_words_of_one_concept_count_alike() -> None:
    """短信 and 讯息 are one thing, and what stands before it makes a pair in that order only."""
    lexicon = read_lexicon("refuse: 别 / 不要\nsend: 发\ntexts: 短信 / 讯息", source="lexicon")
    first, second = (set(features(words, lexicon)) for words in ("别发短信", "不要发讯息"))
    assert first == second
    assert f"{MARK}refuse>send" in first
    assert f"{MARK}send>refuse" not in first


def test_a_latin_word_stands_alone() -> None:
    """`er` is the emergency room and not the end of `dinner`."""
    lexicon = read_lexicon("rescue: er", source="lexicon")
    assert list(features("to the er now", lexicon)) == [f"{MARK}rescue"]
    assert list(features("dinner", lexicon)) == []


def test_a_concept_is_never_taken_for_a_run_of_letters() -> None:
    """Its mark alone is as long as the longest run."""
    assert len(MARK) >= LONGEST


@pytest.mark.parametrize("text", ["a: [", "just words", "a: ''"])
def test_a_lexicon_without_words_is_refused(text: str) -> None:
    """With what is wrong in it."""
    with pytest.raises(InboundRulesError, match="lexicon"):
        read_lexicon(text, source="lexicon")


def test_variants_of_one_sentence_are_one_family() -> None:
    """Politeness and particles make no other sentence; families stay whole in their folds."""
    made = [
        Example("别发了", Label.OPT_OUT, 1),
        Example("请别发", Label.OPT_OUT, 2),
        Example("着火了", Label.URGENT, 3),
        Example("厨房着火", Label.URGENT, 3),
    ]
    assert families(made) == [0, 0, 1, 1]
    assert len(set(folds(families(made), 2))) == 2


def test_where_seeds_disagree_the_graver_label_is_learned() -> None:
    """The one whose missing does most harm, once for every spelling."""
    made = distinct([Example("我走了", Label.OTHER, 1), Example("我走了", Label.URGENT, 2)])
    assert [each.label for each in made] == [Label.URGENT]


def test_a_rule_that_is_not_sure_needs_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """It decides where the model holds its label for possible; a person looks where it does not."""
    rule = read_rules(
        "parts: {}\nrules: [{id: a, label: opt_out, form: words, match: 发短信, sure: false}]", source="rules"
    )
    monkeypatch.setattr(reading, "fitting_rules", lambda folded: (each for each in rule if each.fits(folded)))
    agreed = classify("别发短信", model=OneSided(Label.OPT_OUT, 0.95))
    assert (agreed.label, agreed.decided_by) == (Label.OPT_OUT, "rule:a")
    doubted = classify("我发短信了", model=OneSided(Label.OTHER, 0.97))
    assert (doubted.label, doubted.decider) == (None, Decider.PERSON)


def test_what_may_be_urgent_is_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too little to ring the number, too much to wait among the other orders."""
    monkeypatch.setattr(reading, "fitting_rules", lambda folded: iter(()))
    share = (POINT.urgent + POINT.perhaps_urgent) / 2
    made = classify("怪怪的", model=OneSided(Label.URGENT, share))
    assert (made.label, made.guess) == (None, Label.URGENT)
    assert made.decided_by == f"person:{PERHAPS_URGENT}"


def test_the_shipped_model_knows_concepts() -> None:
    """The lexicon and the model are of one making: most of its concepts are among the columns."""
    model = shipped_model()
    named = set(features(fold("别再给我发短信了,救命,妈妈摔倒了").words))
    assert len(named & set(model.columns)) > len(named) / 2


def test_a_rule_says_whether_it_is_sure() -> None:
    """Sure unless told otherwise."""
    sure, unsure = read_rules(
        "parts: {}\nrules: [{id: a, label: other, form: words, match: x}, "
        "{id: b, label: other, form: words, match: x, sure: false}]",
        source="rules",
    )
    assert isinstance(sure, Rule)
    assert sure.form is Form.WORDS
    assert (sure.sure, unsure.sure) == (True, False)
