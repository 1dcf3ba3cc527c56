"""Agents and skills as staff edit them: looked at by everybody, changed by leads, one agent at a time.

Two people who edit at once: what does not touch goes together, what does is shown field by field to the second one.
A list that the line would refuse is never written (law 8).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from pydantic import ValidationError

from config.errors import ConfigError
from elder_channel.agents.model import AgentDefinition, Presence
from elder_channel.agents.settings import RoutingSettings
from elder_channel.agents.sites import Site
from elder_channel.bootstrap import Line
from elder_channel.services.accounts import Account
from elder_channel.services.accounts_file import Role
from elder_channel.services.agents_yaml import with_agent, without_agent
from elder_channel.services.corrections import AccountDirectory, allowed_role
from elder_channel.services.errors import (
    ChangedMeanwhileError,
    RosterConflict,
    RosterConflictError,
    RosterRefusedError,
)
from elder_channel.services.site_file import FileChange, SiteFile, etag_of

log = structlog.get_logger()

FILE = "agents.yaml"
HISTORY = "agents_history"
"""In the state folder."""
Change = Callable[[str], str]
"""The text of the file to the text it becomes."""

MAY_LOOK = frozenset(Role)
MAY_EDIT = frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR})
SHOWN_CHANGES = 50


@dataclass(frozen=True)
class RosterRow:
    """An agent, and where they are now."""

    agent: AgentDefinition
    presence: Presence | None
    """None for one the line has not met yet."""
    on_call: bool


@dataclass(frozen=True)
class Roster:
    """The list as it is in force."""

    etag: str
    """Of the file as it is now."""
    rows: tuple[RosterRow, ...]
    routing: RoutingSettings
    sites: tuple[Site, ...]
    companies: tuple[tuple[str, str], ...]
    """(id, name), as the dialects."""
    dialects: tuple[tuple[str, str], ...]
    can_be_written: bool
    """False where the line runs on the packaged team: there is no folder of the site's own to write to."""
    problems: tuple[str, ...]
    """Why the files as they are now were refused; the list is then the last good one."""


def roster_file(site: Path | None, state: Path) -> SiteFile:
    """The list of a site, with its history; the packaged demonstration team while the site has none."""
    return SiteFile(site, FILE, state / HISTORY)


