"""Alembic's way in: the caller hands over the connection and names the database.

One history serves several databases: each revision is told which one it is on (`upgrade_calls`, `upgrade_greetings`).
"""

from alembic import context

from elder_channel.storage.schema import METADATA

config = context.config
context.configure(
    connection=config.attributes["connection"],
    target_metadata=list(METADATA[config.attributes["database"]]),
    render_as_batch=True,  # SQLite alters tables by copying them
)
with context.begin_transaction():
    context.run_migrations(database=config.attributes["database"])
