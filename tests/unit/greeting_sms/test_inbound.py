"""What a reply to a greeting is taken for. None of these messages is of the frozen set's making."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greeting_sms.errors import InboundModelError, InboundRulesError, InboundSetError
from greeting_sms.inbound.classify import classify
from greeting_sms.inbound.evaluate import Share, measure_ordinary, measure_set, read_set
from greeting_sms.inbound.folding import MAX_CHARACTERS, fold
from greeting_sms.inbound.labels import Decider, Label
from greeting_sms.inbound.model import ABOUT, NGRAMS, WEIGHTS, read_model, shipped_model
from greeting_sms.inbound.ordinary_texts import ordinary_texts
from greeting_sms.inbound.rules import read_rules
from greeting_sms.inbound.seeds import examples

DATA = Path(__file__).parents[3] / "greeting_sms/data/inbound"
FROZEN = Path(__file__).parents[2] / "data/inbound/frozen_v1.csv"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("退订", Label.OPT_OUT),
        ("退 订!!", Label.OPT_OUT),
        ("ＴＤ", Label.OPT_OUT),
        ("r", Label.OPT_OUT),
        ("S T O P", Label.OPT_OUT),
        ("<b>退订</b>", Label.OPT_OUT),
        ("不要再給我發短訊", Label.OPT_OUT),
        ("唔好再发短信俾我啦", Label.OPT_OUT),
        ("please stop texting me", Label.OPT_OUT),
        ("再发短信我就报警", Label.OPT_OUT),
        ("不退订", Label.THANKS),
        ("🙏🌹", Label.THANKS),
        ("T_T", Label.OTHER),
        ("R u ok?", Label.OTHER),
        ("取消退订", Label.OTHER),
        ("start", Label.OTHER),
        ("退订要不要钱", Label.QUESTION),
        ("你发错人了", Label.WRONG_NUMBER),
        ("快救命", Label.URGENT),
        ("爷爷昏倒在厨房", Label.URGENT),
        ("td 救命", Label.URGENT),
        ("my mother is not breathing", Label.URGENT),
        ("🆘", Label.URGENT),
        ("119", Label.URGENT),
        ("", Label.OTHER),
        ("   \n", Label.OTHER),
        ("🤔🤔", Label.OTHER),
    ],
)
def test_a_rule_decides_what_is_said_for_certain(text: str, label: Label) -> None:
    """Keys, fuzzy wishes, cries for help, guards against both, signs alone and nothing at all."""
    made = classify(text)
    assert (made.label, made.decider) == (label, Decider.RULE)


@pytest.mark.parametrize("text", ["谢谢T", "不用谢", "不要紧", "笑死我了", "Can you help me change my address"])
def test_a_word_of_another_label_decides_nothing(text: str) -> None:
    """Hard cases: what looks like an opt-out or a cry for help, and is none."""
    assert classify(text).label not in (Label.OPT_OUT, Label.URGENT)


def test_nobody_is_guessed_at() -> None:
    """A text in letters the model has never seen goes to a person, with the best guess beside it."""
    made = classify("ขอบคุณมากครับ แล้วพบกันใหม่")
    assert (made.label, made.decider) == (None, Decider.PERSON)
    assert made.guess is not None


@given(st.text(max_size=300))
def test_any_text_gets_an_answer(text: str) -> None:
    """Whatever is sent, it is labelled or given to a person, with a probability where there is one."""
    made = classify(text)
    assert (made.label is None) == (made.decider is Decider.PERSON)
    assert made.probability is None or 0 <= made.probability <= 1


@pytest.mark.parametrize("text", ["啊" * 10_000 + "救命", "退订" + "哈" * 10_000, "别" * 10_000, "<" * 10_000])
def test_a_text_without_end_is_read_at_both_ends(text: str) -> None:
    """Ten thousand characters cost no more than four thousand, and what stands first or last is seen."""
    assert len(fold(text).words) <= MAX_CHARACTERS + 1
    if "救命" in text or "退订" in text:
        assert classify(text).label in (Label.URGENT, Label.OPT_OUT)


def test_the_model_is_the_one_that_was_trained(tmp_path: Path) -> None:
    """A changed weight file is refused, and so is one that is not there."""
    for name in (WEIGHTS, NGRAMS, ABOUT):
        shutil.copy(DATA / name, tmp_path / name)
    (tmp_path / NGRAMS).write_text("别\n", encoding="utf-8")
    with pytest.raises(InboundModelError, match="SHA-256"):
        read_model(tmp_path)
    (tmp_path / ABOUT).unlink()
    with pytest.raises(InboundModelError, match="cannot be read"):
        read_model(tmp_path)


def test_probabilities_add_up_to_one() -> None:
    """Every label has its share."""
    shares = shipped_model().probabilities("谢谢你们的祝福")
    assert set(shares) == set(Label)
    assert sum(shares.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("rules: [", "needs `parts` and `rules`"),
        ("parts: {}\nrules: [{id: a, label: nice, form: words, match: x}]", "rule a: 'nice'"),
        ("parts: {}\nrules: [{id: a, label: thanks, form: words, match: '{b}'}]", "no part is named 'b'"),
        ("parts: {}\nrules: [{id: a, label: thanks, form: words, match: '('}]", "rule a: "),
        ("parts: {}\nrules: [{id: a, label: thanks, form: words, match: x, when: y}]", "unknown key 'when'"),
    ],
)
def test_a_rule_that_cannot_be_is_named(text: str, told: str) -> None:
    """A fault in the table of rules says which rule and what."""
    with pytest.raises(InboundRulesError, match=told.replace("`", ".")):
        read_rules(text, source="rules.yaml")


def test_recall_is_told_apart_for_words_no_seed_has() -> None:
    """退订 is in everybody's list and in the frozen set too; what it adds to the figures can be seen."""
    digest, messages = read_set(FROZEN)
    few = [each for each in messages if each.label is Label.OPT_OUT][:40]
    learned = {fold(each.text).compact for each in examples()}
    figures = measure_set(digest, few)
    assert figures.opt_out_new.count == sum(fold(each.text).compact not in learned for each in few)
    assert 0 < figures.opt_out_new.count < figures.recall[Label.OPT_OUT].count


