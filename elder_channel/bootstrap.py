"""Builds the line from its settings: the one place that names real adapters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bilingual.messages import Language
from bilingual.prompt_audio.recorded import RecordedPrompts
from bilingual.prompt_audio.settings import PromptAudio
from bilingual.prompt_audio.shelf import SITE_FOLDER, Shelf, shipped_folder
from bilingual.prompt_audio.sounds import PromptSounds
from config.loader import load
from config.schema import Settings
from config.store import Reload, SettingsSource
from config.taking_over import sections_with_a_start
from dialects.catalogue import Catalogue, load_catalogue
from dialects.catalogue_source import CatalogueSource
from dialects.preparation import prepare
from elder_channel.calls.ports import Carrier, Recorder
from elder_channel.clock import Clock, utc_now
from elder_channel.secrets import Secrets, load_secrets
from elder_channel.state import additions_folder, site_folder
from elder_channel.storage.agents import SqlAgentStore
from elder_channel.storage.approved_prompts import ApprovedPrompts
from elder_channel.storage.calls import SqlCallStore
from elder_channel.storage.carrier_books import SqlCarrierBooks
from elder_channel.storage.console_sessions import SqlConsoleSessions
from elder_channel.storage.corrections import SqlCorrectionStore
from elder_channel.storage.customer_files import SqlCustomerFiles
from elder_channel.storage.customers import SqlCustomerStore
from elder_channel.storage.desk import SqlDeskStore
from elder_channel.storage.dialect_additions import DialectAdditionFiles
from elder_channel.storage.engine import Databases, open_databases
from elder_channel.storage.group_customers import SqlGroupCustomers
from elder_channel.storage.link_texts import SqlLinkTextStore
from elder_channel.storage.nuisance_marks import SqlNuisanceMarks
from elder_channel.storage.one_tap import SqlOneTapStore
from elder_channel.storage.outbound import SqlOutboundStore
from elder_channel.storage.passing import SqlPassingStore
from elder_channel.storage.personal_data import SqlPersonalData
from elder_channel.storage.prompt_takes import SqlPromptTakeStore
from elder_channel.storage.recordings import SqlRecordingStore
from elder_channel.storage.sound_clips import SqlSoundClipStore
from elder_channel.storage.sound_files import FOLDER as SOUND_FOLDER
from elder_channel.storage.sound_files import SoundFiles
from elder_channel.storage.switches import SqlSwitchStore
from elder_channel.storage.take_sounds import FOLDER as TAKE_FOLDER
from elder_channel.storage.take_sounds import TakeSounds
from elder_channel.storage.tasks import SqlTaskStore
from elder_channel.storage.workorders import SqlWorkOrderStore
from elder_channel.telephony.recordings import TwilioRecordings
from elder_channel.telephony.rest import RequestCounts, TwilioCarrier
from elder_channel.telephony.silent import SilentCarrier
from elder_channel.telephony.speech import Speech
from elder_channel.telephony.taskrouter.api import Provisioning, TaskDesk, TwilioTaskRouter, taskrouter_base_url
from elder_channel.telephony.twiml import Addresses
from greeting_sms.adapters.opened import Access, TextChannels

__all__ = [
    "Line",
    "Reload",
    "addresses_of",
    "carrier_voices",
    "line_aside",
    "load_settings",
    "open_line",
    "public_base_url",
    "sections_with_a_start",
]

TWILIO_API = "https://api.twilio.com"


@dataclass(frozen=True)
class Line:
    """Everything the services stand on."""

    state: Path
    source: SettingsSource
    secrets: Secrets
    catalogues: CatalogueSource
    dialect_additions: DialectAdditionFiles
    databases: Databases
    calls: SqlCallStore
    agents: SqlAgentStore
    customers: SqlCustomerStore
    group_customers: SqlGroupCustomers
    customer_files: SqlCustomerFiles
    personal_data: SqlPersonalData
    work_orders: SqlWorkOrderStore
    carrier_books: SqlCarrierBooks
    recordings: SqlRecordingStore
    nuisance_marks: SqlNuisanceMarks
    switches: SqlSwitchStore
    passing: SqlPassingStore
    corrections: SqlCorrectionStore
    desk: SqlDeskStore
    sound_clips: SqlSoundClipStore
    sound_files: SoundFiles
    prompt_takes: SqlPromptTakeStore
    take_sounds: TakeSounds
    outbound: SqlOutboundStore
    one_tap: SqlOneTapStore
    link_texts: SqlLinkTextStore
    tasks: SqlTaskStore
    console_sessions: SqlConsoleSessions
    provisioning: Provisioning
    task_desk: TaskDesk
    carrier: Carrier
    recorder: Recorder
    text_channels: TextChannels
    carrier_requests: Callable[[], Mapping[tuple[str, str], int]]
    """Requests to the carrier's REST API since the start, by method and HTTP status."""
    addresses: Addresses
    recorded_prompts: RecordedPrompts
    sounds: PromptSounds
    clock: Clock

    @property
    def settings(self) -> Settings:
        """The settings in force: the last good ones (law 8)."""
        return self.source.settings

    @property
    def catalogue(self) -> Catalogue:
        """The dialects in use: the shipped catalogue with the site's good additions (law 8)."""
        return self.catalogues.current

    @property
    def speech(self) -> Speech:
        """The voices the line speaks with, by the settings in force."""
        built = self.settings.prompts.audio is PromptAudio.BUILT
        return Speech(carrier_voices(self.settings), self.sounds if built else None)


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
    books = _stores(databases)
    account = secrets.account_sid, secrets.auth_token.get_secret_value(), carrier_base_url(settings)
    counts = RequestCounts()
    take_sounds = TakeSounds(state / TAKE_FOLDER)
    recorded = ApprovedPrompts(books["prompt_takes"], take_sounds)
    additions = additions_folder(env)
    taskrouter = TwilioTaskRouter(*account[:2], taskrouter_base_url(settings.server.carrier_base_url), counts=counts)
    return Line(
        state=state,
        source=source,
        secrets=secrets,
        catalogues=CatalogueSource(catalogue, additions),
        dialect_additions=DialectAdditionFiles(additions),
        databases=databases,
        **books,
        carrier=TwilioCarrier(*account, counts=counts),
        recorder=TwilioRecordings(*account, counts=counts),
        text_channels=_text_channels(state, settings, secrets, clock),
        carrier_requests=counts.all,
        addresses=addresses_of(settings),
        sound_files=SoundFiles(state / SOUND_FOLDER),
        take_sounds=take_sounds,
        provisioning=taskrouter,
        task_desk=taskrouter,
        recorded_prompts=recorded,
        sounds=PromptSounds(Shelf([state / SITE_FOLDER, shipped_folder()]), recorded),
        clock=clock,
    )


