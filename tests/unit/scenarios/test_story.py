"""Every event has a sentence, for who reads the report and knows no protocol."""

from __future__ import annotations

from typing import Any

import pytest

from elder_channel.simulator.scenarios.event_names import EVENT_NAMES
from elder_channel.simulator.scenarios.story import sentence

WHATEVER: dict[str, Any] = {
    "from": "+8657100000201", "to": "+862100000060", "answered_by": "human", "by": "caller", "url": "https://x/voice/a",
    "took_ms": 3.2, "verbs": ["Say"], "seconds": 1.5, "heard": ["Digits"], "key": "0", "delivered": True,
    "position": 1, "result": "redirected", "contact": "client:a", "status": "busy", "act": "declines the call",
    "message": "key not delivered", "worker": "lin.xiulan",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(EVENT_NAMES))
def test_every_event_has_a_sentence(name: str) -> None:
    """None is told by its name alone."""
    assert sentence({"name": name, **WHATEVER}) not in ("", name)


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ({"name": "prompt.started", "text": "您好", "seconds": 1.25}, "the caller hears «您好» (1.2 s)"),
        ({"name": "prompt.started", "url": "https://x/a.wav"}, "the caller hears a recording"),
        ({"name": "key.pressed", "key": "7", "delivered": False}, "key 7 is pressed, which reaches nobody"),
        ({"name": "webhook.sent", "url": "https://x/voice/wait?round=1#ct=1"}, "the carrier asks /voice/wait"),
        ({"name": "gather.finished", "heard": []}, "the listening ends with nothing heard"),
        ({"name": "agent.hung_up", "contact": "a", "by": "service"}, "the service takes the call away from a"),
        ({"name": "call.redirected", "url": None}, "the service moves the call to a document it was given"),
        ({"name": "queue.left", "result": "queue-full"}, "the call left the queue: queue-full"),
        ({"name": "something.new"}, "something.new"),
    ],
)
def test_sentences_say_what_matters(event: dict[str, Any], told: str) -> None:
    """What was said, which key, where to; an unknown event keeps its name."""
    assert sentence(event) == told
