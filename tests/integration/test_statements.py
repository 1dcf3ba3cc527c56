"""How often a document goes to the books: at ten calls a second on two cores it is this that callers wait for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from elder_channel.agents.model import Presence
from elder_channel.calls.model import Matched
from elder_channel.services.line import LineService
from elder_channel.storage.assigning import Assignment
from elder_channel.telephony.tokens import StreamTokens
from elder_channel.web.documents import VoiceDocuments
from elder_channel.web.forms import Webhook
from tests.fakes.line import LineInMemory
from tests.fakes.webhooks import HOTLINE, STRANGER

AGENT = "chen-jiaming"
OVER = {"DialCallStatus": "completed", "DialBridged": "true", "CallStatus": "completed"}


@contextmanager
def counted(at: LineInMemory) -> Iterator[Counter[str]]:
    """Reads and writes of the calls' books while the block runs."""
    found: Counter[str] = Counter()
    engine = at.line.databases.calls

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        found["reads" if statement.startswith("SELECT") else "writes"] += 1

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def documents(at: LineInMemory) -> VoiceDocuments:
    """The documents, without the process around them."""
    return VoiceDocuments(at.line, LineService(at.line), StreamTokens("secret"))


def hook(query: dict[str, str] | None = None, **fields: str) -> Webhook:
    """A webhook of the one call."""
    return Webhook({"CallSid": "CA1", "From": STRANGER, "To": HOTLINE, **fields}, query or {})


@pytest.mark.parametrize(
    "at", [{"ELDER_CHANNEL_PROMPTS__AUDIO": "say"}], indirect=True
)  # sounds are looked for by the clock
def test_documents_of_a_call_ask_the_books_no_more_often_than_they_must(
    at: LineInMemory, documents: VoiceDocuments
) -> None:
    """A stranger presses 0, waits, is put through and helped; a count may change on purpose, never unnoticed."""
    asked = [
        ("incoming", documents.incoming, hook(), (5, 2)),
        ("gather", documents.gather, hook({"attempt": "1"}, Digits="0"), (2, 2)),
        ("wait", documents.wait, hook({"round": "0"}), (2, 1)),
    ]
    answered = [
        ("connect", documents.connect, hook({"agent": AGENT}), (1, 1)),
        ("agent-status", documents.agent_status, hook({"agent": AGENT}, CallStatus="in-progress"), (2, 4)),
        ("dialed", documents.dialed, hook({"agent": AGENT}, **OVER), (7, 3)),
        ("status", documents.status, hook(CallStatus="completed"), (1, 0)),
    ]
    for name, document, webhook, most in asked:
        with counted(at) as found:
            document(webhook)
        assert (found["reads"], found["writes"]) == most, name
    at.line.calls.assign_all([Assignment("CA1", AGENT, Matched.EXACT, None, [])], at=at.clock())
    for name, document, webhook, most in answered:
        with counted(at) as found:
            document(webhook)
        assert (found["reads"], found["writes"]) == most, name
    assert at.line.agents.states()[AGENT].presence is Presence.IDLE
