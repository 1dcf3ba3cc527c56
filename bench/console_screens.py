"""Pictures of every screen of the console, in Chinese and in English, and of the tour.

    python -m bench.console_screens [--languages zh en] [--only today live ...]

Starts a line with its console on the books the browser tests use (`tests/browser/stage.py`: every person, number and
word is invented), walks the tour of docs/console.md, goes through every screen in each language, and writes
docs/screens/NAME.LANGUAGE.png: 1280 by 900, as few colours as keep it readable, at most 150 KB each.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import Error as PlaywrightError

from bench.line_caller import demo_sounds
from tests.browser.conftest import Served, chromium, open_tab
from tests.browser.screens import SCREENS, Screen
from tests.browser.stage import Stage, open_stage
from tests.browser.steps import settle
from tests.browser.tour import Tour
from tests.browser.tour_sounds import microphone, write_said

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FOLDER = Path("docs/screens")
LANGUAGES = ("zh", "en")
MAX_BYTES = 150_000
COLOURS = (128, 64, 48, 32, 16)
"""Tried in turn, until the picture is small enough."""
CALL_EVERY_SECONDS = 4.0
PLOTS_MS = 800
"""A plot is drawn after the page."""


@dataclass(frozen=True)
class Pictures:
    """Where the pictures of one language go."""

    folder: Path
    language: str

    def keep(self, page: Page, name: str) -> None:
        """What stands in the window now, as a small file."""
        settle(page)
        page.wait_for_timeout(PLOTS_MS)
        file = self.folder / f"{name}.{self.language}.png"
        file.write_bytes(small_png(page.screenshot()))
        print(f"{file}: {file.stat().st_size / 1000:.0f} KB", flush=True)


def small_png(png: bytes) -> bytes:
    """The picture with a palette of its own; raises ValueError for one that stays too large."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in COLOURS:
        out = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= MAX_BYTES:
            return out.getvalue()
    raise ValueError(f"a picture of {out.tell()} bytes stays above {MAX_BYTES}")


@contextmanager
def tab(browser: Browser, served: Served, language: str) -> Iterator[Page]:
    """A tab of the console in a language."""
    tabs = open_tab(browser, served, language=language)
    page = next(tabs)
    try:
        yield page
    finally:
        next(tabs, None)


def walk_the_tour(browser: Browser, stage: Stage, pictures: Pictures, said: Path) -> None:
    """The tour, and its pictures."""
    tour = Tour(stage, lambda page, name: pictures.keep(page, f"tour-{name}"), said)
    with tab(browser, stage.served, pictures.language) as page:
        tour.open_the_console(page)
        tour.add_a_phrase(page)
        tour.record_its_prompt(page)
        with tab(browser, stage.served, pictures.language) as colleague:
            tour.approve_it(colleague)
        tour.give_the_skill(page)
        tour.try_it(page)
        tour.see_a_call(page)
        tour.schedule_greetings(page)


def keep_screens(browser: Browser, stage: Stage, pictures: Pictures, screens: Sequence[Screen]) -> int:
    """Every screen, each in a tab that somebody who has it signed in to; how many could not be reached."""
    missed = 0
    for username in dict.fromkeys(screen.username for screen in screens):
        with tab(browser, stage.served, pictures.language) as page:
            for screen in (each for each in screens if each.username == username):
                try:
                    screen.open(page)
                    pictures.keep(page, screen.name)
                except (PlaywrightError, AssertionError) as error:
                    missed += 1
                    print(f"{screen.name} ({pictures.language}) MISSED: {str(error).splitlines()[0]}", flush=True)
    return missed


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the pictures; 1 when a screen could not be reached."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--languages", nargs="+", choices=LANGUAGES, default=LANGUAGES)
    parser.add_argument("--only", nargs="+", choices=[screen.name for screen in SCREENS], default=None)
    options = parser.parse_args(arguments)
    screens = [screen for screen in SCREENS if options.only is None or screen.name in options.only]
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, open_stage(Path(name) / "stage") as stage:
        folder = Path(name)
        with chromium(microphone(folder)) as browser:
            if options.only is None:
                walk_the_tour(browser, stage, Pictures(FOLDER, "zh"), write_said(folder / "said.wav"))
            with stage.callers(demo_sounds(), every_seconds=CALL_EVERY_SECONDS):
                missed = sum(
                    keep_screens(browser, stage, Pictures(FOLDER, language), screens) for language in options.languages
                )
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
