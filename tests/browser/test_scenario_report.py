"""The report of scenarios as somebody opens it who has never seen one: no fault of axe, no sideways scrolling."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from elder_channel.simulator.scenarios.checks import Check
from elder_channel.simulator.scenarios.facts import PlayedCall
from elder_channel.simulator.scenarios.format import Scenario
from elder_channel.simulator.scenarios.html import write_html
from elder_channel.simulator.scenarios.performance import Judged, Performance
from elder_channel.simulator.scenarios.reading import ScenarioFile

pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed (extra dev)")

if TYPE_CHECKING:
    from playwright.sync_api import Browser

RECORD = {"from": "+8657100000301", "to": "+862100000060"}
EVENTS = [
    {"n": 1, "at": 10.0, "name": "call.ringing", **RECORD},
    {"n": 2, "at": 10.1, "name": "webhook.sent", "url": f"http://127.0.0.1/voice/incoming?{'x=1&' * 60}"},
    {"n": 3, "at": 10.5, "name": "prompt.started", "text": "请说话", "place": "main", "seconds": 1.0},
    {"n": 4, "at": 11.5, "name": "prompt.ended"},
    {"n": 5, "at": 12.0, "name": "call.ended", "by": "caller"},
]


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A passed scenario, and a failed one in which a phone did not ring."""
    call = PlayedCall("caller 1", RECORD, EVENTS)
    silent = PlayedCall.never_placed("called 1", "+8657100000302")
    passed = Judged(call, (Check("outcome", "served", "", ok=True),))
    failed = Judged(silent, (Check("rung", "the phone rings", "it did not ring", ok=False),))
    performances = [
        Performance(_file("Who calls is served", "good"), (passed,), 2.0),
        Performance(_file("A tap rings the phone", "bad"), (passed, failed), 3.0),
    ]
    path = tmp_path / "report.html"
    write_html(path, performances, began_at=datetime(2026, 11, 22, 9, 0, tzinfo=UTC))
    return path


def _file(name: str, id_: str) -> ScenarioFile:
    values = {"name": name, "about": "Why it matters.", "caller": {"from": RECORD["from"]}, "tags": ["entry"]}
    return ScenarioFile(Path(f"{id_}.yaml"), Scenario.model_validate(values))


@pytest.mark.parametrize("width", [375, 1280])
def test_the_report_is_read_by_everybody(browser: Browser, report: Path, width: int) -> None:
    """At the width of a phone and of a desk, in light and dark: nothing to scroll sideways, failures first."""
    from axe_playwright_python.sync_playwright import Axe

    for scheme in ("light", "dark"):
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
        tab = context.new_page()
        tab.goto(report.as_uri())
        found = Axe().run(tab).response
        assert found["passes"], "axe saw an empty page"
        assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found["violations"]] == []
        assert tab.evaluate("document.documentElement.scrollWidth") == width
        assert tab.locator("h2").first.inner_text().startswith("A tap rings the phone")
        assert tab.locator("article", has_text="which was not rung").locator("svg, details").count() == 0
        steps = tab.locator("#good details")
        assert not steps.get_by_text("the caller hears").is_visible()
        steps.locator("summary").click()
        assert steps.get_by_text("the caller hears «请说话» (1.0 s)").is_visible()
        context.close()
