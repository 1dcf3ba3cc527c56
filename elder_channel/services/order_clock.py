"""What the clock does to work orders: what is overdue is raised, rung by rung, and never closed by itself."""

from __future__ import annotations

import structlog

from elder_channel.bootstrap import Line
from elder_channel.services.order_rules import rules_of
from elder_channel.workorders.changes import overdue_change
from elder_channel.workorders.errors import OrderChangedError

log = structlog.get_logger()


def raise_overdue(line: Line) -> int:
    """Raise every order whose next rung has come; how many were."""
    line.source.reload()
    now, rules = line.clock(), rules_of(line.settings)
    raised = 0
    for order in line.work_orders.overdue(now, levels=len(rules.settings.ladder)):
        change = overdue_change(order, now=now, rules=rules)
        if change is None:
            continue
        try:
            after = line.work_orders.apply(order, (change,))
        except OrderChangedError:
            continue  # somebody is at work on it this very moment; the next tick looks again
        raised += 1
        log.warning("order.escalated", order=order.id, level=after.level, owner=after.owner, why="overdue")
    return raised
