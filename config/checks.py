"""What the settings must satisfy between them, beyond each value's own type and range."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from urllib.parse import urlsplit

from config.layers import KeyPath
from config.schema import ServerSettings
from dialects.recognizers.models import Engine, load_models
from dialects.settings import EndpointingSettings, RecognitionSettings
from elder_channel.agents.model import AgentDefinition
from elder_channel.agents.settings import RoutingSettings
from elder_channel.calls.settings import LineSettings
from elder_channel.learning.settings import LearningSettings
from elder_channel.one_tap.settings import OneTapSettings
from elder_channel.outbound.settings import OutboundSettings

Finding = tuple[KeyPath, str]
"""Where something is wrong, and the sentence that says what."""

LANGUAGES = ("zh", "en")
MAX_HUNT_GROUP = 10
"""Nouns in one `<Dial>` (twilio.com/docs/voice/twiml/dial)."""

NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_CONTACT = re.compile(r"\+[1-9][0-9]{6,14}|sips?:[\w.+-]+@[A-Za-z0-9.-]+(:[0-9]{1,5})?|client:[\w.+-]{1,120}", re.ASCII)
_DIALLED = re.compile(r"\+?[0-9]{3,15}", re.ASCII)
_RAY_ADDRESS = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*:[0-9]{1,5}", re.ASCII)
NUMBER_FORM = "must be a number in international form in quotes, such as '+15005550001'"


def check_server(server: ServerSettings) -> Iterator[Finding]:
    """Yield clashes of ports and addresses of the wrong kind."""
    taken: dict[int, str] = {}
    for key in ("voice_port", "console_port", "simulator_port", "recognizer_port"):
        port = getattr(server, key)
        if port and port in taken:  # 0 means any free port
            yield ("server", key), f"port {port} is already given to {taken[port]}"
        taken.setdefault(port, key)
    for key in ("public_base_url", "carrier_base_url"):
        url = getattr(server, key)
        if url and not _is_web_address(url):
            yield ("server", key), "must begin with http:// or https:// and name a host"
    if server.database_url and not server.database_url.startswith(("postgresql://", "postgresql+psycopg://")):
        yield ("server", "database_url"), "must begin with postgresql://; leave it empty for SQLite"


def check_recognition(recognition: RecognitionSettings) -> Iterator[Finding]:
    """Yield a Ray cluster that cannot be reached by that name, and bounds that cross."""
    address = recognition.ray_address
    if address and not _RAY_ADDRESS.fullmatch(address):
        yield ("recognition", "ray_address"), "must be host:port of the cluster's head, such as 'ray-head.example:6379'"
    least, most = recognition.ray_min_replicas, recognition.ray_max_replicas
    if least > most:
        yield ("recognition", "ray_min_replicas"), f"is {least}, above ray_max_replicas, which is {most}"


def check_line(line: LineSettings) -> Iterator[Finding]:
    """Yield numbers that are not numbers, and a hotline that would ask nobody anything."""
    if not NUMBER.fullmatch(line.hotline_number):
        yield ("line", "hotline_number"), NUMBER_FORM
    for index, number in enumerate(line.dedicated_numbers):
        path: KeyPath = ("line", "dedicated_numbers", index)
        if not NUMBER.fullmatch(number):
            yield path, NUMBER_FORM
        elif number == line.hotline_number:
            yield path, "the hotline number cannot be a dedicated number; nobody would hear the prompt any more"
        elif number in line.dedicated_numbers[:index]:
            yield path, "this number is listed twice"


def check_routing(routing: RoutingSettings, *, line: LineSettings | None) -> Iterator[Finding]:
    """Yield a number for the drained line that is none, or leads back here."""
    number, path = routing.drained_line_number, ("routing", "drained_line_number")
    if not number:
        return
    if not NUMBER.fullmatch(number):
        yield path, NUMBER_FORM
    elif line and number in {line.hotline_number, *line.dedicated_numbers}:
        yield path, "this is a number of the line itself; the call would come back to it"


def check_outbound(outbound: OutboundSettings) -> Iterator[Finding]:
    """Yield hours in which nobody could ever be called back, and a fallback that is no address."""
    if outbound.until_hour <= outbound.from_hour:
        yield ("outbound", "until_hour"), f"must be later than from_hour ({outbound.from_hour})"
    if outbound.urgent_from_hour > outbound.from_hour:
        yield ("outbound", "urgent_from_hour"), f"must not be later than from_hour ({outbound.from_hour})"
    if outbound.urgent_until_hour < outbound.until_hour:
        yield ("outbound", "urgent_until_hour"), f"must not be earlier than until_hour ({outbound.until_hour})"
    if any(minutes < 1 for minutes in outbound.retry_minutes):
        yield ("outbound", "retry_minutes"), "a phone is rung again after one minute at the earliest"
    if outbound.fallback_url and not _is_web_address(outbound.fallback_url):
        yield ("outbound", "fallback_url"), "must begin with http:// or https:// and name a host"


def check_one_tap(one_tap: OneTapSettings) -> Iterator[Finding]:
    """Yield what no telephone can dial."""
    if one_tap.dial_number and not _DIALLED.fullmatch(one_tap.dial_number):
        yield ("one_tap", "dial_number"), "must be what a telephone dials, such as '95519' or '+15005550001', in quotes"


def check_endpointing(field: str, endpointing: EndpointingSettings) -> Iterator[Finding]:
    """Yield times of a profile that contradict each other."""
    if endpointing.max_wait_ms < endpointing.end_silence_ms:
        yield (field, "max_wait_ms"), f"must not be less than end_silence_ms ({endpointing.end_silence_ms})"
    if endpointing.max_utterance_seconds * 1000 <= endpointing.max_wait_ms:
        yield (field, "max_utterance_seconds"), f"must be longer than max_wait_ms ({endpointing.max_wait_ms})"


def check_specialists(recognition: RecognitionSettings) -> Iterator[Finding]:
    """Yield models that are not known, or are Whisper, which hears everybody anyway."""
    models = load_models()
    for index, id_ in enumerate(recognition.specialists):
        path: KeyPath = ("recognition", "specialists", index)
        if id_ not in models:
            yield path, f"no model has the id {id_!r}; elder-channel models list names them"
        elif models[id_].engine is Engine.WHISPER:
            yield path, "Whisper hears everybody first; it is not to be named here"
        elif id_ in recognition.specialists[:index]:
            yield path, "this model is listed twice"


def check_agents(
    agents: Iterable[tuple[int, AgentDefinition]], *, line: LineSettings | None, dialect_ids: Collection[str] | None
) -> Iterator[Finding]:
    """Yield agents who cannot be told apart, rung, or matched; `agents` come with their place in the list.

    `line` is None when the line's own settings are wrong; then contacts are not compared with its numbers. With
    `dialect_ids` None the dialects are not checked.
    """
    own_numbers = {line.hotline_number, *line.dedicated_numbers} if line else set()
    hunted = 0
    ids: dict[str, int] = {}
    contacts: dict[str, str] = {}
    for index, agent in agents:
        here: KeyPath = ("agents", index)
        if agent.id in ids:
            yield (*here, "id"), f"{agent.id} is already the id of agents[{ids[agent.id]}]"
        ids.setdefault(agent.id, index)
        if agent.contact in contacts:
            yield (*here, "contact"), f"{contacts[agent.contact]} already has this contact"
        contacts.setdefault(agent.contact, agent.id)
        if not _CONTACT.fullmatch(agent.contact):
            yield (*here, "contact"), "must be '+' and digits, sip:name@host or client:name"
        if agent.contact in own_numbers:
            yield (*here, "contact"), "this is a number of the line itself; the call would come back to it"
        yield from _check_skills(here, agent, dialect_ids=dialect_ids)
        hunted += agent.hunt_group
        if agent.hunt_group and hunted == MAX_HUNT_GROUP + 1:
            yield (*here, "hunt_group"), f"the carrier rings at most {MAX_HUNT_GROUP} phones at once"


def warnings_about(agents: Collection[AgentDefinition]) -> Iterator[str]:
    """Yield what is allowed but leaves callers worse off."""
    if not agents:
        yield "agents: nobody is configured to answer; every call will become a work order"
    elif not any(agent.hunt_group for agent in agents):
        yield "agents: nobody has hunt_group: true; when this service is down the carrier has nobody to ring"


def warnings_about_sound(learning: LearningSettings, line: LineSettings) -> Iterator[str]:
    """Yield what an operator who keeps sound may have forgotten."""
    if learning.keep_audio and not line.recording_notice:
        yield "learning.keep_audio: sound is kept, and line.recording_notice is off; callers must be told otherwise"


def _check_skills(here: KeyPath, agent: AgentDefinition, *, dialect_ids: Collection[str] | None) -> Iterator[Finding]:
    for dialect, proficiency in agent.dialects.items():
        if dialect_ids is not None and dialect not in dialect_ids:
            yield (*here, "dialects", dialect), "no dialect of the catalogue has this id"
        elif not 1 <= proficiency <= 5:
            yield (*here, "dialects", dialect), f"proficiency must be 1 to 5, not {proficiency}"
    for language, proficiency in agent.languages.items():
        if language not in LANGUAGES:
            yield (*here, "languages", language), f"the languages are {' and '.join(LANGUAGES)}"
        elif not 1 <= proficiency <= 5:
            yield (*here, "languages", language), f"proficiency must be 1 to 5, not {proficiency}"


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
