"""Keeps the switches of the sites: rows from on to off, which are their own history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine, Row

from elder_channel.agents.switches import Switch, SwitchKind
from elder_channel.agents.tables import switches
from elder_channel.storage.engine import reading, writing
from elder_channel.storage.values import as_value


class SqlSwitchStore:
    """Switches, in the order they were turned on."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = reading(engine)

    def turn_on(self, switch: Switch) -> bool:
        """Turn it on; False when it is on already, which changes nothing."""
        row = {**vars(switch), "sites": list(switch.sites)}
        try:
            with writing(self._engine) as connection:
                connection.execute(switches.insert().values(**row))
        except sa.exc.IntegrityError:
            return False
        return True

    def turn_off(self, kind: SwitchKind, subject: str, *, by: str, reason: str, at: datetime) -> bool:
        """Turn it off; False when it is not on."""
        on = switches.c.kind == kind, switches.c.subject == subject, switches.c.off_at.is_(None)
        values = {"off_at": at, "off_by": by, "off_reason": reason}
        with writing(self._engine) as connection:
            return bool(connection.execute(switches.update().where(*on).values(**values)).rowcount)

    def on(self) -> list[Switch]:
        """What is on now."""
        return self._select(sa.select(switches).where(switches.c.off_at.is_(None)).order_by(switches.c.id))

    def history(self, *, most: int) -> list[Switch]:
        """The last turnings, newest first."""
        return self._select(sa.select(switches).order_by(switches.c.id.desc()).limit(most))

    def _select(self, query: sa.Select[Any]) -> list[Switch]:
        with self._reader.begin() as connection:
            return [_to_switch(row) for row in connection.execute(query)]


def _to_switch(row: Row[Any]) -> Switch:
    return as_value(Switch, row, kind=SwitchKind(row.kind), sites=tuple(row.sites))
