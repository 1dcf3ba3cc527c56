"""Brings the databases to the newest version of the one Alembic history."""

from __future__ import annotations

from importlib import resources

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from elder_channel.storage.engine import NAMES, Databases


def migrate(databases: Databases) -> None:
    """Run what is missing on every database; a second run changes nothing."""
    for name in NAMES:
        with databases.engine(name).begin() as connection:
            config = _config()
            config.attributes.update(connection=connection, database=name)
            command.upgrade(config, "head")


def pending(databases: Databases) -> list[str]:
    """The databases that are not at the newest version."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    behind = []
    for name in NAMES:
        with databases.engine(name).connect() as connection:
            if MigrationContext.configure(connection).get_current_revision() != head:
                behind.append(name)
    return behind


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(resources.files("elder_channel.storage") / "migrations"))
    config.set_main_option("path_separator", "os")
    return config
