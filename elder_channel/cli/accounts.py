"""`elder-channel accounts`: who may use the console."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from config.schema import Settings
from elder_channel.bootstrap import load_settings
from elder_channel.clock import utc_now
from elder_channel.services.account_upkeep import AccountUpkeep
from elder_channel.services.accounts import Account, Accounts, Role
from elder_channel.services.accounts_file import ACCOUNTS_FILE
from elder_channel.services.consents import ShellOperator
from elder_channel.services.errors import AccountRefusedError
from elder_channel.state import state_folder

app = typer.Typer(help="Who may use the console.", no_args_is_help=True)

_OPERATOR = ShellOperator.ACCOUNT
_Name = Annotated[str, typer.Argument(metavar="NAME", help="User name.")]
_FromStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


@app.command()
def add(
    name: _Name,
    role: Annotated[Role, typer.Option(help="What the person may do.")] = Role.AGENT,
    agent: Annotated[str, typer.Option(help="The agent this person is on the line (agents.yaml).")] = "",
    from_stdin: _FromStdin = False,
) -> None:
    """Add a person; with --agent the person gets that agent's desk."""
    if agent:
        _check_agent(agent, load_settings(os.environ))
    account = _accounts().add(name, _password(from_stdin), role, by=_OPERATOR, agent_id=agent or None)
    print(f"added: {_told(account)}")


@app.command("list")
def list_accounts() -> None:
    """Everybody with an account, what they may do, and who they are on the line."""
    accounts = _accounts()
    everybody = accounts.everybody(by=_OPERATOR)
    for account in everybody:
        print(_told(account))
    for account in accounts.everybody(by=_OPERATOR, closed=True):
        print(f"{_told(account)}  closed")
    print(f"{len(everybody)} accounts")


@app.command()
def reset(name: _Name, from_stdin: _FromStdin = False) -> None:
    """Give somebody who has forgotten the password a new one."""
    print(f"new password for {_told(_accounts().reset(name, _password(from_stdin), by=_OPERATOR))}")


@app.command()
def close(name: _Name) -> None:
    """Take an account away: who is signed in with it may do nothing from the next act on."""
    print(f"closed: {_told(_upkeep().close(name, by=_OPERATOR))}")


@app.command()
def reopen(name: _Name) -> None:
    """Open a closed account again."""
    print(f"open again: {_told(_upkeep().reopen(name, by=_OPERATOR))}")


@app.command()
def role(name: _Name, role: Annotated[Role, typer.Argument(help="What the person may do.")]) -> None:
    """Let somebody do something else; counts at the next act."""
    print(f"changed: {_told(_upkeep().give_role(name, role, by=_OPERATOR))}")


def _upkeep() -> AccountUpkeep:
    return AccountUpkeep(state_folder(os.environ) / ACCOUNTS_FILE, utc_now, operator=_OPERATOR)


def _accounts() -> Accounts:
    return Accounts(state_folder(os.environ) / ACCOUNTS_FILE, utc_now, operator=_OPERATOR)


def _password(from_stdin: bool) -> str:
    """Never an argument: those are seen by everybody on the machine."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _check_agent(agent: str, settings: Settings) -> None:
    known = [each.id for each in settings.agents]
    if agent not in known:
        raise AccountRefusedError("agent_unknown", f"There is no agent {agent!r}; there are {', '.join(known)}.")


def _told(account: Account) -> str:
    return f"{account.username}  {account.role}" + (f"  agent {account.agent_id}" if account.agent_id else "")
