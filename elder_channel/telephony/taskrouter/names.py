"""Names that TaskRouter takes: its expressions know no hyphens (twilio.com/docs/taskrouter/expression-syntax)."""

from __future__ import annotations

EVERYONE = "everyone"
HOLD = "hold"
"""A queue without workers, where a task waits for its dialect."""
INTERPRETERS = "interpreters"
COLLEAGUE = "colleague"
SITES = "sites"


def plain(id_: str) -> str:
    """An id without hyphens, `lin.xiulan`; ids have no points, so no two become one."""
    return id_.replace("-", ".")


def agent_id(name: str) -> str:
    """The id of the agent whose worker has this name."""
    return name.replace(".", "-")


def group_queue(group: str) -> str:
    """The queue of those who speak a dialect of the group."""
    return f"group {group}"


def company_pool(company: str) -> str:
    """The pool, and the queue, of a sister company's people."""
    return f"company {plain(company)}"
