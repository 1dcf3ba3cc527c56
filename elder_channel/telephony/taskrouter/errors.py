"""What cannot be said to TaskRouter.

TaskRouterError
├── LimitExceededError          more than TaskRouter takes
└── UnchangeableActivityError   something of our name is there already, and of another kind
"""

from __future__ import annotations

from elder_channel.errors import ElderChannelError


class TaskRouterError(ElderChannelError):
    """TaskRouter cannot be used like this."""


class LimitExceededError(TaskRouterError):
    """Our settings make more, or longer, objects than TaskRouter takes; the message names each."""


class UnchangeableActivityError(TaskRouterError):
    """An activity of our name is there and is not what we need; TaskRouter changes no activity's kind."""
