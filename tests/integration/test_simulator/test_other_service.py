"""`elder-channel simulate --service`: any application that answers in TwiML."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.integration.test_simulator.conftest import AUTH_TOKEN

SCENARIO = """name: Who presses one is told the opening hours and put through
caller:
  from: "+8659100000155"
  does:
    - {when: question, after: 0.2, press: "1"}
agents:
  "*": {answer_after_seconds: 0.2, talk_seconds: 0.2}
expect:
  answered: true
  hears: [九点到五点]
  steps: [key.pressed delivered=True, agent.answered]
  never: [fallback.used]
"""


def simulate(folder: Path, url: str, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "elder_channel.cli.main", "simulate", ".", "--service", url, *more]
    env = {**os.environ, "TWILIO_AUTH_TOKEN": AUTH_TOKEN, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=90)


def test_another_service_is_tried(service, validator, tmp_path: Path) -> None:
    """One simulator, signed requests, checks of what the carrier sees; one JSON object and code 0."""
    (tmp_path / "hours.yaml").write_text(SCENARIO, encoding="utf-8")
    service.replies["/voice"] = (
        '<Response><Gather numDigits="1" action="/menu"><Say>营业时间请按一</Say></Gather></Response>'
    )
    service.replies["/menu"] = "<Response><Say>九点到五点</Say><Dial><Client>desk</Client></Dial></Response>"
    done = simulate(tmp_path, f"{service.base}/voice", "--json", "--report", "report.html")
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["passed"] == 1
    assert "九点到五点" in (tmp_path / "report.html").read_text(encoding="utf-8")
    asked = service.asked[0]
    assert validator.validate(asked.url, asked.form, asked.signature)
    assert not (tmp_path / "build").exists(), "figures of another service are not ours to keep"


def test_what_fails_is_told_and_the_code_is_1(service, tmp_path: Path) -> None:
    """With what happened instead; what needs this project's books is refused by name."""
    (tmp_path / "hours.yaml").write_text(SCENARIO, encoding="utf-8")
    (tmp_path / "books.yaml").write_text(SCENARIO + "  outcome: served\n", encoding="utf-8")
    service.replies["/voice"] = "<Response><Say>再见</Say></Response>"
    done = simulate(tmp_path, f"{service.base}/voice")
    assert done.returncode == 1
    assert "expected the words «九点到五点», but there is only «再见»" in done.stdout
    assert "only the line's own books" in done.stdout
    assert "0 of 2 scenarios passed" in done.stdout


def test_a_wrong_file_or_no_token_ends_with_2(tmp_path: Path) -> None:
    """Before anything is started."""
    (tmp_path / "hours.yaml").write_text(SCENARIO.replace("press", "pres"), encoding="utf-8")
    done = simulate(tmp_path, "http://127.0.0.1:9/voice")
    assert (done.returncode, done.stdout) == (2, "")
    assert "hours.yaml:5: caller.does[1].pres" in done.stderr
    (tmp_path / "hours.yaml").write_text(SCENARIO, encoding="utf-8")
    done = simulate(tmp_path, "http://127.0.0.1:9/voice", "--auth-token", "")
    assert done.returncode == 2
    assert "--auth-token" in done.stderr
