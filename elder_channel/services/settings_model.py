"""Settings as staff see and change them: sections, what stands in them, changes that are worked out, proposals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from config.fields import FieldSpec, Kind, Unit
from config.second_person import Concern
from config.taking_over import Taking
from elder_channel.services.errors import SettingConflict, SettingProblem

__all__ = [
    "Checked",
    "Comparison",
    "Concern",
    "Edit",
    "FieldChange",
    "FieldSpec",
    "Kind",
    "Proposal",
    "SecretLine",
    "Section",
    "SectionLine",
    "Setting",
    "SettingsChange",
    "SettingsOverview",
    "Standing",
    "Taking",
    "Unit",
    "Wanted",
    "Written",
]

Wanted = Mapping[str, Any]
"""What somebody has filled in: field of a section, or id of a list's item, to its value; None takes it out."""


@dataclass(frozen=True)
class Setting:
    """One field of a section, or one item of a list."""

    key: str
    value: Any
    """As JSON has it: what the files say, or what the environment says where it holds the key."""
    is_own: bool
    """Whether the site's file says it; else it is the packaged default."""
    where: str
    """`file:line`, or the variable; empty for a default."""
    held_by: str = ""
    """The environment variable that wins over the files; empty for none."""
    spec: FieldSpec | None = None
    """None for an item of a list; `Section.specs` say what it holds."""
    concern: Concern | None = None
    """Why a second person has to approve it; None where nobody needs to."""
    taking: Taking = Taking.AT_ONCE


@dataclass(frozen=True)
class Section:
    """One settings file with everything in it."""

    name: str
    help: str
    file: str
    etag: str
    """Of the file as it is now."""
    is_list: bool
    settings: tuple[Setting, ...]
    specs: tuple[FieldSpec, ...]
    text: str
    """The file itself; empty where it cannot be read as settings."""
    problems: tuple[SettingProblem, ...]
    """Why the file as it is now is refused; nothing of it can be changed here then."""

    @property
    def values(self) -> dict[str, Any]:
        """What the form begins with; conflicts are found against it."""
        return {setting.key: setting.value for setting in self.settings}


@dataclass(frozen=True)
class SectionLine:
    """A section on the list of all."""

    name: str
    own: int
    """How many of its keys the site's file says."""


@dataclass(frozen=True)
class SecretLine:
    """A secret and where it comes from; never what it is."""

    name: str
    from_environment: bool
    """Else from `secrets.env` of the state folder."""


@dataclass(frozen=True)
class SettingsOverview:
    """All settings at a glance."""

    sections: tuple[SectionLine, ...]
    can_be_written: bool
    folder: str
    """Of the site; empty where there is none."""
    problems: tuple[str, ...]
    """Why the files as they are now were refused; the line serves with the last good ones."""
    waiting: int
    """Proposals that wait for a second person."""
    secrets: tuple[SecretLine, ...]
    by_taskrouter: bool
    """Whether the carrier's TaskRouter gives out the calls: it is told of changes by `taskrouter push`."""


@dataclass(frozen=True)
class FieldChange:
    """One field of a section, or one item of a list, that becomes something else."""

    key: str
    before: Any
    """None where there was no such item."""
    after: Any
    """None where the item is taken out."""
    concern: Concern | None = None
    taking: Taking = Taking.AT_ONCE


@dataclass(frozen=True)
class Edit:
    """A change of one file, worked out and not written."""

    section: str
    base: str
    """Etag of the file it was worked out on."""
    before: str
    """The file's text; empty where the site has none."""
    after: str
    fields: tuple[FieldChange, ...]

    @property
    def concerns(self) -> tuple[Concern, ...]:
        """Why a second person has to approve it, each reason once."""
        return tuple(dict.fromkeys(each.concern for each in self.fields if each.concern))


@dataclass(frozen=True)
class Checked:
    """What would come of a change; nothing is written."""

    edits: tuple[Edit, ...] = ()
    problems: tuple[SettingProblem, ...] = ()
    """What the line would refuse."""
    conflicts: tuple[SettingConflict, ...] = ()
    """What somebody else has changed meanwhile, differently."""

    @property
    def concerns(self) -> tuple[Concern, ...]:
        """Why a second person has to approve it; none where it is in force once it is saved."""
        return tuple(dict.fromkeys(why for edit in self.edits for why in edit.concerns))


class Standing(StrEnum):
    """What became of a proposal."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"  # by who made it


@dataclass(frozen=True)
class Proposal:
    """A change that waits for a second person, or waited."""

    id: int
    """From 1."""
    at: datetime
    by: str
    role: str
    what: str
    """`changed`, `restored` or `imported`."""
    note: str
    edits: tuple[Edit, ...]
    standing: Standing = Standing.WAITING
    decided_at: datetime | None = None
    decided_by: str = ""
    reason: str = ""
    """Why it was refused or withdrawn."""

    @property
    def concerns(self) -> tuple[Concern, ...]:
        """Why somebody else has to approve it."""
        return tuple(dict.fromkeys(why for edit in self.edits for why in edit.concerns))


@dataclass(frozen=True)
class Written:
    """What was done: either it is in force, or it waits."""

    edits: tuple[Edit, ...]
    proposal: Proposal | None = None


@dataclass(frozen=True)
class SettingsChange:
    """A change of one section in the history."""

    section: str
    number: int
    at: datetime
    by: str
    role: str
    what: str
    note: str
    approved_by: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    etag: str
    holds: bool
    """Whether the file is as this change left it."""


@dataclass(frozen=True)
class Comparison:
    """Two versions of a file."""

    section: str
    earlier: str
    later: str
    """Their texts."""
    fields: tuple[FieldChange, ...]
