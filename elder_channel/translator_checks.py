"""Whether the machine translator the operator has named can be made."""

from __future__ import annotations

from elder_channel.findings import Finding, State
from elder_channel.services.translating import load_translator

PART = "translator"


def check_translator(entry_point: str) -> list[Finding]:
    """Return whether the translator of `desk.translator` loads; nothing where none is named.

    The desk goes on without it, so it never counts against the exit code.
    """
    if not entry_point:
        return []
    try:
        name = load_translator(entry_point).name
    except Exception as error:  # noqa: BLE001 - an engine of others may fail in any way, and this is what is asked
        text = f"desk.translator: {entry_point} makes no translator ({type(error).__name__}: {error})."
        return [Finding(PART, State.WRONG, text, "install the package, or empty desk.translator")]
    return [Finding(PART, State.OK, f"Subtitles are translated by {name}; what callers say is given to it.")]
