"""The page of prompts in a real browser: read by everybody, and every sound on it plays."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from elder_channel.cli.prompts import app

pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed (extra dev)")

if TYPE_CHECKING:
    from playwright.sync_api import Browser

LENGTHS = """() => Promise.all([...document.querySelectorAll("audio")].map(player => new Promise(done => {
    player.onloadedmetadata = () => done(player.duration);
    player.onerror = () => done(-1);
    player.load();
    player.preload = "metadata";
})))"""


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page as the command writes it."""
    folder = tmp_path_factory.mktemp("page")
    file = folder / "prompts.html"
    done = CliRunner(env={"ELDER_CHANNEL_STATE": str(folder)}).invoke(app, ["page", "--write", str(file)])
    assert done.exit_code == 0, done.output
    return file


@pytest.mark.parametrize(("width", "scheme"), [(375, "dark"), (1280, "light")])
def test_the_page_is_read_by_everybody(browser: Browser, page_file: Path, width: int, scheme: str) -> None:
    """At the width of a phone and of a desk, in dark and light, without a fault of axe or sideways scrolling."""
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    tab = context.new_page()
    tab.goto(page_file.as_uri())
    found = Axe().run(tab).response
    assert found["passes"], "axe saw an empty page"
    assert [(fault["id"], fault["nodes"][0]["html"][:200]) for fault in found["violations"]] == []
    assert tab.evaluate("document.documentElement.scrollWidth") == width
    context.close()


def test_every_sound_on_the_page_can_be_played(browser: Browser, page_file: Path) -> None:
    """The telephone's own format is one that browsers know."""
    tab = browser.new_page()
    tab.goto(page_file.as_uri())
    lengths = tab.evaluate(LENGTHS)
    assert len(lengths) > 40
    assert [length for length in lengths if not 1 < length < 30] == []
    tab.close()
