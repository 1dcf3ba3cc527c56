"""The pictures of the console are small, and stay those of every page there is."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra dev)")
pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed (extra dev)")

from PIL import Image

from bench.console_screens import MAX_BYTES, small_png

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "screens"
MAX_FOLDER_BYTES = 6_000_000


def picture(pixels: np.ndarray) -> bytes:
    """A PNG as the browser gives it."""
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def test_a_picture_keeps_its_size_and_loses_its_weight() -> None:
    """What is drawn in few colours looks the same with a palette of its own."""
    drawn = np.full((900, 1280, 3), 255, np.uint8)
    drawn[100:200, :, 2] = np.linspace(0, 255, 1280, dtype=np.uint8)
    small = Image.open(io.BytesIO(small_png(picture(drawn))))
    assert (small.size, small.mode) == ((1280, 900), "P")


def test_a_picture_that_cannot_be_small_is_refused() -> None:
    """Noise has no palette."""
    noise = np.random.default_rng(1).integers(0, 255, (900, 1280, 3), dtype=np.uint8)
    with pytest.raises(ValueError, match="stays above"):
        small_png(picture(noise))


def test_the_pictures_in_docs_are_small() -> None:
    """Each, and all together: the repository is fetched by everybody."""
    sizes = {file.name: file.stat().st_size for file in FOLDER.glob("*.png")}
    assert sizes
    assert [name for name, size in sizes.items() if size > MAX_BYTES] == []
    assert sum(sizes.values()) < MAX_FOLDER_BYTES


def test_every_picture_of_the_page_is_there() -> None:
    """The tour shows what it names."""
    page = (ROOT / "docs" / "console.md").read_text(encoding="utf-8")
    named = [part.partition(")")[0] for part in page.split("](screens/")[1:]]
    assert named
    assert [name for name in named if name and not (FOLDER / name).exists()] == []
