"""What can go wrong with greetings.

GreetingsError
├── LunarDateError           a day the lunar table does not have
├── PersonUnknownError       nobody of the group has this id
└── ImportFailedError        customers that cannot be read as a whole; nothing of them was taken
    ├── SourceUnreadableError
    └── ColumnsError         the columns are not what an import needs
"""

from __future__ import annotations


class GreetingsError(Exception):
    """Something about the greetings is wrong."""

    code = "greetings"
    """Short and stable, for logs and screens."""
    retryable = False
    """Whether trying again could help."""


class LunarDateError(GreetingsError):
    """There is no such day in the lunar calendar, or not within 1901 to 2100."""

    code = "lunar_date"


class PersonUnknownError(GreetingsError):
    """No company of the group has a customer `{group_customer_id}`."""

    code = "person_unknown"

    def __init__(self, group_customer_id: str) -> None:
        super().__init__(f"No company of the group has a customer {group_customer_id!r}.")
        self.group_customer_id = group_customer_id


class ImportFailedError(GreetingsError):
    """The customers could not be taken; the books are as they were."""

    code = "import_failed"


class SourceUnreadableError(ImportFailedError):
    """`{name}` cannot be read as customers: {reason}"""

    code = "source_unreadable"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


class ColumnsError(ImportFailedError):
    """The columns of `{name}` are not what an import needs: {reason}"""

    code = "columns"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason
