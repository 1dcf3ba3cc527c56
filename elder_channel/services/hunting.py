"""The hunt group: the people who are rung directly when the line itself cannot give a call to somebody."""

from __future__ import annotations

from datetime import timedelta

import httpx
import structlog

from config.schema import Settings
from elder_channel.bootstrap import Line, carrier_voices
from elder_channel.telephony.errors import CarrierError
from elder_channel.telephony.speech import Speech
from elder_channel.telephony.twiml import Addresses, Hunted, hunt_group_document

log = structlog.get_logger()

FORGOTTEN_AFTER = timedelta(seconds=45)
"""A call that waits so long while the voice process is down is rung through from here."""
HEALTH_SECONDS = 3.0


def hunt_group_of(settings: Settings, addresses: Addresses, *, report: bool) -> str:
    """The document that rings the hunt group; `report` asks for word of who picks up, one round at a time."""
    people = [Hunted(agent.id, agent.contact) for agent in settings.agents if agent.hunt_group]
    return hunt_group_document(
        people,
        caller_id=settings.line.hotline_number,
        again_url=addresses.url("/voice/again"),
        report_to=addresses if report else None,
        speech=Speech(carrier_voices(settings)),
    )


def rescue_forgotten(line: Line) -> int:
    """Ring the hunt group for calls that wait while the voice process is down; how many (law 1).

    Called by the worker, a process of its own. The carrier is handed the document itself, so nothing of ours has to
    be up to serve it.
    """
    if voice_answers(line):
        return 0
    before = line.clock() - FORGOTTEN_AFTER
    forgotten = [
        call for call in line.calls.waiting(entered_before=before) if call.entered_at and call.entered_at < before
    ]
    document = hunt_group_of(line.settings, line.addresses, report=False)
    rescued = 0
    for call in forgotten:
        if not line.calls.hunted(call.sid, at=line.clock()):
            continue
        try:
            line.carrier.send_document(call.sid, document)
            rescued += 1
        except CarrierError as error:
            line.calls.waits_again(call.sid, at=line.clock())
            log.warning("rescue.failed", call=call.sid, code=error.code)
    return rescued


def voice_answers(line: Line) -> bool:
    """Whether the voice process is up."""
    server = line.settings.server
    try:
        answer = httpx.get(f"http://{server.host}:{server.voice_port}/health", timeout=HEALTH_SECONDS, trust_env=False)
    except httpx.HTTPError:
        return False
    return answer.status_code == httpx.codes.OK
