"""A transaction that is tried again when another writer was in its way."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import OperationalError

Result = TypeVar("Result")

TRIES = 20
"""On SQLite each waits for its turn for some seconds by itself; on PostgreSQL a deadlock ends one of two at once."""


def in_turn(engine: Engine, work: Callable[[Connection], Result]) -> Result:
    """What the work gives, done in one transaction. The work may be done again from its beginning.

    Raises OperationalError when the database is away, or others wrote all the time.
    """
    for attempt in range(TRIES):
        try:
            with engine.begin() as connection:
                return work(connection)
        except OperationalError:
            if attempt == TRIES - 1:
                raise
            time.sleep(random.uniform(0.005, 0.05) * math.sqrt(attempt + 1))  # noqa: S311 - keeps two from marching in step
    raise AssertionError("unreachable")
