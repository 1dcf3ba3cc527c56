"""The list of agents, its history and the rules as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ui.components.greeting import heading_html, remarks_html
from ui.components.markup import both
from ui.components.stacked import stacked_html
from ui.roster_cards import AgentLine, ChangeLine
from ui.words import Text, say

_COLUMNS = ("name", "dialects", "languages", "site", "shifts", "traits", "presence")


def agents_html(lines: Sequence[AgentLine]) -> str:
    """A row for each agent."""
    rows = [
        (
            f'{escape(line.name)} <span class="ec-hint ec-id">{escape(line.id)}</span>',
            both(line.dialects if line.dialects.zh else say("roster.value.none")),
            both(line.languages),
            both(line.site),
            both(line.shifts),
            "<br>".join(map(both, line.traits)),
            both(line.presence),
        )
        for line in lines
    ]
    return stacked_html(say("roster.title"), [say(f"roster.{column}") for column in _COLUMNS], rows)


def change_html(line: ChangeLine) -> str:
    """One change of the list."""
    holds = f' <span class="ec-hint">{both(say("roster.history.current"))}</span>' if line.holds else ""
    return f"<p><b>{both(line.title)}</b>{holds}</p>{remarks_html(line.fields)}"


def rules_html(rules: Sequence[Text]) -> str:
    """How calls are given out."""
    where = f'<p class="ec-hint">{both(say("rules.where"))}</p>'
    return heading_html(say("rules.title")) + remarks_html(rules) + where


def problems_html(text: Text, problems: Sequence[str]) -> str:
    """A refusal with everything that is wrong."""
    items = "".join(f"<li>{escape(each)}</li>" for each in problems)
    reasons = f'<ul class="ec-reasons">{items}</ul>' if items else ""
    return f'<div class="ec-refusal" role="alert"><p>{both(text)}</p>{reasons}</div>'
