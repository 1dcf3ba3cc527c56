"""What can go wrong with greetings.

GreetingError
├── TemplateError            a template cannot be read or filled
├── CampaignUnknownError     nobody proposed this campaign, or not in this version
├── CampaignStateError       a campaign cannot be changed like this
├── LintRulesError           the table of rules for templates says something that cannot be
├── InboundRulesError        the rules for replies say something that cannot be
├── InboundModelError        the model for replies is not what was trained
├── InboundSetError          a set of labelled replies cannot be read
├── LunarDateError           a day the lunar table does not have
├── PersonUnknownError       nobody of the group has this id
├── ImportFailedError        customers that cannot be read as a whole; nothing of them was taken
│   ├── SourceUnreadableError
│   ├── ColumnsError         the columns are not what an import needs
│   └── BooksChangedError    others changed the books all the while
└── ChannelError             a carrier of texts cannot be used
    ├── ChannelSilentError   it does not answer, or not with what was asked
    ├── ChannelUnknownError  no channel has this name
    ├── ChannelSetUpError    something it needs is not set
    └── BadReceiptError      a receipt is not the carrier's
"""

from __future__ import annotations

from collections.abc import Iterable


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


class InboundRulesError(GreetingError):
    """The rules for replies say something that cannot be."""

    code = "inbound_rules"


class InboundModelError(GreetingError):
    """The model for replies is not there, or not what was trained."""

    code = "inbound_model"


class InboundSetError(GreetingError):
    """A set of labelled replies cannot be read."""

    code = "inbound_set"


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


class BooksChangedError(ImportFailedError):
    """Others changed the books of customers all the while; nothing was taken. Import the file once more."""

    code = "books_changed"
    retryable = True

    def __init__(self) -> None:
        super().__init__("others changed the books of customers all the while; nothing was taken: import once more")


class ChannelError(GreetingError):
    """A carrier of texts cannot be used."""

    code = "channel"


class ChannelSilentError(ChannelError):
    """A carrier does not answer, or not with what was asked of it."""

    code = "channel_silent"
    retryable = True

    def __init__(self, channel: str, why: str) -> None:
        super().__init__(f"the channel {channel} does not answer: {why}")


class ChannelUnknownError(ChannelError):
    """No channel has this name."""

    code = "channel_unknown"

    def __init__(self, name: str, known: Iterable[str]) -> None:
        super().__init__(f"no channel is named {name!r}; known: {', '.join(sorted(known)) or 'none'}")


class ChannelSetUpError(ChannelError):
    """Something a channel needs is not set."""

    code = "channel_set_up"

    def __init__(self, channel: str, setting: str) -> None:
        super().__init__(f"texts cannot go by {channel}: {setting} is not set")


class BadReceiptError(ChannelError):
    """A receipt is not the carrier's, or not one we understand."""

    code = "bad_receipt"