def line_aside(line: Line, databases: Databases, clock: Clock) -> Line:
    """The same line on other books, whose carrier rings nobody: for trying what it would do.

    Settings and prompts are the line's own. Texts and TaskRouter would still be the real ones: nothing that is tried
    reaches for them.
    """
    aside = SilentCarrier()
    return replace(line, databases=databases, **_stores(databases), carrier=aside, recorder=aside, clock=clock)


def _stores(databases: Databases) -> dict[str, Any]:
    """The stores of a line, by the names of its fields."""
    calls = databases.calls
    return {
        "calls": SqlCallStore(calls),
        "agents": SqlAgentStore(calls),
        "customers": SqlCustomerStore(calls),
        "group_customers": SqlGroupCustomers(calls),
        "customer_files": SqlCustomerFiles(calls),
        "personal_data": SqlPersonalData(calls),
        "work_orders": SqlWorkOrderStore(calls),
        "carrier_books": SqlCarrierBooks(calls),
        "recordings": SqlRecordingStore(calls),
        "nuisance_marks": SqlNuisanceMarks(calls),
        "switches": SqlSwitchStore(calls),
        "passing": SqlPassingStore(calls),
        "corrections": SqlCorrectionStore(calls),
        "desk": SqlDeskStore(calls),
        "sound_clips": SqlSoundClipStore(calls),
        "prompt_takes": SqlPromptTakeStore(calls),
        "outbound": SqlOutboundStore(calls),
        "one_tap": SqlOneTapStore(calls),
        "link_texts": SqlLinkTextStore(calls),
        "tasks": SqlTaskStore(calls),
        "console_sessions": SqlConsoleSessions(calls),
    }


def _text_channels(state: Path, settings: Settings, secrets: Secrets, clock: Clock) -> TextChannels:
    access = Access(
        account_sid=secrets.account_sid,
        auth_token=secrets.auth_token.get_secret_value(),
        carrier_base_url=carrier_base_url(settings),
        public_base_url=public_base_url(settings),
        receipt_secret=secrets.receipt_secret.get_secret_value(),
        domestic_key=secrets.domestic_text_key.get_secret_value(),
        state=state,
    )
    return TextChannels(settings.greetings, access, clock)


def public_base_url(settings: Settings) -> str:
    """The address the carrier calls us by."""
    return settings.server.public_base_url or f"http://{settings.server.host}:{settings.server.voice_port}"


def addresses_of(settings: Settings) -> Addresses:
    """The addresses we give the carrier, each with how long it is to wait."""
    return Addresses(public_base_url(settings), settings.carrier.overrides)


def carrier_voices(settings: Settings) -> Mapping[str, str]:
    """The carrier's voice for each language tag, for what there is no sound of."""
    return {Language.ZH.tag: settings.prompts.say_voice_zh, Language.EN.tag: settings.prompts.say_voice_en}


def carrier_base_url(settings: Settings) -> str:
    """The carrier's REST API: as configured, else Twilio's."""
    return settings.server.carrier_base_url or TWILIO_API
