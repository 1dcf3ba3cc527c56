"""Every document a caller can be led through: all inputs at every step, both languages, elders and others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree as ET

import pytest
import sqlalchemy as sa

from elder_channel.calls.model import CallState
from elder_channel.calls.tables import turns
from elder_channel.customers.model import Customer
from elder_channel.services.line import LineService
from elder_channel.telephony.document_lint import Sounds, lint_document, names_keys
from elder_channel.telephony.tokens import StreamTokens
from elder_channel.web.documents import VoiceDocuments
from elder_channel.web.forms import Webhook
from tests.fakes.line import LineInMemory, open_test_line

KEYS = "0123456789*#"
WORDS = ("我要报案", "听不清", "I need some help please")
REACTIONS: list[dict[str, str]] = [
    *({"Digits": key} for key in KEYS),
    {},
    *({"SpeechResult": words} for words in WORDS),
]
"""What can come of a prompt: every key, silence, and words."""
LEVELS = 3
"""Choices on top of each other at most (clause 4.3 of a Chinese financial-service standard); of elders, none."""
DEAF, ENGLISH_SPEAKER = "+8659100000171", "+8659100000172"
CALLERS = {
    "stranger": ("+8659100000155", "+862100000060", False),
    "from abroad": ("+12025550155", "+862100000060", False),
    "withheld": ("anonymous", "+862100000060", False),
    "hears badly by the books": (DEAF, "+862100000060", False),
    "English by the books": (ENGLISH_SPEAKER, "+862100000060", False),
    "known elder": ("+862000000101", "+862100000060", True),
    "dedicated line": ("+8659100000156", "+862100000061", True),
}


@dataclass
class Walk:
    """Follows every path of documents from an incoming call."""

    at: LineInMemory
    documents: VoiceDocuments
    caller: str
    called: str
    is_elder: bool = False
    calls: int = 0

    @property
    def sounds(self) -> Sounds:
        """What each sound in a document says."""
        return self.at.line.sounds.named

    @property
    def most_levels(self) -> int:
        """Prompts that name keys on one path; one played again is the same prompt."""
        return 0 if self.is_elder else LEVELS

    def paths(self) -> Iterator[list[str]]:
        """A path of documents to every reaction to every prompt; what follows the same prompt is followed once."""
        to_try: list[tuple[dict[str, str], ...]] = [()]
        seen: set[str] = set()
        while to_try:
            reactions = to_try.pop(0)
            path, asks = self.play(*reactions)
            yield path
            prompt = _without_stream(path[-1])
            if asks and prompt not in seen:
                seen.add(prompt)
                to_try += [(*reactions, reaction) for reaction in REACTIONS]

    def play(self, *reactions: dict[str, str]) -> tuple[list[str], bool]:
        """The documents of a new call whose caller reacts so, and whether the last still asks for a reaction."""
        self.calls += 1
        sid = f"CA{self.calls}"
        path = [self.documents.incoming(self.hook(sid, {}, ""))]
        for reaction in reactions:
            action = _gather(path[-1])
            assert action is not None
            path.append(self.documents.gather(self.hook(sid, reaction, action)))
        asks = _gather(path[-1]) is not None
        if not asks:
            call = self.at.line.calls.get(sid)
            assert call is not None
            assert call.state is CallState.WAITING
            assert call.entered_at is not None
        return path, asks

    def waits(self, sid: str) -> Iterator[str]:
        """The wait documents of a call, and what every key in them is answered with."""
        for round_ in range(4):
            yield self.documents.wait(self.hook(sid, {}, f"/?round={round_}"))
            for key in KEYS:
                for keys in (0, 50):
                    query = f"/?round={round_}&keys={keys}"
                    yield self.documents.wait_key(self.hook(sid, {"Digits": key}, query))

    def hook(self, sid: str, form: dict[str, str], url: str) -> Webhook:
        whose = {"CallSid": sid, "From": self.caller, "To": self.called}
        return Webhook({**whose, **form}, dict(parse_qsl(urlsplit(url).query)))


@pytest.fixture
def at(tmp_path: Path) -> Iterator[LineInMemory]:
    """A line with somebody in the books for each kind of caller."""
    opened = open_test_line(tmp_path)
    opened.line.customers.load(
        [
            Customer(71, "某聋", (DEAF,), hard_of_hearing=True),
            Customer(72, "Some Body", (ENGLISH_SPEAKER,), language="en"),
        ]
    )
    yield opened
    opened.line.databases.dispose()


@pytest.fixture(params=list(CALLERS))
def walk(at: LineInMemory, request: pytest.FixtureRequest) -> Walk:
    """A walk for each kind of caller."""
    caller, called, is_elder = CALLERS[request.param]
    documents = VoiceDocuments(at.line, LineService(at.line), StreamTokens("secret"))
    return Walk(at, documents, caller, called, is_elder)


def test_every_prompt_a_caller_can_be_led_through_keeps_the_rules(walk: Walk) -> None:
    """Option before key, a person first, pauses, speed, never a dead end; of elders nothing is asked at all."""
    paths = list(walk.paths())
    for path in paths:
        assert lint_document(path[-1], sounds=walk.sounds) == (), path[-1]
        assert (
            len({_said(document) for document in path if names_keys(document, sounds=walk.sounds)}) <= walk.most_levels
        )
    if walk.is_elder:
        assert len(paths) == 1


def test_every_path_ends_with_the_people_however_often_keys_are_pressed(walk: Walk) -> None:
    """Who presses the same key at every prompt is in the queue after at most the prompts and the replays."""
    line = walk.at.line.settings.line
    for reaction in REACTIONS:
        reactions: list[dict[str, str]] = []
        while walk.play(*reactions)[1]:
            reactions.append(reaction)
        assert len(reactions) <= line.prompt_attempts + line.prompt_replays


def test_every_wait_document_keeps_the_rules(walk: Walk) -> None:
    """Whatever is pressed while waiting, in any round: the caller goes on waiting, and no key is named."""
    walk.play(*(() if walk.is_elder else ({"Digits": "0"},)))
    for document in walk.waits("CA1"):
        assert lint_document(document, sounds=walk.sounds) == ()
        assert not names_keys(document, sounds=walk.sounds)
    call = walk.at.line.calls.get("CA1")
    assert call is not None
    assert call.state is CallState.WAITING


def test_every_document_of_a_long_wait_keeps_the_rules(walk: Walk) -> None:
    """Four minutes: how long it takes is told and a callback offered, in every language and manner, again and again."""
    walk.play(*(() if walk.is_elder else ({"Digits": "0"},)))
    offered = 0
    for round_ in range(1, 17):
        walk.at.clock.forward(15)
        document = walk.documents.wait(walk.hook("CA1", {}, f"/?round={round_}"))
        assert lint_document(document, sounds=walk.sounds, in_queue=True) == ()
        offered += names_keys(document, sounds=walk.sounds)
    is_known = not walk.caller.startswith("anon")
    assert (offered >= 2) is is_known


def test_who_presses_keys_without_end_is_told_something_and_kept_in_few_rows(at: LineInMemory) -> None:
    """After a dozen keys the sentence is said to its end before keys are taken; nobody is cut off for it."""
    caller, called, _ = CALLERS["stranger"]
    walk = Walk(at, VoiceDocuments(at.line, LineService(at.line), StreamTokens("secret")), caller, called)
    walk.play({"Digits": "0"})
    document = walk.documents.wait(walk.hook("CA1", {}, "/?round=0"))
    for _ in range(40):
        action = _gather(document)
        assert action is not None
        document = walk.documents.wait_key(walk.hook("CA1", {"Digits": "5"}, action))
    verbs = [verb.tag for verb in ET.fromstring(document)]
    assert min(verbs.index(verb) for verb in ("Say", "Play") if verb in verbs) < verbs.index("Gather")
    with at.line.databases.calls.connect() as connection:
        kept = connection.scalar(sa.select(sa.func.count()).select_from(turns).where(turns.c.kind == "Keyed"))
    assert kept == 1 + at.line.settings.line.keys_heeded


def _gather(document: str) -> str | None:
    """Where the document's reaction goes to; None where it asks for none."""
    gather = ET.fromstring(document).find("Gather")
    return None if gather is None else gather.get("action", "")


def _said(document: str) -> str:
    return " ".join(ET.fromstring(document).itertext())


def _without_stream(document: str) -> str:
    """The document without the stream's address, which is another one on every call."""
    return re.sub(r"<Start>.*?</Start>", "", document)
