"""The five-minute tour of docs/console.md, step by step: a new employee's first day at the console.

Fields and buttons are found by their keys, so that the tour can be walked in Chinese and in English.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from elder_channel.clock import HOTLINE_ZONE, utc_now
from elder_channel.placing import CallOrder, read_sound
from tests.browser.stage import COLLEAGUE, NEWCOMER, Stage
from tests.browser.stage_books import FUZHOU_ELDER, NEIGHBOUR
from tests.browser.steps import (
    choose,
    come_in,
    go,
    press,
    settle,
    turn_to_part,
    wait_until_playable,
    wait_until_ready,
    write,
)

if TYPE_CHECKING:
    from playwright.sync_api import Page

Look = Callable[["Page", str], None]
"""Is called with the page and the picture's name whenever there is something to see."""

PHRASE, NEED = "在哪里付", "缴费"
"""What elders of Fuzhou ask, and what they want."""
MESSAGE, DIALECT = "invitation", "fuzhou"
AGENT = "zheng-guodong"
SPOKEN_SECONDS = 5.6
TALK_SECONDS = 6.5
"""Long enough for a caller to hear the prompt and answer it."""


@dataclass(frozen=True)
class Tour:
    """One walk over a running line."""

    stage: Stage
    look: Look
    said: Path
    """What the caller says, as a sound file; it ends with the phrase."""

    def open_the_console(self, page: Page) -> None:
        """The newcomer signs in and sees the day."""
        wait_until_ready(page)
        self.look(page, "login")
        come_in(page, NEWCOMER)
        expect(page.locator(".st-key-today-within_20")).to_be_visible(timeout=30_000)
        self.look(page, "today")

    def add_a_phrase(self, page: Page) -> None:
        """Fuzhou gets a way to say a need; before it is saved the page tells which stored sentences it would change."""
        go(page, "dialects")
        choose(page, "dialects_dialect", "福州话")
        turn_to_part(page, "dialects_part", 2)
        turn_to_part(page, "dialect_kind", 1)
        write(page, "dialect_text", PHRASE)
        choose(page, "dialect_need", NEED)
        write(page, "dialect_note", "福州同事说老人常这样问")
        self.look(page, "phrase")
        press(page, "dialect_save")
        expect(page.locator(".ec-kept")).to_be_visible(timeout=30_000)

    def record_its_prompt(self, page: Page) -> None:
        """The invitation is spoken into the microphone, checked, and handed in for a colleague."""
        go(page, "prompts")
        choose(page, "prompts_voice", DIALECT)
        press(page, f"open-{MESSAGE}")
        microphone = page.locator("[class*=st-key-prompt-mic]")
        microphone.scroll_into_view_if_needed()
        microphone.get_by_role("button").first.click()
        page.wait_for_timeout(SPOKEN_SECONDS * 1000)
        microphone.get_by_role("button").first.click()
        expect(page.locator(".ec-kept")).to_be_visible(timeout=30_000)
        self.look(page, "prompt")
        page.locator("[class*=st-key-prompt_consent] label").first.click()
        settle(page)
        press(page, "prompt-save")
        expect(page.locator("[class*=st-key-take-]").first).to_be_visible(timeout=20_000)

    def approve_it(self, page: Page) -> None:
        """A second person hears it, and from the next call on it is played."""
        come_in(page, COLLEAGUE)
        go(page, "prompts")
        turn_to_part(page, "prompts_view", 1)
        press(page, f"go-{DIALECT}-{MESSAGE}")
        player = "[class*=st-key-take-] audio"
        wait_until_playable(page, player)
        page.locator("[class*=st-key-prompt-approve]").evaluate("it => it.scrollIntoView({block: 'center'})")
        self.look(page, "approval")
        page.locator("[class*=st-key-prompt-approve] button").click()
        settle(page)
        expect(page.locator(".ec-kept").first).to_be_visible(timeout=20_000)

    def give_the_skill(self, page: Page) -> None:
        """An agent learns that calls of Fuzhou come to him from now on."""
        go(page, "routing")
        turn_to_part(page, "routing_view", 1)
        choose(page, "roster_who", AGENT)
        press(page, "roster-open")
        choose(page, "roster-dialects", "福州话", of_several=True)
        choose(page, "roster-level-fuzhou", "5")
        self.look(page, "skill")
        press(page, "roster-save")
        expect(page.locator(".st-key-routing-outcome [role=status]")).to_be_visible(timeout=20_000)

    def try_it(self, page: Page) -> None:
        """What would become of such a call: played to the line's own recognizer and router, and not stored."""
        turn_to_part(page, "routing_view", 0)
        write(page, "whatif_number", FUZHOU_ELDER.numbers[0])
        turn_to_part(page, "whatif_does", 1)
        page.locator("[class*=st-key-whatif_file] input[type=file]").set_input_files(self.said)
        settle(page)
        turn_to_part(page, "whatif_when", 1)
        press(page, "whatif-ask")
        answer = page.locator(".ec-notice h2")
        expect(answer).to_contain_text("郑国栋", timeout=30_000)
        expect(page.get_by_text(PHRASE).first).to_be_visible()
        answer.evaluate("it => it.scrollIntoView({block: 'start'})")
        self.look(page, "what-if")

    def see_a_call(self, page: Page) -> str:
        """An elder of Fuzhou calls while the agent still talks, hears the prompt and says it; the call's SID."""
        go(page, "live")
        self._talk_to_a_neighbour()
        sid = self.stage.simulator.place(CallOrder(FUZHOU_ELDER.numbers[0], sound=read_sound(self.said)))
        card = page.locator(f".st-key-call-{sid}")
        expect(card).to_contain_text("郑国栋", timeout=40_000)
        expect(card).to_contain_text(NEED, timeout=20_000)
        expect(card).to_contain_text(PHRASE)
        card.evaluate("it => it.scrollIntoView({block: 'start'})")
        self.look(page, "call")
        return sid

    def _talk_to_a_neighbour(self) -> None:
        """Another elder of Fuzhou is on the telephone with the agent for a moment."""
        shortly = {"*": {"answer_after_seconds": 0.5, "talk_seconds": TALK_SECONDS}}
        sid = self.stage.simulator.place_plan({"from": NEIGHBOUR.numbers[0], "agents": shortly})
        for event in self.stage.simulator.events(sid):
            if event["name"] == "agent.answered":
                return

    def schedule_greetings(self, page: Page) -> None:
        """A colleague's campaign is approved, and tomorrow's greetings are put into the outbox."""
        go(page, "greetings")
        turn_to_part(page, "greetings_view", 1)
        press(page, "open-birthday")
        press(page, "ask-approve-birthday-1")
        self.look(page, "campaign")
        press(page, "do-approve-birthday-1")
        turn_to_part(page, "greetings_view", 2)
        tomorrow = utc_now().astimezone(HOTLINE_ZONE).date() + timedelta(days=1)
        page.locator(".st-key-sending_day [role=spinbutton]").first.click()
        page.keyboard.type(f"{tomorrow:%Y%m%d}")
        page.keyboard.press("Escape")  # the calendar beside the field
        page.locator("h1").filter(visible=True).first.click()
        settle(page)
        press(page, f"ask-plan-{tomorrow}")
        press(page, f"do-plan-{tomorrow}")
        expect(page.locator("[role=progressbar]").first).to_be_visible(timeout=20_000)
        self.look(page, "greetings")
