"""What the first page would otherwise wait for: everything the pages import, read while nobody is there yet."""

from __future__ import annotations

import gc
import importlib
import threading
from typing import Final

WANTED: Final = ("ui.views.live", "ui.views.today", "ui.views.reports", "ui.views.routing", "ui.views.review", "pandas")
"""The heaviest; what they share with the others comes along. Streamlit imports pandas for the first plot."""


def warm_up() -> None:
    """Begin in a thread of its own: the server answers meanwhile."""
    threading.Thread(target=_warm_up, name="warm-up", daemon=True).start()


def _warm_up() -> None:
    for name in WANTED:
        importlib.import_module(name)
    # A collection looks at every object there is, with the interpreter held. What has been imported stays for good, so
    # it is taken out of that; what pages leave behind is found by the ordinary, automatic collections.
    gc.collect()
    gc.freeze()
