"""What can go wrong with greetings.

GreetingError
├── TemplateError            a template cannot be read or filled
├── CampaignUnknownError     nobody proposed this campaign, or not in this version
├── CampaignStateError       a campaign cannot be changed like this
├── LintRulesError           the table of rules for templates says something that cannot be
├── LunarDateError           a day the lunar table does not have
├── PersonUnknownError       nobody of the group has this id
└── ImportFailedError        customers that cannot be read as a whole; nothing of them was taken
    ├── SourceUnreadableError
    └── ColumnsError         the columns are not what an import needs
"""

from __future__ import annotations


class GreetingError(Exception):
    """Something about greetings is wrong."""

    code = "greeting"
    """Short and stable, for logs and screens."""
    retryable = False


class TemplateError(GreetingError):
    """A template cannot be read or filled; the message names it and what is wrong in it."""

    code = "template"


class CampaignUnknownError(GreetingError):
    """There is no campaign of this id and version."""

    code = "campaign_unknown"


class CampaignStateError(GreetingError):
    """A campaign cannot be changed like this; `code` says which rule forbids it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class LintRulesError(GreetingError):
    """The table of rules for templates says something that cannot be."""

    code = "lint_rules"


class LunarDateError(GreetingError):
    """There is no such day in the lunar calendar, or not within 1901 to 2100."""

    code = "lunar_date"


class PersonUnknownError(GreetingError):
    """No company of the group has a customer `{group_customer_id}`."""

    code = "person_unknown"

    def __init__(self, group_customer_id: str) -> None:
        super().__init__(f"No company of the group has a customer {group_customer_id!r}.")
        self.group_customer_id = group_customer_id


class ImportFailedError(GreetingError):
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
