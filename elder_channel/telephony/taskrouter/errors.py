"""What cannot be said to TaskRouter.

TaskRouterError
├── LimitExceededError    more than TaskRouter takes
└── NotPushedError        the workspace has never been written
"""

from __future__ import annotations

from elder_channel.errors import ElderChannelError


class TaskRouterError(ElderChannelError):
    """TaskRouter cannot be used like this."""


class LimitExceededError(TaskRouterError):
    """Our settings make more, or longer, objects than TaskRouter takes; the message names each."""


class NotPushedError(TaskRouterError):
    """TaskRouter has not been told of our settings yet: elder-channel taskrouter push."""
