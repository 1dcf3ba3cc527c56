"""Whether the books of customers still stand as somebody read them.

A change of many people is worked out beside the books, for minutes; it is written only if nobody else has changed them
meanwhile, and worked out again where somebody has.
"""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from greeting_sms.tables import book_versions

_NAME: Final = "customers"


def book_version(connection: Connection) -> int:
    """The version that is read now; 0 before the first change."""
    asked = sa.select(book_versions.c.version).where(book_versions.c.name == _NAME)
    return connection.execute(asked).scalar() or 0


def next_version(connection: Connection) -> int:
    """The version the books have after this transaction, which changes them; who else does so waits for its end."""
    insert: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    first = insert(book_versions).values(name=_NAME, version=1)
    one_more = first.on_conflict_do_update(index_elements=["name"], set_={"version": book_versions.c.version + 1})
    return int(connection.execute(one_more.returning(book_versions.c.version)).scalar_one())
