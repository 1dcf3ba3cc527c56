"""Settings of the connection to the carrier."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class CarrierSettings(BaseModel):
    """How long the carrier waits for us, on every address we give it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    connect_timeout_ms: int = Field(
        2000,
        ge=100,
        le=10_000,
        description="How long the carrier tries to reach us; the caller hears nothing meanwhile.",
    )
    read_timeout_ms: int = Field(
        5000, ge=100, le=15_000, description="How long it waits for an answer before the fallback rings people."
    )
    retries: int = Field(1, ge=0, le=5, description="How often it tries again when it cannot connect or gets a 5xx.")
    total_timeout_ms: int = Field(
        9000, ge=100, le=15_000, description="How long all its tries of one request may take together."
    )

    @property
    def overrides(self) -> str:
        """The fragment of an address that tells the carrier so.

        Source: twilio.com/docs/usage/webhooks/webhooks-connection-overrides.
        """
        times = f"ct={self.connect_timeout_ms}&rt={self.read_timeout_ms}&tt={self.total_timeout_ms}"
        return f"{times}&rc={self.retries}&rp=ct,5xx"
