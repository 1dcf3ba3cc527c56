"""Which package's tables lie in which database."""

from __future__ import annotations

import sqlalchemy as sa

import elder_channel.agents.tables
import elder_channel.calls.carrier_tables
import elder_channel.calls.tables
import elder_channel.calls.task_tables
import elder_channel.customers.tables
import elder_channel.drafts.tables
import elder_channel.learning.tables
import elder_channel.one_tap.tables
import elder_channel.outbound.tables
import elder_channel.prompts.tables
import elder_channel.staff.tables
import elder_channel.workorders.tables
import greeting_sms.tables

METADATA: dict[str, tuple[sa.MetaData, ...]] = {
    "calls": (
        elder_channel.customers.tables.metadata,
        elder_channel.agents.tables.metadata,
        elder_channel.calls.tables.metadata,
        elder_channel.calls.carrier_tables.metadata,
        elder_channel.calls.task_tables.metadata,
        elder_channel.workorders.tables.metadata,
        elder_channel.outbound.tables.metadata,
        elder_channel.one_tap.tables.metadata,
        elder_channel.learning.tables.metadata,
        elder_channel.drafts.tables.metadata,
        elder_channel.prompts.tables.metadata,
        elder_channel.staff.tables.metadata,
    ),
    "greetings": (greeting_sms.tables.metadata,),
}
