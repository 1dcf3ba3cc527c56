"""Builds the line from its settings: the one place that names real adapters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from config.loader import load
from config.schema import Settings
from config.store import Reload, SettingsSource
from dialects.catalogue import Catalogue, load_catalogue
from dialects.preparation import prepare
from elder_channel.calls.ports import Carrier
from elder_channel.clock import Clock, utc_now
from elder_channel.secrets import Secrets, load_secrets
from elder_channel.state import site_folder
from elder_channel.storage.agents import SqlAgentStore
from elder_channel.storage.calls import SqlCallStore
from elder_channel.storage.corrections import SqlCorrectionStore
from elder_channel.storage.customers import SqlCustomerStore
from elder_channel.storage.engine import Databases, open_databases
from elder_channel.storage.one_tap import SqlOneTapStore
from elder_channel.storage.outbound import SqlOutboundStore
from elder_channel.storage.sound_clips import SqlSoundClipStore
from elder_channel.storage.sound_files import FOLDER as SOUND_FOLDER
from elder_channel.storage.sound_files import SoundFiles
from elder_channel.storage.workorders import SqlWorkOrderStore
from elder_channel.telephony.rest import TwilioCarrier
from elder_channel.telephony.twiml import Addresses

__all__ = ["Line", "Reload", "load_settings", "open_line", "public_base_url"]

TWILIO_API = "https://api.twilio.com"


@dataclass(frozen=True)
class Line:
    """Everything the services stand on."""

    state: Path
    source: SettingsSource
    secrets: Secrets
    catalogue: Catalogue
    databases: Databases
    calls: SqlCallStore
    agents: SqlAgentStore
    customers: SqlCustomerStore
    work_orders: SqlWorkOrderStore
    corrections: SqlCorrectionStore
    sound_clips: SqlSoundClipStore
    sound_files: SoundFiles
    outbound: SqlOutboundStore
    one_tap: SqlOneTapStore
    carrier: Carrier
    addresses: Addresses
    clock: Clock

    @property
    def settings(self) -> Settings:
        """The settings in force: the last good ones (law 8)."""
        return self.source.settings


def load_settings(env: Mapping[str, str]) -> Settings:
    """The settings, or `ConfigError` naming file, line and key."""
    return load(site=site_folder(env), env=env, dialect_ids=load_catalogue().classes)


def open_line(state: Path, env: Mapping[str, str], *, clock: Clock = utc_now) -> Line:
    """The line on the state folder; databases are opened, not migrated."""
    catalogue = load_catalogue()
    prepare(catalogue)
    source = SettingsSource(site=site_folder(env), env=env, dialect_ids=catalogue.classes)
    settings = source.settings
    secrets = load_secrets(state, env)
    databases = open_databases(state, settings.server.database_url)
    return Line(
        state=state,
        source=source,
        secrets=secrets,
        catalogue=catalogue,
        databases=databases,
        calls=SqlCallStore(databases.calls),
        agents=SqlAgentStore(databases.calls),
        customers=SqlCustomerStore(databases.calls),
        work_orders=SqlWorkOrderStore(databases.calls),
        corrections=SqlCorrectionStore(databases.calls),
        sound_clips=SqlSoundClipStore(databases.calls),
        sound_files=SoundFiles(state / SOUND_FOLDER),
        outbound=SqlOutboundStore(databases.calls),
        one_tap=SqlOneTapStore(databases.calls),
        carrier=TwilioCarrier(secrets.account_sid, secrets.auth_token.get_secret_value(), carrier_base_url(settings)),
        addresses=Addresses(public_base_url(settings)),
        clock=clock,
    )


def public_base_url(settings: Settings) -> str:
    """The address the carrier calls us by."""
    return settings.server.public_base_url or f"http://{settings.server.host}:{settings.server.voice_port}"


def carrier_base_url(settings: Settings) -> str:
    """The carrier's REST API: as configured, else Twilio's."""
    return settings.server.carrier_base_url or TWILIO_API
