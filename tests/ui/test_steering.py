"""A team lead takes a call over, or passes it on, from the page of live calls: on real books."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from elder_channel.calls.model import CallState
from elder_channel.services.accounts import Account, Role
from elder_channel.services.line import LineService
from elder_channel.services.live_calls import LiveCalls
from elder_channel.services.steering import Steering
from tests.fakes.desk import AT_DESK, HOTLINE, NUMBER, write_agents
from tests.ui.conftest import Console
from tests.ui.seen import words_of
from ui.words import ZH


def waiting_call(console: Console) -> None:
    """A caller in the queue of a line whose agents the test knows."""
    at = console.at
    write_agents(at.line.state.parent / "site")
    at.line.source.reload()
    at.line.agents.sync((agent.id for agent in at.line.settings.agents), at=at.clock())
    calls = LineService(at.line)
    calls.arrive("CA1", NUMBER, HOTLINE)
    calls.gathered("CA1", 1, digits="0", speech="")
    at.line.calls.queued("CA1", at=at.clock())
    console.live = LiveCalls(at.line)  # type: ignore[assignment] # as the console itself reads them
    console.steering = Steering(at.line, console.accounts)


def test_a_lead_takes_a_waiting_call_and_passes_a_talk_on(console: Console, signed_in: Callable[..., AppTest]) -> None:
    """What it means is said first; pressed, the own phone rings; a talk goes on to a colleague with a note."""
    waiting_call(console)
    console.appoint()
    chief = Account("lin.fang", Role.ADMINISTRATOR)
    console.accounts.add("team.lead", "jasmine-tea-2026", Role.SUPERVISOR, by=chief, agent_id=AT_DESK)
    page = signed_in("team.lead")
    page.button(key="steer-open-CA1").click().run()
    assert ZH["steer.means.waiting"] in words_of(page)
    page.button(key="steer-take-CA1").click().run()
    assert ZH["steer.taken"] in words_of(page)
    call = console.at.line.calls.get("CA1")
    assert call is not None
    assert (call.state, call.agent_id) == (CallState.RINGING, AT_DESK)
    LineService(console.at.line).agent_answered("CA1", AT_DESK)
    page.run()
    page.button(key="steer-open-CA1").click().run()
    page.button(key="steer-pass-CA1").click().run()
    assert ZH["refused.no_such_target"] in words_of(page)
    page.selectbox(key="steer-to-CA1").set_value("agent:liu").run()
    page.text_area(key="steer-note-CA1").input("客户要退保").run()
    page.button(key="steer-pass-CA1").click().run()
    assert ZH["steer.passed"] in words_of(page)
    call = console.at.line.calls.get("CA1")
    assert call is not None
    assert [(each.to, each.note, each.by) for each in call.passed_on] == [("agent:liu", "客户要退保", "team.lead")]


def test_others_see_no_such_button(console: Console, signed_in: Callable[..., AppTest]) -> None:
    """Who does not lead passes on the own call only, at the desk."""
    waiting_call(console)
    console.appoint()
    console.employ("wang.min", Role.VIEWER)
    page = signed_in("wang.min")
    assert not [button for button in page.button if str(button.key).startswith("steer-")]
