"""Orders and rules as the tests need them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from elder_channel.workorders.model import Kind, OrderState, Priority, WorkOrder
from elder_channel.workorders.opening import Rules
from elder_channel.workorders.settings import Department, OrderType, WorkOrderSettings

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)  # Friday, ten in the morning on the hotline
CLAIMS = Department(id="claims", zh="理赔部", en="Claims", owner="desk", supervisor="chief", head="director")
_COMPLAINT = {"id": "complaint", "zh": "投诉", "en": "Complaint", "department": "claims", "needs": ("complaint",)}
COMPLAINT = OrderType(**_COMPLAINT, elder_minutes=60, normal_minutes=120)  # type: ignore[arg-type]


def rules(**changes: Any) -> Rules:
    """One department, one type; `changes` are settings."""
    return Rules(WorkOrderSettings(**changes), (COMPLAINT,), (CLAIMS,))


def order(**changes: Any) -> WorkOrder:
    """An open order of an elder, due now."""
    fields = {
        "id": 7,
        "kind": Kind.CALL_BACK,
        "state": OrderState.OPEN,
        "owner": "desk",
        "opened_at": NOW,
        "due_at": NOW,
        "note": "",
        "type": "complaint",
        "department": "claims",
        "priority": Priority.ELDER,
        "opened_by": "line",
        "caller_number": "+8659100000102",
    }
    return WorkOrder(**fields | changes)  # type: ignore[arg-type]
