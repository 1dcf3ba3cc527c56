"""Which languages the console draws: the one place that decides. Knows nothing of Streamlit or HTML.

Nothing else asks: `ui.words.Text` holds everything that is said in both languages and draws the chosen ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

from elder_channel.services.accounts_file import ScreenLanguage

__all__ = ["ScreenLanguage", "ask", "drawing", "drawn", "page_language", "tags", "with_these_languages"]

CHINESE_TAG, ENGLISH_TAG = "zh-CN", "en"
_TAGS = {
    ScreenLanguage.BOTH: (CHINESE_TAG, ENGLISH_TAG),
    ScreenLanguage.CHINESE: (CHINESE_TAG,),
    ScreenLanguage.ENGLISH: (ENGLISH_TAG,),
}
P = ParamSpec("P")
T = TypeVar("T")

_here: ContextVar[ScreenLanguage | None] = ContextVar("screen_language", default=None)
"""Set where what is drawn belongs to no browser tab, such as in a file that is made when it is fetched."""
_asked: Callable[[], ScreenLanguage] = lambda: ScreenLanguage.BOTH  # noqa: E731 - replaced by `ask`


def ask(tab: Callable[[], ScreenLanguage]) -> None:
    """From now on `tab` tells what the browser tab that is being drawn has chosen."""
    global _asked
    _asked = tab


def drawn() -> ScreenLanguage:
    """What is drawn here and now."""
    return _here.get() or _asked()


def tags() -> tuple[str, ...]:
    """The language tags of what is drawn, the main one first."""
    return _TAGS[drawn()]


def page_language() -> str:
    """The tag of the page as a whole; what stands beside it in the other language carries a mark of its own."""
    return tags()[0]


@contextmanager
def drawing(language: ScreenLanguage) -> Iterator[None]:
    """Draw in `language` whatever a tab has chosen."""
    before = _here.set(language)
    try:
        yield
    finally:
        _here.reset(before)


def with_these_languages(make: Callable[P, T]) -> Callable[P, T]:
    """`make` as it would be now, for who calls it later and elsewhere."""
    language = drawn()

    def made(*args: P.args, **kwargs: P.kwargs) -> T:
        with drawing(language):
            return make(*args, **kwargs)

    return made
