"""Our texts before Prism, which serves the carrier's OpenAPI description and refuses what it does not describe.

Opt-in: it runs where `prism` is on the path (`npm install --global @stoplight/prism-cli`), and is passed over
elsewhere; `test_carrier_openapi.py` checks the same in Python everywhere.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from elder_channel.supervisor import free_port
from greeting_sms.adapters.http import HttpClient
from greeting_sms.adapters.own_reference import OwnReferences
from greeting_sms.adapters.twilio_messages import TwilioMessages
from greeting_sms.channel import Outcome, OutgoingText, Wording

ACCOUNT = "AC" + "0" * 32
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
START_SECONDS = 90.0


@pytest.fixture(scope="module")
def prism(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Prism that mocks the carrier and answers violations as errors."""
    program = shutil.which("prism")
    if program is None:
        pytest.skip("Prism is not on the path (npm install --global @stoplight/prism-cli)")
    folder = Path(os.environ.get("ELDER_CHANNEL_REFERENCE") or Path(__file__).parents[3] / "shared" / "data")
    description = folder / "twilio" / "twilio_api_v2010.json"
    if not description.exists():
        pytest.skip("the carrier's OpenAPI file is not on this machine")
    port, log = free_port(), tmp_path_factory.mktemp("prism") / "prism.log"
    command = [program, "mock", "--errors", "-h", "127.0.0.1", "-p", str(port), str(description)]
    with log.open("wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file)
        try:
            yield _when_up(f"http://127.0.0.1:{port}", process, log)
        finally:
            process.terminate()
            process.wait(10)


def _when_up(url: str, process: subprocess.Popen[bytes], log: Path) -> str:
    until = time.monotonic() + START_SECONDS
    while True:
        ended = process.poll() is not None
        assert not ended, log.read_text(encoding="utf-8")[-1000:]
        assert time.monotonic() < until, log.read_text(encoding="utf-8")[-1000:]
        try:
            requests.get(url, timeout=10)
        except requests.RequestException:  # not up, or still reading the description
            time.sleep(0.2)
        else:
            return url


@pytest.mark.parametrize(
    "sender", [{"messaging_service_sid": "MG" + "0" * 32}, {"from_number": "+12025550199"}], ids=["service", "number"]
)
def test_prism_takes_our_texts(prism: str, sender: dict[str, str]) -> None:
    """Posted and looked up as described."""
    line = {"public_base_url": "https://line.example", "references": OwnReferences("secret")}
    channel = TwilioMessages(ACCOUNT, "token", http=HttpClient(prism), **line, **sender)  # type: ignore[arg-type]
    now = datetime(2026, 11, 22, 2, tzinfo=UTC)
    words = Wording("Group: Happy birthday! Reply STOP to refuse", 1)
    result = channel.post(OutgoingText(1, 1, "+12025550100", words, now + timedelta(hours=9)), now=now)
    assert (result.outcome, result.sid[:2]) == (Outcome.ACCEPTED, "SM")
    # Prism finds fault with the description's own example of a list; what it says of our request counts.
    asked = {"To": "+12025550100", "PageSize": "200"}
    answer = requests.get(f"{prism}{MESSAGES}", params=asked, auth=(ACCOUNT, "token"), timeout=10).json()
    assert {each["location"][0] for each in answer.get("validation", ())} <= {"response"}


def test_prism_refuses_what_is_not_described(prism: str) -> None:
    """Or its yes to ours would say nothing."""
    url = f"{prism}{MESSAGES}"
    who = (ACCOUNT, "token")
    assert requests.post(url, data={"Body": "no number"}, auth=who, timeout=10).status_code == 422
    wrong = {"To": "+12025550100", "Body": "x", "ValidityPeriod": "soon"}
    assert requests.post(url, data=wrong, auth=who, timeout=10).status_code == 422
