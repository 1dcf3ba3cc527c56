"""Work orders as JSON objects. Their keys stay."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from elder_channel.services.orders import OrderFile
from elder_channel.workorders.model import WorkOrder


def order_as_json(order: WorkOrder) -> dict[str, Any]:
    """An order without the caller's words and number."""
    fields = asdict(order) | {"etag": order.etag}
    return {name: value for name, value in fields.items() if name not in ("transcript", "caller_number", "version")}


def file_as_json(file: OrderFile) -> dict[str, Any]:
    """An order with its words, masked number, history, attempts and calls."""
    lists = {
        "history": [asdict(each) for each in file.history],
        "attempts": [asdict(each) for each in file.attempts],
        "calls": [asdict(each) for each in file.calls],
    }
    said = {"transcript": file.order.transcript, "number": file.number, "speakers": list(file.speakers)}
    return order_as_json(file.order) | said | lists


def printed(value: Any) -> str:
    """JSON text; moments in ISO 8601, UTC."""
    return json.dumps(value, ensure_ascii=False, indent=1, default=lambda moment: moment.isoformat())
