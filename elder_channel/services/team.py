"""The line's agents and how they fit, as the settings have them now."""

from __future__ import annotations

from config.schema import Settings
from elder_channel.agents.matching import Team
from elder_channel.bootstrap import Line


class CurrentTeam:
    """The team, made anew only when the settings change: its tables are worth keeping."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._known: tuple[Settings, Team] | None = None

    def __call__(self) -> Team:
        """The team of this moment."""
        settings = self._line.settings
        if self._known is None or self._known[0] is not settings:
            self._known = (settings, team_of(self._line))
        return self._known[1]


def team_of(line: Line) -> Team:
    """The agents of the settings, and how well each fits."""
    return Team(
        line.settings.agents,
        branch_of=line.catalogue.branch_of,
        group_of=line.catalogue.group_of,
        min_proficiency=line.settings.routing.min_proficiency,
    )
