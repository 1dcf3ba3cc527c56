"""What an order refuses.

WorkOrderError
├── NotPossibleError      not in the state the order is in
├── NothingAboveError     the ladder ends here
└── OrderChangedError     somebody else changed it meanwhile
"""

from __future__ import annotations

from elder_channel.workorders.model import Action, OrderState


class WorkOrderError(Exception):
    """A work order cannot be changed like this."""

    code = "order_refused"


class NotPossibleError(WorkOrderError):
    """The order's state does not allow it."""

    code = "not_possible"

    def __init__(self, state: OrderState, action: Action) -> None:
        super().__init__(f"an order that is {state} cannot be {action}")


class NothingAboveError(WorkOrderError):
    """The order is with the last person of the ladder already."""

    code = "nothing_above"


class OrderChangedError(WorkOrderError):
    """Somebody else changed the order since it was read."""

    code = "order_changed"
