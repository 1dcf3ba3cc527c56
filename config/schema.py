"""The whole of the settings, assembled from the packages that own them."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from bilingual.prompt_audio.settings import PromptSettings
from dialects.settings import (
    ElderEndpointing,
    IdentificationSettings,
    ListeningSettings,
    RecognitionSettings,
    StandardEndpointing,
)
from elder_channel.agents.companies import Company
from elder_channel.agents.model import AgentDefinition
from elder_channel.agents.settings import RoutingSettings
from elder_channel.agents.sites import Site
from elder_channel.calls.ceiling import OutboundCeilingSettings
from elder_channel.calls.desk_settings import DeskSettings
from elder_channel.calls.settings import (
    LineSettings,
    NuisanceSettings,
    PrivacySettings,
    RecordingSettings,
    WaitingSettings,
)
from elder_channel.learning.settings import LearningSettings
from elder_channel.one_tap.settings import OneTapSettings
from elder_channel.outbound.settings import OutboundSettings
from elder_channel.staff.settings import ConsoleSettings, SingleSignOnSettings
from elder_channel.telephony.settings import CarrierSettings
from elder_channel.telephony.taskrouter.settings import TaskRouterSettings
from elder_channel.workorders.settings import Department, OrderType, WorkOrderSettings
from greeting_sms.customers.settings import CustomerSettings
from greeting_sms.settings import GreetingSettings


class ServerSettings(BaseModel):
    """Where the processes listen and how the carrier reaches them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field("127.0.0.1", description="Address to listen on.")
    voice_port: int = Field(8080, ge=0, le=65535, description="Webhooks and media websockets.")
    console_port: int = Field(8501, ge=0, le=65535, description="The staff console.")
    simulator_port: int = Field(8090, ge=0, le=65535, description="The carrier simulator.")
    recognizer_port: int = Field(8070, ge=0, le=65535, description="The recognizer, on the loopback address only.")
    public_base_url: str = Field(
        "", description="What the carrier calls; signatures are checked against it. Empty: http://host:voice_port."
    )
    carrier_base_url: str = Field(
        "", description="The carrier's REST API. Empty: the simulator when it runs, else https://api.twilio.com."
    )
    database_url: str = Field("", description="PostgreSQL URL; empty: SQLite files in the state folder.")


class Settings(BaseModel):
    """Everything the line is told; one YAML file per field."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    server: ServerSettings = Field(default_factory=lambda: ServerSettings())
    console: ConsoleSettings = Field(default_factory=lambda: ConsoleSettings())
    single_sign_on: SingleSignOnSettings = Field(default_factory=lambda: SingleSignOnSettings())
    line: LineSettings = Field(default_factory=lambda: LineSettings())
    routing: RoutingSettings = Field(default_factory=lambda: RoutingSettings())
    taskrouter: TaskRouterSettings = Field(default_factory=lambda: TaskRouterSettings())
    waiting: WaitingSettings = Field(default_factory=lambda: WaitingSettings())
    prompts: PromptSettings = Field(default_factory=lambda: PromptSettings())
    listening: ListeningSettings = Field(default_factory=lambda: ListeningSettings())
    endpointing_elder: ElderEndpointing = Field(default_factory=lambda: ElderEndpointing())
    endpointing_standard: StandardEndpointing = Field(default_factory=lambda: StandardEndpointing())
    identification: IdentificationSettings = Field(default_factory=lambda: IdentificationSettings())
    recognition: RecognitionSettings = Field(default_factory=lambda: RecognitionSettings())
    privacy: PrivacySettings = Field(default_factory=lambda: PrivacySettings())
    carrier: CarrierSettings = Field(default_factory=lambda: CarrierSettings())
    recording: RecordingSettings = Field(default_factory=lambda: RecordingSettings())
    nuisance: NuisanceSettings = Field(default_factory=lambda: NuisanceSettings())
    learning: LearningSettings = Field(default_factory=lambda: LearningSettings())
    desk: DeskSettings = Field(default_factory=lambda: DeskSettings())
    outbound: OutboundSettings = Field(default_factory=lambda: OutboundSettings())
    outbound_ceiling: OutboundCeilingSettings = Field(default_factory=lambda: OutboundCeilingSettings())
    one_tap: OneTapSettings = Field(default_factory=lambda: OneTapSettings())
    greetings: GreetingSettings = Field(default_factory=lambda: GreetingSettings())
    customers: CustomerSettings = Field(default_factory=lambda: CustomerSettings())
    workorders: WorkOrderSettings = Field(default_factory=lambda: WorkOrderSettings())
    order_types: tuple[OrderType, ...] = Field(default=(), description="What orders are about; order_types.yaml.")
    departments: tuple[Department, ...] = Field(default=(), description="Who handles orders; departments.yaml.")
    agents: tuple[AgentDefinition, ...] = Field(default=(), description="The people who answer; agents.yaml.")
    sites: tuple[Site, ...] = Field(default=(), description="The places where they sit; sites.yaml.")
    companies: tuple[Company, ...] = Field(default=(), description="Sister companies on one number; companies.yaml.")

    def agent(self, id_: str | None) -> AgentDefinition | None:
        """The agent of this id; None when there is none, or none any more."""
        return next((agent for agent in self.agents if agent.id == id_), None)
