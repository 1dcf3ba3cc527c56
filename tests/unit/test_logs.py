"""Law 7 in the logs: what people said, their numbers and keyed digits are masked."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
import sqlalchemy as sa

from elder_channel.logs import PRIVATE_FIELDS, describe_fault, mask_number, mask_private


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        pytest.param("+8613800138000", "+86138****00", id="mobile of mainland China"),
        pytest.param("13800138000", "138****00", id="mobile, national form"),
        pytest.param("+8659100000101", "+86591****01", id="landline"),
        pytest.param("059100000101", "059****01", id="landline, national form"),
        pytest.param("+14155550100", "+14****00", id="foreign"),
        pytest.param("+85221110000", "+85****00", id="Hong Kong"),
        pytest.param("  +8613800138000 ", "+86138****00", id="with spaces around"),
        pytest.param("110", "****", id="short"),
        pytest.param("12345", "****", id="five digits"),
        pytest.param("+8610010", "****", id="short within +86"),
        pytest.param("anonymous", "匿名", id="withheld"),
        pytest.param("+266696687", "匿名", id="withheld, as typed on the keys"),
        pytest.param("", "匿名", id="empty"),
    ],
)
def test_law_7_how_a_number_is_shown(number: str, shown: str) -> None:
    """Enough to tell two callers apart, not enough to ring one."""
    assert mask_number(number) == shown


def test_law_7_private_fields_are_told_by_their_length() -> None:
    """Every marked field, whatever its type; the others stay."""
    event: dict[str, Any] = dict.fromkeys(PRIVATE_FIELDS, "我要报案") | {"event": "turn.heard", "call": "CA1"}
    event["digits"] = 13800138000
    masked = mask_private(None, "info", event)
    assert masked["digits"] == "<11 characters>"
    assert {masked[field] for field in PRIVATE_FIELDS - {"digits"}} == {"<4 characters>"}
    assert (masked["event"], masked["call"]) == ("turn.heard", "CA1")


def test_law_7_a_databases_error_does_not_tell_the_row() -> None:
    """The database quotes what it could not write; the log tells the place, the kind and the code only."""
    engine = sa.create_engine("sqlite://")
    with engine.connect() as connection, pytest.raises(sa.exc.OperationalError) as caught:
        connection.execute(sa.text("INSERT INTO nowhere VALUES (:number)"), {"number": "+8659100000101"})
    engine.dispose()
    told = describe_fault((caught.type, caught.value, caught.tb))
    assert "59100000101" in str(caught.value)
    assert "59100000101" not in told
    for words in ("sqlite3.OperationalError [SQLITE_ERROR]", "sqlalchemy.exc.OperationalError", "test_logs.py"):
        assert words in told


def test_a_code_that_is_more_than_a_name_is_left_out() -> None:
    """Some errors keep whole sentences in a field called code."""

    class OddError(Exception):
        code = "caller said 我要报案"

    assert describe_fault((OddError, OddError(), None)).endswith("OddError")


PROGRAM = """
import os, structlog
from elder_channel.logs import set_up_logs
set_up_logs(os.environ)
log = structlog.get_logger()
log.info("call.arrived", call="CA1", number="+8659100000101", text="我要报案")
try:
    raise ValueError("cannot read 我要报案")
except ValueError:
    log.exception("webhook.failed", call="CA1")
"""


@pytest.mark.parametrize("show", [False, True], ids=["by default", "ELDER_CHANNEL_LOG_PRIVATE=show"])
def test_law_7_a_process_logs_json_lines_with_nothing_private(show: bool) -> None:
    """On standard error, one object a line; only the operator's own word shows what is private."""
    env = {"PYTHONPATH": ":".join(sys.path), "ELDER_CHANNEL_LOG_PRIVATE": "show" if show else ""}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=env, capture_output=True, text=True, check=True)
    arrived, failed = (json.loads(line) for line in done.stderr.splitlines())
    assert done.stdout == ""
    assert (arrived["event"], arrived["level"], arrived["call"]) == ("call.arrived", "info", "CA1")
    assert "ValueError" in failed["exception"]
    assert ("我要报案" in done.stderr) is show
    assert ("59100000101" in done.stderr) is show
