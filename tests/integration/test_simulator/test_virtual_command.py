"""`elder-channel simulate --clock virtual --app`: an application of one's own, in the command's process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from elder_channel.rehearsal.in_process import (
    ApplicationNotFoundError,
    FallbackUnusableError,
    find_application,
    rehearse_in_process,
)
from elder_channel.rehearsal.other_service import OtherService
from elder_channel.simulator.scenarios.reading import read_scenario

EXAMPLE = Path(__file__).parents[3] / "docs/examples/own_hotline"


def test_the_example_is_played_by_the_command(tmp_path: Path) -> None:
    """As docs/simulator.md says; programs learn that the clock was virtual."""
    command = [sys.executable, "-m", "elder_channel.cli.main", "simulate", ".", "--clock", "virtual", "--json"]
    command += ["--app", "hotline:app", "--service", "/voice", "--report", str(tmp_path / "report.html")]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=EXAMPLE, env=env, capture_output=True, text=True, timeout=90)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert (told["scenarios"], told["passed"]) == (2, 2)
    assert {each["clock"] for each in told["performances"]} == {"virtual"}
    assert "on the virtual clock" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert not (EXAMPLE / "build").exists(), "figures of another service are not ours to keep"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("hotline", "must be in format"),
        ("no_such_hotline:app", "Could not import module"),
        ("json:app", "not found in module"),
        ("broken_hotline:app", "ZeroDivisionError"),
        ("json:__name__", "cannot be called"),
    ],
)
def test_what_is_no_application_is_refused(
    name: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is played, and with the reason."""
    (tmp_path / "broken_hotline.py").write_text("app = 1 / 0\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ApplicationNotFoundError, match=why):
        find_application(name)


def test_the_fallback_is_followed_and_refused_when_it_is_wrong(tmp_path: Path) -> None:
    """As with a service of one's own: a file of TwiML at the carrier."""

    async def unable(scope: dict[str, object], *_: object) -> None:
        raise RuntimeError("on purpose")

    fallback, scenario = tmp_path / "fallback.xml", tmp_path / "scenario.yaml"
    scenario.write_text(
        'name: The fallback serves\ncaller: {from: "+8659100000155"}\nexpect: {fallback: true, hears: [请稍等]}\n',
        encoding="utf-8",
    )
    files, service = [read_scenario(scenario)], OtherService("/voice", "AC" + "0" * 32, "secret", fallback=fallback)
    fallback.write_text("<Response><Say>请稍等</Say></Response>", encoding="utf-8")
    assert [each.passed for each in rehearse_in_process(files, unable, service)] == [True]
    fallback.write_text("<Response><Say>", encoding="utf-8")
    with pytest.raises(FallbackUnusableError, match="is wrong"):
        list(rehearse_in_process(files, unable, service))