def test_a_share_has_wilsons_interval() -> None:
    """The figures of the paper's formula, and the whole range for nothing."""
    low, high = Share(9, 10).interval
    assert (round(low, 4), round(high, 4)) == (0.5958, 0.9821)
    assert Share(0, 0).interval == (0.0, 1.0)


def test_a_labelled_set_is_measured(tmp_path: Path) -> None:
    """Recall counts what was labelled so; a false opt-out among the harmless is counted."""
    file = tmp_path / "set.csv"
    file.write_text(
        "id,text,label,language,style,note\n1,退订,opt_out,zh-Hans,real,\n2,T,thanks,und,real,hard\n", encoding="utf-8"
    )
    figures = measure_set(*read_set(file))
    assert figures.recall[Label.OPT_OUT] == Share(1, 1)
    assert figures.false_opt_outs == Share(1, 1)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"id,text\n", "no column 'label'"),
        ("id,text,label,language,style,note\n1,好,nice,zh,real,\n".encode(), "line 2: no label is named 'nice'"),
        ("退订".encode("gb18030"), "not in UTF-8"),
    ],
)
def test_a_set_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    """With the line and what is wrong."""
    (tmp_path / "set.csv").write_bytes(content)
    with pytest.raises(InboundSetError, match=told):
        read_set(tmp_path / "set.csv")


def test_ordinary_texts_are_read_from_their_archive(tmp_path: Path) -> None:
    """By number: looked at, choosing or judging; what the frozen set calls an opt-out is no false one."""
    messages = "".join(
        f'<message id="{number}"><text>{text}</text></message>'
        for number, text in enumerate(["回来吃饭吗", "td", "好", "退订"])
    )
    archive = tmp_path / "corpus.zip"
    with zipfile.ZipFile(archive, "w") as folder:
        folder.writestr("corpus.xml", f"<smsCorpus>{messages}</smsCorpus>")
    figures = measure_ordinary(ordinary_texts(archive), read_set(FROZEN)[1])
    assert (figures.opt_outs, figures.opt_outs_not_wished) == (Share(1, 1), Share(0, 0))
    assert (figures.opt_outs_looked_at, figures.opt_outs_choosing) == (Share(0, 2), Share(1, 1))


def test_the_model_tells_of_what_it_was_made() -> None:
    """How many seeds and what it reached on seeds held out stand beside it."""
    about = json.loads((DATA / ABOUT).read_text(encoding="utf-8"))
    assert about["seeds"] == len({each.seed for each in examples()})
