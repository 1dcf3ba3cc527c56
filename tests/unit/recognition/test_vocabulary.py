"""The service's words as a prompt: bounded, and believed only where they are heard without it."""

from __future__ import annotations

import pytest

from dialects.recognizers.vocabulary import MAX_PROMPT_TOKENS, Vocabulary, service_vocabulary


def letters(text: str) -> list[int]:
    """A tokenizer that gives each character a token."""
    return [ord(character) for character in text]


def written(prompt: tuple[int, ...]) -> str:
    return "".join(map(chr, prompt))


def test_the_operators_names_come_first() -> None:
    """What the site adds is worth more than what everybody has."""
    prompts = service_vocabulary([" 永安保险 ", "Yongan"]).prompts(letters)
    assert written(prompts["zh"]).startswith("永安保险，Yongan，报案，")
    assert written(prompts["yue"]) == written(prompts["zh"])
    assert written(prompts["en"]).startswith("Yongan, insurance, ")


def test_hot_words_alone() -> None:
    """Without the packaged words a language without hot words has no prompt."""
    assert set(service_vocabulary(["永安保险"], packaged=False).prompts(letters)) == {"zh", "yue"}
    assert service_vocabulary([], packaged=False).prompts(letters) == {}


def test_a_prompt_is_bounded_and_ends_with_a_whole_word() -> None:
    """However many names a site has, the decoder reads few of them."""
    names = [f"公司{number:03}" for number in range(60)]
    prompt = written(service_vocabulary(names).prompts(letters)["zh"])
    assert MAX_PROMPT_TOKENS - 8 <= len(prompt) <= MAX_PROMPT_TOKENS
    assert prompt.removesuffix("。").split("，") == names[: prompt.count("，") + 1]


def test_no_word_that_fits_is_no_prompt() -> None:
    """A name longer than a prompt may be is left out."""
    assert Vocabulary({"zh": ("很" * 100,)}).prompts(letters) == {}


@pytest.mark.parametrize(
    ("with_prompt", "without", "invented"),
    [
        ("我要报案", "我要報案", False),
        ("我要报案", "我要抱案", False),
        ("我要报案", "我要吃飯", True),
        ("报案，查保单，缴费", "嗯", True),
        ("查保单", "", True),
        ("今天天气好", "", False),
        ("my insurance", "my insure ants", False),
        ("my insurance", "my instrument", False),
        ("my insurance", "goodbye", True),
    ],
)
def test_a_prompted_word_must_be_heard_without_the_prompt(with_prompt: str, without: str, invented: bool) -> None:
    """Half of its characters are enough; none of them means that the prompt spoke."""
    assert service_vocabulary().is_invented(with_prompt, without) is invented
