"""${message}"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy_utc import UtcDateTime

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade(database: str) -> None:
    globals()[f"upgrade_{database}"]()


def upgrade_calls() -> None:
    pass


def upgrade_greetings() -> None:
    pass
