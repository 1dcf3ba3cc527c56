"""What types, departments and due times of work orders must satisfy between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from config.layers import KeyPath
from dialects.needs import load_needs
from elder_channel.workorders.settings import Department, OrderType, WorkOrderSettings

Finding = tuple[KeyPath, str]


def check_orders(
    types: Sequence[tuple[int, OrderType]],
    departments: Sequence[tuple[int, Department]],
    settings: WorkOrderSettings | None,
) -> Iterator[Finding]:
    """Yield ids used twice, departments that do not exist, and needs that are unknown or claimed twice.

    Types and departments come with their place in the list; `settings` is None when they are wrong themselves.
    """
    yield from _same_ids("departments", departments)
    yield from _same_ids("order_types", types)
    known = {department.id for _, department in departments}
    claimed: dict[str, str] = {}
    for index, type_ in types:
        here: KeyPath = ("order_types", index)
        if type_.department not in known:
            yield (*here, "department"), f"no department has the id {type_.department!r}"
        for place, need in enumerate(type_.needs):
            if need not in load_needs():
                yield (*here, "needs", place), f"no need has the id {need!r}"
            elif need in claimed:
                yield (*here, "needs", place), f"{claimed[need]} has this need already"
            claimed.setdefault(need, type_.id)
    if settings and settings.unserved_type not in {type_.id for _, type_ in types}:
        yield ("workorders", "unserved_type"), f"no order type has the id {settings.unserved_type!r}"


def _same_ids(
    field: str, items: Sequence[tuple[int, OrderType]] | Sequence[tuple[int, Department]]
) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for index, item in items:
        if item.id in seen:
            yield (field, index, "id"), f"{item.id} is already the id of {field}[{seen[item.id]}]"
        seen.setdefault(item.id, index)