class RosterService:
    """Reads and writes the list of agents."""

    def __init__(self, line: Line, accounts: AccountDirectory) -> None:
        self._line = line
        self._accounts = accounts
        self._file = roster_file(line.source.site, line.state)

    def look(self, *, by: Account) -> Roster:
        """Everybody on the list; raises `NotAllowedError`."""
        allowed_role(self._accounts, by, MAY_LOOK)
        self._line.source.reload()
        settings, states, problem = self._line.settings, self._line.agents.states(), self._line.source.problem
        name = self._line.catalogue.name
        return Roster(
            etag=etag_of(self._file.read()),
            rows=tuple(
                RosterRow(agent, state.presence if state else None, bool(state and state.call_sid))
                for agent in settings.agents
                for state in (states.get(agent.id),)
            ),
            routing=settings.routing,
            sites=tuple(settings.sites),
            companies=tuple((company.id, company.zh) for company in settings.companies),
            dialects=tuple((id_, name(id_)) for id_ in self._line.catalogue.classes),
            can_be_written=self._file.can_be_written,
            problems=tuple(str(each) for each in problem.problems) if problem else (),
        )

    def save(self, wanted: Mapping[str, Any], *, seen: AgentDefinition, by: Account) -> AgentDefinition:
        """Change an agent who looked like `seen`; the agent as it is now.

        What others changed meanwhile in other fields stays. Raises `NotAllowedError`, `RosterRefusedError` with
        everything that is wrong, and `RosterConflictError` where somebody else changed the same field differently.
        """
        role = allowed_role(self._accounts, by, MAY_EDIT)
        mine = _made({**seen.model_dump(), **wanted, "id": seen.id})
        with self._file.locked():
            now = self._current(seen.id)
            merged = _merged(seen, mine, now)
            if merged == now:
                return now
            self._write(lambda text: with_agent(text, merged), "changed", merged.id, now, merged, by=by, role=role)
        return merged

    def add(self, wanted: Mapping[str, Any], *, by: Account) -> AgentDefinition:
        """Put somebody new on the list. Raises as `save`."""
        role = allowed_role(self._accounts, by, MAY_EDIT)
        agent = _made(wanted)
        with self._file.locked():
            self._line.source.reload()
            if self._line.settings.agent(agent.id) is not None:
                raise RosterRefusedError("roster_id_taken", f"{agent.id} is on the list already.")
            self._write(lambda text: with_agent(text, agent), "added", agent.id, None, agent, by=by, role=role)
        return agent

    def remove(self, seen: AgentDefinition, *, by: Account) -> None:
        """Take somebody off the list; who is on a call finishes it. Raises as `save`."""
        role = allowed_role(self._accounts, by, MAY_EDIT)
        with self._file.locked():
            now = self._current(seen.id)
            if now != seen:
                raise ChangedMeanwhileError("Somebody has changed this agent meanwhile; look again.")
            self._write(lambda text: without_agent(text, seen.id), "removed", seen.id, now, None, by=by, role=role)

    def set_presence(self, agent_id: str, presence: Presence, *, by: Account) -> None:
        """Have somebody come to work or leave, as with `elder-channel agents`.

        Raises `NotAllowedError`, and `RosterRefusedError` for who is on a call or not known to the line yet.
        """
        allowed_role(self._accounts, by, MAY_EDIT)
        if not self._line.agents.set_presence(agent_id, presence, at=self._line.clock()):
            raise RosterRefusedError("roster_on_call", "The agent is on a call, or the line does not know them yet.")
        log.info("agent.presence_set", agent=agent_id, presence=presence, by=by.username)

    def changes(self, *, by: Account) -> list[FileChange]:
        """Who changed what, newest first; raises `NotAllowedError`."""
        allowed_role(self._accounts, by, MAY_EDIT)
        return self._file.changes()[:SHOWN_CHANGES]

    def restore(self, etag: str, *, seen: str, by: Account) -> None:
        """Put an earlier version in force again; `seen` is the etag of the list looked at.

        Raises as `save`, and `ChangedMeanwhileError`.
        """
        role = allowed_role(self._accounts, by, MAY_EDIT)
        with self._file.locked():
            if etag_of(self._file.read()) != seen:
                raise ChangedMeanwhileError("Somebody has changed the list meanwhile; look again.")
            earlier = self._file.version(etag).decode()
            self._write(lambda _: earlier, "restored", "", None, None, by=by, role=role)

    def _current(self, agent_id: str) -> AgentDefinition:
        """The agent as the file says now; raises `RosterRefusedError` for one who is gone."""
        self._line.source.reload()
        agent = self._line.settings.agent(agent_id)
        if agent is None:
            raise RosterRefusedError("roster_gone", "Somebody has taken this agent off the list.")
        return agent

    def _write(
        self,
        change: Change,
        what: str,
        agent_id: str,
        before: AgentDefinition | None,
        after: AgentDefinition | None,
        *,
        by: Account,
        role: Role,
    ) -> None:
        if not self._file.can_be_written:
            raise RosterRefusedError("roster_no_site", "There is no folder of the site's own that can be written.")
        old = self._file.read()
        new = change(old.decode()).encode()
        self._demand_good(new, after)
        at = self._line.clock()
        self._file.meet(old, at=at)
        self._file.replace(new)
        number = len(self._file.changes()) + 1
        fields = differing(before, after)
        self._file.note(
            FileChange(number, at, by.username, role, what, agent_id, *_sides(before, after, fields), etag_of(new))
        )
        self._line.source.reload()
        log.info("roster.written", what=what, agent=agent_id, fields=sorted(fields), by=by.username)

    def _demand_good(self, content: bytes, after: AgentDefinition | None) -> None:
        """Refuse what the line would refuse, before anything is written (law 8)."""
        try:
            tried = self._line.source.tried({FILE: content})
        except ConfigError as error:
            raise RosterRefusedError("roster_wrong", str(error), [str(each) for each in error.problems]) from error
        if after is not None and after not in tried.settings.agents:
            raise RosterRefusedError("roster_wrong", f"{FILE} would not say what was asked for.")


def differing(before: AgentDefinition | None, after: AgentDefinition | None) -> set[str]:
    """The fields in which two states of an agent differ; none where one of them is missing."""
    if before is None or after is None:
        return set()
    return {field for field in AgentDefinition.model_fields if getattr(before, field) != getattr(after, field)}


def _merged(seen: AgentDefinition, mine: AgentDefinition, now: AgentDefinition) -> AgentDefinition:
    """My changes on top of what others have changed meanwhile; raises `RosterConflictError` where both did."""
    changed, theirs = differing(seen, mine), differing(seen, now)
    both = [field for field in AgentDefinition.model_fields if field in changed & theirs & differing(mine, now)]
    if both:
        found = [RosterConflict(each, getattr(seen, each), getattr(now, each), getattr(mine, each)) for each in both]
        raise RosterConflictError(found, now)
    return now.model_copy(update={field: getattr(mine, field) for field in changed})


def _made(values: Mapping[str, Any]) -> AgentDefinition:
    try:
        return AgentDefinition.model_validate(values)
    except ValidationError as error:
        problems = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors(include_url=False)]
        raise RosterRefusedError("roster_wrong", "; ".join(problems), problems) from None


def _sides(
    before: AgentDefinition | None, after: AgentDefinition | None, fields: set[str]
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """What stood there and what stands there now: the changed fields, or the whole row that came or went."""
    old = before.model_dump(mode="json") if before else {}
    new = after.model_dump(mode="json") if after else {}
    if before and after:
        old, new = ({field: side[field] for field in sorted(fields)} for side in (old, new))
    return old, new
