"""Starts the console: the one place that says with which settings Streamlit runs.

The supervisor starts `console_command(...)`, or runs the same as `python -m ui.launch --port 8501 --state var`.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import ui
from elder_channel.secrets import load_secrets
from ui.rare_characters import FAMILIES, RARE_FAMILIES

APP = Path(ui.__file__).with_name("app.py")
SERVER = Path(ui.__file__).with_name("console_server.py")
"""The web application around the pages: what is started."""
_OWN_FIRST, _OWN_LAST = (
    ", ".join(f"'{family}'" for family in FAMILIES if (family in RARE_FAMILIES) is is_first)
    for is_first in (True, False)
)
"""Rare Chinese first, bound to its few characters by `unicode-range`: where such a character stands before Latin
letters, Chromium takes a box from the machine's font and looks no further."""
_OF_THE_MACHINE = "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC'"
HEALTH_PATH = "/_stcore/health"

STREAMLIT_OPTIONS: Mapping[str, str] = {
    "server.headless": "true",
    "server.enableCORS": "true",  # together with XSRF: only pages of this origin may talk to the console
    "server.enableXsrfProtection": "true",
    "server.fileWatcherType": "none",
    "server.runOnSave": "false",
    # A whole collection after every run took nine tenths of the console's time, with the interpreter held; the
    # automatic ones do (`ui.warming`).
    "runner.postScriptGC": "false",
    "server.maxUploadSize": "20",
    "server.enableAgentApi": "false",
    "browser.gatherUsageStats": "false",  # the default reports to the makers of Streamlit
    "client.showErrorDetails": "none",  # an error's text may hold what a caller said
    "client.showErrorLinks": "false",
    "client.toolbarMode": "minimal",
    "global.disableWidgetStateDuplicationWarning": "true",  # a draft is put into fields that begin with something else
    "client.showSidebarNavigation": "false",
    "theme.base": "light",
    "theme.textColor": "#1a1a1a",  # the default grey of captions and hints is too pale (WCAG 1.4.3)
    "theme.backgroundColor": "#ffffff",
    "theme.secondaryBackgroundColor": "#f2f4f7",
    "theme.primaryColor": "#0a4d8c",
    "theme.linkColor": "#0a4d8c",
    "theme.borderColor": "#6b7280",
    "theme.baseFontSize": "18",
    "server.enableStaticServing": "true",  # the fonts of `ui/static`, for characters that a machine's own may lack
    "theme.font": f"{_OWN_FIRST}, {_OF_THE_MACHINE}, {_OWN_LAST}, sans-serif",
}


def console_command(*, port: int, state: Path, host: str = "127.0.0.1") -> list[str]:
    """The command that runs the console on this address with this state folder; it stays in the foreground."""
    return [sys.executable, "-m", "ui.launch", "--port", str(port), "--host", host, "--state", str(state)]


def streamlit_arguments(*, port: int, host: str) -> list[str]:
    """What Streamlit itself is started with, after `streamlit`."""
    options = {"server.port": str(port), "server.address": host, **STREAMLIT_OPTIONS}
    return ["run", str(SERVER), *(f"--{name}={value}" for name, value in options.items())]


def console_environment(environment: Mapping[str, str], *, state: Path) -> dict[str, str]:
    """The console's environment: the state folder, and `ui` importable wherever the command is started.

    Streamlit puts the folder of the script first on `sys.path`, not the folder that holds the packages.
    """
    packages = str(APP.parent.parent)
    search = [
        packages,
        *(entry for entry in environment.get("PYTHONPATH", "").split(os.pathsep) if entry and entry != packages),
    ]
    return {
        **environment,
        "ELDER_CHANNEL_STATE": str(state),
        "PYTHONPATH": os.pathsep.join(search),
        # Not an argument: those are seen by everybody on the machine. The same at every start, so that who comes
        # back from the provider, or sends a file, while the console starts again is not refused.
        "STREAMLIT_SERVER_COOKIE_SECRET": load_secrets(state, environment).cookie_secret.get_secret_value(),
    }


def main() -> None:
    """Become the console: Streamlit takes over this process, so that its id and its signals are the console's."""
    parser = argparse.ArgumentParser(prog="python -m ui.launch", description="The staff console.")
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--state", type=Path, default=Path(os.environ.get("ELDER_CHANNEL_STATE", "var")))
    options = parser.parse_args()
    command = [sys.executable, "-m", "streamlit", *streamlit_arguments(port=options.port, host=options.host)]
    os.execve(sys.executable, command, console_environment(os.environ, state=options.state.resolve()))  # noqa: S606 - our own command, no shell


if __name__ == "__main__":
    main()
