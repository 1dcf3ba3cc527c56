"""Answering machine detection: the carrier listens to who picked up before it asks for the first document."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from elder_channel.simulator.subscribers import Phone


class MachineDetection(StrEnum):
    """The REST parameter `MachineDetection`."""

    ENABLE = "Enable"  # tells as soon as it knows
    END = "DetectMessageEnd"  # of a machine, once its greeting is over


@dataclass(frozen=True)
class Detected:
    """What the carrier heard, and how long it listened."""

    answered_by: str
    seconds: float

    @property
    def form(self) -> dict[str, str]:
        """The fields of the first document's request."""
        return {"AnsweredBy": self.answered_by, "MachineDetectionDuration": str(round(self.seconds * 1000))}


# Lengths are assumed: the carrier's page says only that a person may hear several seconds of silence.
_HUMAN = Detected("human", 2.0)
_MACHINE = {
    MachineDetection.ENABLE: Detected("machine_start", 4.0),
    MachineDetection.END: Detected("machine_end_beep", 9.0),
}


def detect(phone: Phone, wanted: MachineDetection) -> Detected:
    """What the carrier takes who picked up for. Source: twilio.com/docs/voice/answering-machine-detection."""
    return _MACHINE[wanted] if phone is Phone.VOICEMAIL else _HUMAN
