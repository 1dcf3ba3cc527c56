"""What the services refuse, and why.

ServiceError (an ElderChannelError)
├── AccountsFileError       the accounts file cannot be read
├── AccountRefusedError     the proposed user name or password does not do
├── CodeRejectedError       the one-time code is wrong, used or void
├── TooManyAttemptsError    wait before the next try
├── RecordingRefusedError   nothing can be recorded or heard
├── SwitchRefusedError      a switch of the sites cannot be turned like this
├── TransferRefusedError    the call cannot be passed on like this
├── VerdictRefusedError     a verdict on a call that cannot be
├── ReplyRefusedError       nothing like that can be done about a text
├── ConsentRefusedError     a consent that cannot be recorded
├── CustomersRefusedError   customers cannot be taken or decided on like this
├── DeskRefusedError        an act on the agent desk that cannot be
├── MarkRefusedError        nothing can be noted of this caller
├── ChangedMeanwhileError   somebody else was first; look again
├── ExportRefusedError      the folder is no place for an export
├── NotAllowedError         the role does not permit it
├── CampaignRefusedError    a campaign of greetings cannot be like this, or not be changed like this
├── DialectRefusedError     a word of a dialect cannot be added or taken back like this
├── PromptRefusedError      a prompt cannot be recorded, approved or taken back like this
├── ReportRefusedError      there is no report of such a span of days
└── OrderRefusedError       a work order cannot be changed like this
"""

from __future__ import annotations

from collections.abc import Sequence

from elder_channel.errors import ElderChannelError
from elder_channel.prompts.findings import Finding


class ServiceError(ElderChannelError):
    """A service refused what it was asked to do."""

    code: str = "service_error"
    """Short and stable; screens choose their words by it."""
    retryable: bool = False


class AccountsFileError(ServiceError):
    """The accounts file cannot be read or written."""

    code = "accounts_unreadable"


class AccountRefusedError(ServiceError):
    """The proposed user name or password does not do; `code` says which rule it breaks."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class CodeRejectedError(ServiceError):
    """The one-time code is wrong, has been used, or an administrator exists already."""

    code = "code_rejected"


class TooManyAttemptsError(ServiceError):
    """Too many wrong passwords for this user name; the next try is allowed later."""

    code = "too_many_attempts"
    retryable = True

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__(f"Too many wrong passwords; try again in {retry_after_seconds} s.")
        self.retry_after_seconds = retry_after_seconds


class SwitchRefusedError(ServiceError):
    """A switch of the sites cannot be turned like this; `code` says which rule it breaks."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class TransferRefusedError(ServiceError):
    """The call cannot be passed on like this and stays with who has it; `code` says which rule it breaks."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class NotAllowedError(ServiceError):
    """The account's role does not permit this."""

    code = "not_allowed"


class RecordingRefusedError(ServiceError):
    """Nothing can be recorded or heard; `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class VerdictRefusedError(ServiceError):
    """The verdict on a call cannot be; `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class ConsentRefusedError(ServiceError):
    """The consent cannot be recorded; `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class CustomersRefusedError(ServiceError):
    """Customers cannot be taken or decided on like this; `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class DeskRefusedError(ServiceError):
    """What was done on the agent desk cannot be; `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class MarkRefusedError(ServiceError):
    """Nothing can be noted of this caller or this number; `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class ChangedMeanwhileError(ServiceError):
    """Somebody else has written since the page was looked at."""

    code = "changed_meanwhile"
    retryable = True


class ExportRefusedError(ServiceError):
    """The export cannot be written there."""

    code = "export_refused"


class OrderRefusedError(ServiceError):
    """A work order cannot be changed like this; `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.retryable = code == "order_changed"


class ReplyRefusedError(ServiceError):
    """Nothing like that can be done about a text; `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class CampaignRefusedError(ServiceError):
    """A campaign of greetings cannot be like this, or not be changed like this; `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class PromptRefusedError(ServiceError):
    """A recorded prompt cannot be kept or changed like this; `code` says why, `findings` what was heard in it."""

    def __init__(self, code: str, message: str, findings: Sequence[Finding] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.findings = tuple(findings)


class ReportRefusedError(ServiceError):
    """There is no report of such a span of days; `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class DialectRefusedError(ServiceError):
    """A word of a dialect cannot be added or taken back like this; `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
