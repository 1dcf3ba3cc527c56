"""What the lint of documents finds, and what it leaves alone."""

from __future__ import annotations

import pytest

from elder_channel.telephony.document_lint import Profile, lint_document, names_keys

SAY = '<Say language="zh-CN">{}</Say><Pause length="1"/>'
GATHER = '<Gather input="dtmf speech" timeout="8" actionOnEmptyResult="true">{}</Gather>'


def document(*spoken: str, after: str = "") -> str:
    """A prompt that says this, one phrase after the other."""
    return f"<Response>{GATHER.format(''.join(SAY.format(text) for text in spoken))}{after}</Response>"


@pytest.mark.parametrize(
    ("broken", "found"),
    [
        pytest.param(document("查保单，请按一。", "要找人，请按零。"), "is no person", id="menu before a person"),
        pytest.param(document("您好。" * 12 + "要找人，请按零。"), "first choice comes after", id="long preamble"),
        pytest.param(document(*["要找人，请按零。"] * 6), "a prompt of", id="too long"),
        pytest.param(document("好" * 40), "characters a minute", id="too fast"),
        pytest.param("<Response><Hangup/></Response>", "hangs up", id="hangs up"),
        pytest.param("<Response><Say>您好。</Say></Response>", "dead end", id="nothing after a sentence"),
        pytest.param("<Response><Gather><Say>找人，请按零。</Say></Gather></Response>", "silence", id="silent caller"),
        pytest.param(f"<Response>{SAY.format('找人，请按零。')}<Enqueue/></Response>", "none is taken", id="no Gather"),
        pytest.param(document("您好。").replace("8", "1", 1), "1 s to react", id="no time to react"),
        pytest.param(
            "<Response><Say>您好。</Say><Say>请等。</Say><Enqueue/></Response>",
            "no pause",
            id="no pause",
        ),
    ],
)
def test_what_a_caller_would_stumble_over_is_found(broken: str, found: str) -> None:
    """Each rule catches the document it was written for."""
    assert any(found in finding for finding in lint_document(broken))


def test_slow_speech_counts_as_spoken() -> None:
    """What is too fast in the voice's own speed may be right when the voice is slowed down."""
    fast = "<Response><Say>{}</Say><Enqueue/></Response>"
    text = "好" * 40
    slow = fast.format(f'<prosody rate="75%">{text}</prosody>')
    assert lint_document(fast.format(text))
    assert lint_document(slow) == ()


def test_another_standard_has_other_figures() -> None:
    """The figures are a profile, so a site held to a stricter standard can say so."""
    prompt = document("您好。找人，请按零。")
    assert lint_document(prompt) == ()
    assert lint_document(prompt, Profile(max_seconds_to_first_choice=1.0))


def test_a_document_that_names_keys_is_a_level() -> None:
    """Only what tells somebody to press something counts as a level of a menu."""
    assert names_keys(document("找人，请按零。"))
    assert not names_keys(document("正在为您接人。"))
