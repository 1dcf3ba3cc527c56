"""What the books hold to train on."""

from __future__ import annotations

from elder_channel.bootstrap import Line
from elder_channel.learning.material import Material, Recording, material_of
from elder_channel.services.corrections_export import labelled


def material_on_record(line: Line) -> Material:
    """Judged utterances of customers who agree, counted by dialect and speaker; no sound is read for it."""
    return material_of(
        Recording(row.standing.dialect, row.speaker, row.held) for row in labelled(line) if row.standing.dialect
    )
