"""What the services refuse, and why.

ServiceError (an ElderChannelError)
├── AccountsFileError       the accounts file cannot be read
├── AccountRefusedError     the proposed user name or password does not do
├── CodeRejectedError       the one-time code is wrong, used or void
├── TooManyAttemptsError    wait before the next try
├── SignInRefusedError      who the provider vouches for may not come in
├── SessionOverError        somebody is signed in no more
├── SignOnSettingsError     the provider cannot be used as it is set up
├── RecordingRefusedError   nothing can be recorded or heard
├── SwitchRefusedError      a switch of the sites cannot be turned like this
├── TransferRefusedError    the call cannot be passed on like this
├── VerdictRefusedError     a verdict on a call that cannot be
├── ReplyRefusedError       nothing like that can be done about a text
├── ConsentRefusedError     a consent that cannot be recorded
├── CustomersRefusedError   customers cannot be taken or decided on like this
├── CustomerFileError       a customer cannot be looked for, changed or deleted like this
├── DraftRefusedError       what was typed cannot be kept as a draft
├── ResultRefusedError      nothing can be worked out or kept like this
├── DeskRefusedError        an act on the agent desk that cannot be
├── MarkRefusedError        nothing can be noted of this caller
├── ChangedMeanwhileError   somebody else was first; look again
│   ├── RosterConflictError where two changed the same of one agent
│   └── SettingsConflictError where two changed the same setting
├── ExportRefusedError      the folder is no place for an export
├── NotAllowedError         the role does not permit it
├── CampaignRefusedError    a campaign of greetings cannot be like this, or not be changed like this
├── DialectRefusedError     a word of a dialect cannot be added or taken back like this
├── RosterRefusedError      the list of agents cannot be changed like this
├── SettingsRefusedError    the settings cannot be changed like this
├── SiteFileError           a file of the site cannot be read, written or found
├── StaffingRefusedError    a forecast that cannot be worked out here
├── WhatIfRefusedError      what was asked at "what if" cannot be a call
├── PromptRefusedError      a prompt cannot be recorded, approved or taken back like this
├── TrainingRefusedError    a training run cannot be begun, stopped or decided on like this
├── ReportRefusedError      there is no report of such a span of days
└── OrderRefusedError       a work order cannot be changed like this
    └── OrderUnfitError     a work order cannot be opened with these fields
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from elder_channel.agents.model import AgentDefinition
from elder_channel.errors import ElderChannelError
from elder_channel.prompts.findings import Finding
from elder_channel.staff.model import SessionEnd


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


class SignInRefusedError(ServiceError):
    """Who the provider vouches for may not come in all the same; `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class SessionOverError(ServiceError):
    """Somebody is signed in no more, and has to sign in again; `why` says since what."""

    code = "session_over"

    def __init__(self, why: SessionEnd) -> None:
        super().__init__(f"This sign-in is over ({why}).")
        self.why = why


class SignOnSettingsError(ServiceError):
    """The provider cannot be used as it is set up: something is missing beside the settings."""

    code = "sign_on_settings"


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


class CustomerFileError(ServiceError):
    """A customer cannot be looked for, opened, changed or deleted like this; `code` says why.

    `fields` are those on which somebody else was first.
    """

    def __init__(self, code: str, message: str, fields: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.fields = tuple(fields)


class DraftRefusedError(ServiceError):
    """What was typed cannot be kept as a draft; `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class ResultRefusedError(ServiceError):
    """Nothing can be worked out or kept like this; `code` says why."""

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


class OrderUnfitError(OrderRefusedError):
    """A work order cannot be opened like this; `problems` gives the code for each field that does not do."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("order_unfit", f"These fields do not do: {', '.join(problems)}.")
        self.problems = dict(problems)


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


class StaffingRefusedError(ServiceError):
    """A forecast cannot be worked out here; `code` says why, the message what is wrong with it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class WhatIfRefusedError(ServiceError):
    """What was asked at "what if" cannot be a call; `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class RosterRefusedError(ServiceError):
    """The list of agents cannot be changed like this; `code` says why, `problems` what is wrong with it."""

    def __init__(self, code: str, message: str, problems: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.problems = tuple(problems)


@dataclass(frozen=True)
class RosterConflict:
    """A field of an agent that two people changed differently."""

    field: str
    before: Any
    theirs: Any
    mine: Any


class RosterConflictError(ChangedMeanwhileError):
    """Somebody else changed the same of this agent; `fields` says what, `now` is the agent as they left it."""

    code = "roster_conflict"

    def __init__(self, fields: Sequence[RosterConflict], now: AgentDefinition) -> None:
        super().__init__("Somebody else has changed the same of this agent meanwhile.")
        self.fields = tuple(fields)
        self.now = now


class SiteFileError(ServiceError):
    """A file of the site cannot be read, written or found; `code` says which."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class SettingProblem:
    """What is wrong with a setting, and where the line would say it stands."""

    section: str
    """Empty where no setting is meant."""
    key: str
    """Of the field: a key of a section, the id of an item of a list; empty for the section as a whole."""
    where: str
    """`file:line`."""
    reason: str


class SettingsRefusedError(ServiceError):
    """The settings cannot be changed like this; `code` says why, `problems` what the line would refuse."""

    def __init__(self, code: str, message: str, problems: Sequence[SettingProblem] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.problems = tuple(problems)


@dataclass(frozen=True)
class SettingConflict:
    """A setting that two people changed differently; None stands for the default, or for an item that is gone."""

    section: str
    key: str
    before: Any
    theirs: Any
    mine: Any


class SettingsConflictError(ChangedMeanwhileError):
    """Somebody else changed the same settings; nothing is written."""

    code = "settings_conflict"

    def __init__(self, conflicts: Sequence[SettingConflict]) -> None:
        super().__init__("Somebody else has changed the same settings meanwhile.")
        self.conflicts = tuple(conflicts)


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


class TrainingRefusedError(ServiceError):
    """A training run cannot be begun, stopped or decided on like this; `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
