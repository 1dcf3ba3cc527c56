"""Seconds between two moments, worked out where the rows lie: a day's calls are counted without being fetched."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class SecondsBetween(FunctionElement[float]):
    """`SecondsBetween(first, last)`, to the millisecond, which is all that SQLite's dates know."""

    type = sa.Float()
    inherit_cache = True
    name = "seconds_between"


@compiles(SecondsBetween, "sqlite")
def _on_sqlite(element: SecondsBetween, compiler: Any, **options: Any) -> str:
    first, last = (compiler.process(each, **options) for each in element.clauses)
    return f"round((julianday({last}) - julianday({first})) * 86400.0, 3)"


@compiles(SecondsBetween, "postgresql")
def _on_postgres(element: SecondsBetween, compiler: Any, **options: Any) -> str:
    first, last = (compiler.process(each, **options) for each in element.clauses)
    return f"round(extract(epoch FROM ({last} - {first}))::numeric, 3)::double precision"
