"""How the console is started, and what its files may be called."""

from __future__ import annotations

import os
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from streamlit import config

from ui.launch import APP, STREAMLIT_OPTIONS, console_command, console_environment, streamlit_arguments


def test_every_option_is_one_streamlit_knows() -> None:
    """A misspelled option would be ignored silently and leave its protection off."""
    unknown = [name for name in STREAMLIT_OPTIONS if name not in config.get_config_options()]
    assert unknown == []


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("server.enableXsrfProtection", "true"),
        ("server.enableCORS", "true"),
        ("browser.gatherUsageStats", "false"),
        ("client.showErrorDetails", "none"),
    ],
)
def test_protections_are_on(option: str, value: str) -> None:
    """Forged requests are refused, nothing is reported outside, and faults do not show their inside."""
    assert f"--{option}={value}" in streamlit_arguments(port=8501, host="127.0.0.1")


def test_the_command_carries_port_and_state() -> None:
    """The supervisor chooses where the console listens and which state it reads."""
    command = console_command(port=9000, state=Path("var"))
    assert command[:3] == [sys.executable, "-m", "ui.launch"]
    assert command[3:] == ["--port", "9000", "--host", "127.0.0.1", "--state", "var"]


def test_the_console_finds_its_packages_from_anywhere(tmp_path: Path) -> None:
    """Started from another folder, the pages still find the packages beside them, first of all."""
    environment = console_environment({"PYTHONPATH": f"elsewhere{os.pathsep}"}, state=tmp_path)
    assert environment["PYTHONPATH"].split(os.pathsep) == [str(APP.parent.parent), "elsewhere"]
    assert environment["ELDER_CHANNEL_STATE"] == str(tmp_path)


def test_cookies_are_signed_alike_at_every_start(tmp_path: Path) -> None:
    """By a secret that stands in no argument, where everybody on the machine could read it."""
    first, second = (console_environment({}, state=tmp_path)["STREAMLIT_SERVER_COOKIE_SECRET"] for _ in range(2))
    assert first == second
    assert len(first) >= 32
    assert first not in " ".join(streamlit_arguments(port=8501, host="127.0.0.1"))


def test_no_file_of_the_console_hides_a_package() -> None:
    """Streamlit searches this folder first: a file named like a package would be imported in its place."""
    names = {path.stem for path in APP.parent.iterdir() if path.suffix == ".py" or path.is_dir()} - {
        "__init__",
        "__pycache__",
    }
    others = set(packages_distributions()) | set(sys.stdlib_module_names)
    assert names & (others | {"elder_channel", "dialects", "bilingual", "greeting_sms", "ui", "config"}) == set()
