"""The broad catch of the ways in: what fails is logged, and the process, the loop or the page goes on (law 1)."""

from __future__ import annotations

from types import TracebackType

import structlog

log = structlog.get_logger()


class GoingOn:
    """`with GoingOn("router.tick_failed"):` whatever goes wrong inside costs only what is inside.

    For ways in, where nobody above could do better, and for what a fault of our own must not take from a caller. Where
    only the books may fail, `storage.faults.BOOKS_FAULTS` is caught instead.
    """

    def __init__(self, event: str, **fields: object) -> None:
        """`event` and `fields` are logged with the error."""
        self._event = event
        self._fields = fields

    def __enter__(self) -> None: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        """Keeps errors, lets interrupts and cancelled tasks through."""
        if not isinstance(error, Exception):
            return False
        log.error(self._event, exc_info=error, **self._fields)
        return True
