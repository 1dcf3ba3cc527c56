"""`elder-channel`: every command of the line."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from elder_channel.logs import set_up_logs

_GROUPS = {
    "accounts": "elder_channel.cli.accounts",
    "agents": "elder_channel.cli.agents",
    "carrier": "elder_channel.cli.carrier",
    "config": "elder_channel.cli.config",
    "customers": "elder_channel.cli.customers",
    "dialects": "elder_channel.cli.dialects",
    "endpointing": "elder_channel.cli.endpointing",
    "greetings": "elder_channel.cli.greetings",
    "inbound": "elder_channel.cli.inbound",
    "onetap": "elder_channel.cli.one_tap",
    "optouts": "elder_channel.cli.optouts",
    "outbound": "elder_channel.cli.outbound",
    "models": "elder_channel.cli.models",
    "orders": "elder_channel.cli.orders",
    "prompts": "elder_channel.cli.prompts",
    "recognizer": "elder_channel.cli.recognizer",
    "reports": "elder_channel.cli.reports",
    "sites": "elder_channel.cli.sites",
    "taskrouter": "elder_channel.cli.taskrouter",
}
_COMMANDS = {
    "call": "elder_channel.cli.call",
    "doctor": "elder_channel.cli.doctor",
    "fallback": "elder_channel.cli.fallback",
    "migrate": "elder_channel.cli.migrate",
    "process": "elder_channel.cli.process",
    "run": "elder_channel.cli.run",
    "simulate": "elder_channel.cli.simulate",
    "staffing": "elder_channel.cli.staffing",
}


class LazyCommands(TyperGroup):
    """Imports a command when it is asked for, so that `--help` and small commands start at once."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - click's interface
        """All commands, by name."""
        return sorted([*_GROUPS, *_COMMANDS])

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """The command, from the module that holds it."""
        module_name = (_GROUPS | _COMMANDS).get(cmd_name)
        if module_name is None:
            return None
        command = typer.main.get_command(importlib.import_module(module_name).app)
        command.name = cmd_name
        return command


app = typer.Typer(
    cls=LazyCommands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="A service line on which old callers reach a person who speaks their dialect.",
)


@app.callback()
def _root(
    state: Annotated[
        Path | None, typer.Option(help="State folder; default ELDER_CHANNEL_STATE, else ./var.", show_default=False)
    ] = None,
) -> None:
    if state is not None:
        os.environ["ELDER_CHANNEL_STATE"] = str(state.resolve())


def main() -> None:
    """The program; a fault that has a sentence is told in that sentence, on standard error, with exit code 2."""
    set_up_logs(os.environ)
    from bilingual.errors import BilingualError
    from config.errors import ConfigError
    from dialects.errors import DialectsError
    from elder_channel.errors import ElderChannelError
    from greeting_sms.errors import GreetingError

    try:
        app()
    except (BilingualError, ConfigError, DialectsError, ElderChannelError, GreetingError) as error:
        print(f"elder-channel: {error}", file=sys.stderr)
        sys.exit(2)
    except OSError as error:  # a state folder that cannot be made, a disk that is full
        print(f"elder-channel: {error.filename or 'the system'}: {error.strerror or error}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
