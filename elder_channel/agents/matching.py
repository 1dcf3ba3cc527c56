"""How well an agent fits a caller, worked out once for each dialect instead of for each look of the router."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from bilingual.language import UNKNOWN_LANGUAGE
from dialects.catalogue import PUTONGHUA
from elder_channel.agents.model import AgentDefinition

CHINESE = "zh"

NameOf = Callable[[str], str]
"""Class id to the id of its branch or group."""


class Match(StrEnum):
    """How well an agent's skills fit a call, best first."""

    EXACT = "exact"
    BRANCH = "branch"  # speaks a dialect of the same branch, Xiamen's for Chaozhou's
    GROUP = "group"  # speaks a dialect of the same group
    ELDER_TRAINED = "elder_trained"  # an old caller, and an agent trained for them who speaks Putonghua
    ANY = "any"

    @property
    def rank(self) -> int:
        """0 for the best."""
        return _RANKS[self]

    @property
    def told(self) -> str:
        """The coarser word of reports and of the console: exact, group or any."""
        return {Match.BRANCH: "group", Match.ELDER_TRAINED: "any"}.get(self, str(self))


_RANKS = {match: rank for rank, match in enumerate(Match)}


def proficiency(agent: AgentDefinition, class_id: str) -> int:
    """How well the agent speaks a dialect, 0 to 5; Putonghua is what Chinese-speaking agents share."""
    if class_id == PUTONGHUA:
        return agent.dialects.get(class_id, agent.languages.get(CHINESE, 0))
    return agent.dialects.get(class_id, 0)


class Team:
    """The agents of a line and, for every wish, how well each fits; tables are made when first asked for.

    A thousand agents and some hundred waiting calls are looked at four times a second: the look is a lookup.
    """

    def __init__(
        self, agents: Sequence[AgentDefinition], *, branch_of: NameOf, group_of: NameOf, min_proficiency: int
    ) -> None:
        self.agents = tuple(agents)
        self._branch_of, self._group_of, self._least = branch_of, group_of, min_proficiency
        self._tables: dict[tuple[str, str, bool], dict[str, Match]] = {}

    def fits(self, *, language: str, dialect: str | None, elder: bool) -> Mapping[str, Match]:
        """Agent id to match, for a caller of this language and, when Chinese, this dialect (None: not known)."""
        wish = (language, dialect or "", elder)
        table = self._tables.get(wish)
        if table is None:
            table = {agent.id: self._fit(agent, language, dialect, elder=elder) for agent in self.agents}
            self._tables[wish] = table
        return table

    def _fit(self, agent: AgentDefinition, language: str, dialect: str | None, *, elder: bool) -> Match:
        if language == UNKNOWN_LANGUAGE:
            return Match.EXACT if agent.interpreter else Match.ANY
        if language != CHINESE:
            return Match.EXACT if agent.languages.get(language, 0) >= self._least else Match.ANY
        trained = elder and agent.elder_trained and agent.languages.get(CHINESE, 0) >= self._least
        otherwise = Match.ELDER_TRAINED if trained else Match.ANY
        if dialect is None:
            return otherwise
        if proficiency(agent, dialect) >= self._least:
            return Match.EXACT
        speaks = [id_ for id_, level in agent.dialects.items() if level >= self._least]
        if any(self._branch_of(id_) == self._branch_of(dialect) for id_ in speaks):
            return Match.BRANCH
        if any(self._group_of(id_) == self._group_of(dialect) for id_ in speaks):
            return Match.GROUP
        return otherwise
