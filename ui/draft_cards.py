"""The drafts of a person as lines; knows nothing of Streamlit or HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from elder_channel.drafts.model import FormDraft
from ui.words import Text, say

PAGES = {
    "order": "orders",
    "new_order": "orders",
    "campaign": "greetings",
    "agent": "routing",
    "customer": "customers",
    "dialect": "dialects",
    "prompt": "prompts",
    "call": "desk",
    "shift": "desk",
}
"""Where a draft of a kind is gone on with; a name is a key of `page.…`."""
_STEERING = "steer"
"""The form of a call that a team lead writes in, on the page of all calls."""


@dataclass(frozen=True)
class DraftLine:
    """One draft."""

    form: str
    page: str
    words: Text


def present_drafts(drafts: Sequence[FormDraft], *, now: datetime, zone: tzinfo) -> tuple[DraftLine, ...]:
    """One line for each thing that was begun, however many of its forms were; the newest first."""
    lines: dict[tuple[str, str], DraftLine] = {}
    for draft in drafts:
        if draft.kind in PAGES:
            thing = thing_of(draft.form)
            words = say(f"draft.kind.{draft.kind}", id=thing, time=moment(draft.saved_at, now=now, zone=zone))
            lines.setdefault((draft.kind, thing), DraftLine(draft.form, page_of(draft.form), words))
    return tuple(lines.values())


def page_of(form: str) -> str:
    """The page on which a form is gone on with, a key of `page.…`."""
    kind, _, rest = form.partition(":")
    return "live" if kind == "call" and rest.endswith(f":{_STEERING}") else PAGES.get(kind, "")


def thing_of(form: str) -> str:
    """What a form is about: `12` of `order:12:note`."""
    return form.split(":")[1] if ":" in form else form


def moment(at: datetime, *, now: datetime, zone: tzinfo) -> str:
    """`14:03`, with the day where it was not today."""
    local = at.astimezone(zone)
    return local.strftime("%H:%M" if local.date() == now.astimezone(zone).date() else "%m-%d %H:%M")
