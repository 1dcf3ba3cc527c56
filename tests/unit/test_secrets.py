"""Secrets: made once, kept for their owner only, never printed."""

from __future__ import annotations

import stat
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from pydantic import SecretStr

from elder_channel.secrets import FILE, Secrets, load_secrets

VARIABLES = {
    "TWILIO_ACCOUNT_SID": "account_sid",
    "TWILIO_AUTH_TOKEN": "auth_token",
    "ELDER_CHANNEL_STREAM_SECRET": "stream_secret",
    "ELDER_CHANNEL_LINK_SECRET": "link_secret",
    "ELDER_CHANNEL_RECOGNIZER_TOKEN": "recognizer_token",
    "ELDER_CHANNEL_SIMULATOR_TOKEN": "simulator_token",
    "ELDER_CHANNEL_COOKIE_SECRET": "cookie_secret",
    "ELDER_CHANNEL_METRICS_TOKEN": "metrics_token",
    "ELDER_CHANNEL_PSEUDONYM_KEY": "pseudonym_key",
    "ELDER_CHANNEL_RECEIPT_SECRET": "receipt_secret",
    "ELDER_CHANNEL_DOMESTIC_TEXT_KEY": "domestic_text_key",
}


def plain(secrets: Secrets) -> dict[str, str]:
    """The values themselves, by field."""
    values = {field.name: getattr(secrets, field.name) for field in fields(secrets)}
    return {name: value.get_secret_value() if isinstance(value, SecretStr) else value for name, value in values.items()}


def test_they_are_made_once(tmp_path: Path) -> None:
    """The second start finds those of the first; every one is long and none like another."""
    first = plain(load_secrets(tmp_path, {}))
    assert plain(load_secrets(tmp_path, {})) == first
    assert len(set(first.values())) == len(VARIABLES)
    assert min(len(value) for value in first.values()) >= 32
    assert first["account_sid"].startswith("AC")


def test_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    """Mode 0600, also when a file with another mode was left half written by a crash."""
    left_over = (tmp_path / FILE).with_suffix(".new")
    left_over.write_text("half", encoding="utf-8")
    left_over.chmod(0o644)
    load_secrets(tmp_path, {})
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert not left_over.exists()


@pytest.mark.parametrize(("variable", "name"), VARIABLES.items(), ids=VARIABLES)
def test_the_environment_wins(tmp_path: Path, variable: str, name: str) -> None:
    """Over a made one as well, and is not written down."""
    before = plain(load_secrets(tmp_path, {}))
    given = plain(load_secrets(tmp_path, {variable: "given-by-the-operator"}))
    assert given == before | {name: "given-by-the-operator"}
    assert "given-by-the-operator" not in (tmp_path / FILE).read_text(encoding="utf-8")


def test_with_everything_given_nothing_is_written(tmp_path: Path) -> None:
    """A deployment that holds its secrets elsewhere leaves none on the disk."""
    load_secrets(tmp_path, dict.fromkeys(VARIABLES, "x"))
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize("variable", VARIABLES)
def test_an_empty_value_is_no_secret(tmp_path: Path, variable: str) -> None:
    """Empty in the environment or in the file: one is made, for anybody could sign with an empty one."""
    (tmp_path / FILE).write_text(f"{variable}=\n", encoding="utf-8")
    name = VARIABLES[variable]
    made = plain(load_secrets(tmp_path, {variable: ""}))[name]
    assert len(made) >= 32
    assert plain(load_secrets(tmp_path, {}))[name] == made


def test_a_file_written_by_hand_is_read_and_completed(tmp_path: Path) -> None:
    """Comments, blank lines and spaces are fine; what is missing is added, what is there stays."""
    (tmp_path / FILE).write_text("# ours\n\nTWILIO_AUTH_TOKEN = by-hand\nno sign here\n", encoding="utf-8")
    assert plain(load_secrets(tmp_path, {}))["auth_token"] == "by-hand"
    assert plain(load_secrets(tmp_path, {}))["auth_token"] == "by-hand"


def test_they_are_never_printed(tmp_path: Path) -> None:
    """Neither by repr nor by str; the account's name is no secret."""
    secrets = load_secrets(tmp_path, {})
    shown = repr(secrets) + str(secrets)
    assert not [name for name, value in plain(secrets).items() if name != "account_sid" and value in shown]


def test_two_processes_that_start_at_once_agree(tmp_path: Path) -> None:
    """Every process of the line may be the first."""
    program = (
        "import sys; from pathlib import Path; from elder_channel.secrets import load_secrets;"
        "print(load_secrets(Path(sys.argv[1]), {}).auth_token.get_secret_value())"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert len({process.communicate()[0] for process in running}) == 1
