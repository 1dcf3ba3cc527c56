"""What a caller does, as the line sees it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Arrived:
    """The call rings."""

    known_elder: bool = False
    dedicated_line: bool = False


@dataclass(frozen=True)
class Keyed:
    """A key was pressed."""

    digit: str


@dataclass(frozen=True)
class Spoke:
    """A voice was heard: its onset on the stream, or words from the carrier's own recognition."""

    text: str = ""


@dataclass(frozen=True)
class WasSilent:
    """Nothing came within the prompt's timeout."""


CallerInput = Arrived | Keyed | Spoke | WasSilent
