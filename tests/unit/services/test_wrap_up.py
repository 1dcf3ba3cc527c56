"""How an agent closes a call: what is kept, what is refused, and the rest that follows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from elder_channel.agents.model import Presence
from elder_channel.calls.desk import Act, CallResult
from elder_channel.calls.model import Outcome
from elder_channel.services.corrections import Corrections, Verdict
from elder_channel.services.desk import MAX_NOTE_CHARACTERS, WrapUp
from elder_channel.services.errors import ChangedMeanwhileError, ServiceError
from tests.fakes.desk import AT_DESK, HOTLINE, NUMBER
from tests.fakes.desk_scene import COLLEAGUE, ME, PEOPLE, Scene


def test_wrapping_up_keeps_verdict_result_order_and_frees_the_agent(scene: Scene) -> None:
    """One button; the same form sent twice is one."""
    scene.call_comes()
    scene.answered()
    scene.calls.ended("CA1")
    view = scene.desk.look(by=ME)
    assert view.presence is Presence.WRAPPING_UP
    assert view.free_at == view.since + timedelta(seconds=60)
    wrap_up = WrapUp("CA1", CallResult.FOLLOW_UP, "t1", dialect="puxian", need="surrender", note="下周再打")
    for _ in range(2):
        scene.desk.wrap_up(wrap_up, by=ME)
    [kept] = scene.at.line.corrections.of_calls(["CA1"])["CA1"]
    assert (kept.to_dialect, kept.to_need, kept.confirms) == ("puxian", "surrender", False)
    order = scene.at.line.work_orders.of_call("CA1")
    assert order
    assert order.note == "下周再打"
    after = scene.desk.look(by=ME)
    assert (after.presence, after.call) == (Presence.IDLE, None)


@pytest.mark.parametrize("by", ["saving", "coming back"])
def test_an_agent_who_says_that_the_call_is_over_is_free_though_no_word_of_it_came(scene: Scene, by: str) -> None:
    """Who closes the call on the desk, or presses 我来上班, is believed once the carrier says the same."""
    scene.call_comes()
    scene.answered()
    scene.at.carrier.over.add("CA1")
    if by == "saving":
        scene.desk.wrap_up(WrapUp("CA1", CallResult.SETTLED, "t"), by=ME)
    else:
        scene.desk.set_present(True, by=ME)
    call = scene.books.get("CA1")
    assert call
    assert call.outcome is Outcome.SERVED
    assert scene.desk.look(by=ME).presence is Presence.IDLE


def test_a_rest_ends_by_itself_when_somebody_waits(scene: Scene) -> None:
    """Whoever never saves is free again after the configured seconds."""
    scene.call_comes()
    scene.answered()
    scene.calls.ended("CA1")
    scene.calls.arrive("CA2", NUMBER, HOTLINE)
    scene.at.clock.forward(61)
    scene.route()
    assert scene.books.get("CA2").agent_id == AT_DESK  # type: ignore[union-attr]


def test_who_was_overtaken_loses_nothing_and_writes_nothing(scene: Scene) -> None:
    """Somebody else judged the call while the form was open: neither verdict nor order nor result is kept."""
    scene.call_comes()
    scene.answered()
    Corrections(scene.at.line, PEOPLE).judge(Verdict("CA1", "hakka", None, "other"), by=COLLEAGUE)
    with pytest.raises(ChangedMeanwhileError):
        scene.desk.wrap_up(WrapUp("CA1", CallResult.FOLLOW_UP, "t1", dialect="puxian"), by=ME)
    assert scene.at.line.work_orders.of_call("CA1") is None
    assert all(act.act is not Act.WRAPPED_UP for act in scene.at.line.desk.of_call("CA1"))
    scene.desk.wrap_up(WrapUp("CA1", CallResult.SETTLED, "t2", dialect="puxian", on_top_of=1), by=ME)


@pytest.mark.parametrize(
    ("wrap_up", "code"),
    [
        (WrapUp("CA1", CallResult.SETTLED, ""), "verdict_token"),
        (WrapUp("CA1", CallResult.SETTLED, "t", note="x" * (MAX_NOTE_CHARACTERS + 1)), "desk_note_long"),
        (WrapUp("CA1", CallResult.SETTLED, "t", dialect="klingon"), "verdict_dialect"),
        (WrapUp("CA9", CallResult.SETTLED, "t"), "desk_not_yours"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_is_refused(scene: Scene, wrap_up: WrapUp, code: str) -> None:
    """With a code the page has words for."""
    scene.call_comes()
    scene.answered()
    with pytest.raises(ServiceError) as refused:
        scene.desk.wrap_up(wrap_up, by=ME)
    assert refused.value.code == code
