"""What stands in a personal link."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elder_channel.one_tap.tokens import LinkTokens

TOKENS = LinkTokens("secret")


def test_a_token_names_the_link_it_was_made_for() -> None:
    """Thirty-two characters that survive a text message and an address line."""
    name = TOKENS.new_name()
    token = TOKENS.token(name)
    assert TOKENS.name_in(token) == name
    assert len(token) == 32
    assert token.replace("-", "").replace("_", "").isalnum()


@given(st.text(max_size=40))
def test_nobody_can_make_one_up(guess: str) -> None:
    """Whatever is tried, only what was signed here names a link."""
    assert TOKENS.name_in(guess) is None


@given(place=st.integers(0, 31), letter=st.sampled_from("abcXYZ019-_"))
def test_a_changed_letter_spoils_it(place: int, letter: str) -> None:
    """A link copied wrongly is no link."""
    token = TOKENS.token("A" * 16)
    changed = token[:place] + letter + token[place + 1 :]
    assert TOKENS.name_in(changed) == ("A" * 16 if changed == token else None)


def test_another_secret_signs_nothing_of_ours() -> None:
    """Changing the secret ends every link."""
    assert TOKENS.name_in(LinkTokens("other").token("A" * 16)) is None


@pytest.mark.parametrize(
    "given_", ["", "x" * 16, TOKENS.token("A" * 16)[16:], TOKENS.form_token("B" * 16), "\ud800", "é"]
)
def test_the_link_s_own_signature_is_not_the_form_s(given_: str) -> None:
    """The form's token stands in the page only; neither the link nor another page's form gives it."""
    assert not TOKENS.form_is_ours("A" * 16, given_)
    assert TOKENS.form_is_ours("A" * 16, TOKENS.form_token("A" * 16))
