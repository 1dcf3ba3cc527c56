"""The screens that are photographed and read by axe are those the console has."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")
pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed (extra dev)")

from tests.browser.screens import SCREENS
from tests.ui.conftest import addresses


def test_every_page_has_its_picture(signed_in: Callable[..., AppTest]) -> None:
    """A new page belongs into the list of screens."""
    offered = addresses(signed_in(to=None))
    assert {screen.page for screen in SCREENS} == {address or "" for address in offered}


def test_names_are_told_once() -> None:
    """Two screens of one name would be one picture."""
    names = [screen.name for screen in SCREENS]
    assert len(names) == len(set(names))
