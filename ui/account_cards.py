"""What the page of accounts shows; knows nothing of Streamlit or HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from elder_channel.services.account_desk import AccountRow
from elder_channel.services.account_history import AccountChange
from elder_channel.services.accounts_file import Closed
from ui.words import Text, say, say_value


@dataclass(frozen=True)
class AccountLine:
    """One account of the list."""

    name: str
    role: Text
    agent: Text
    state: Text


@dataclass(frozen=True)
class ChangeLine:
    """One line of the history."""

    time: str
    who: Text
    what: Text


def present_accounts(rows: Sequence[AccountRow], agents: Mapping[str, str]) -> list[AccountLine]:
    """One line per account, in the order given; `agents` are the names of the line's agents."""
    return [
        AccountLine(
            name=row.username,
            role=role_text(row.role),
            agent=Text(agents.get(row.agent_id, row.agent_id), "") if row.agent_id else say("account.agent.none"),
            state=say(f"account.state.{_state(row)}"),
        )
        for row in rows
    ]


def present_changes(changes: Sequence[AccountChange], *, zone: tzinfo) -> list[ChangeLine]:
    """One line per change, with times in `zone`."""
    return [
        ChangeLine(
            time=change.at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
            who=say("account.history.line", by=change.by, name=change.username),
            what=_what(change),
        )
        for change in changes
    ]


def role_text(role: str) -> Text:
    """What a role is called."""
    return say_value("account.role", role)


def _state(row: AccountRow) -> str:
    if row.closed is not None:
        return "closed_provider" if row.closed is Closed.PROVIDER else "closed"
    if row.by_provider:
        return "provider"
    return "first" if row.first_password else "open"


def _what(change: AccountChange) -> Text:
    deed = say_value("account.deed", change.deed)
    roles = [role_text(role) for role in (change.before, change.after) if role]
    if not roles:
        return deed
    told = Text(*(" → ".join(role[place] for role in roles) for place in (0, 1)))
    return Text(f"{deed.zh}：{told.zh}", f"{deed.en}: {told.en}")
