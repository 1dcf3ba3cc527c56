"""What reading or writing the books may end in, whatever lies under them."""

from __future__ import annotations

from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from elder_channel.storage.engine import BooksBusyError

BOOKS_FAULTS: Final = (SQLAlchemyError, BooksBusyError, OSError)
"""For work beside a call that the call does not depend on: it is left out, and the call goes on (law 1)."""
