"""How well an agent fits a caller, worked out once for each dialect instead of for each look of the router."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
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


_REMEMBERED = 16
"""Sets of agents remembered for a wish: everybody at work, and those a company's or a diverted call is kept for."""
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
        self.by_id = {agent.id: agent for agent in self.agents}
        self._branch_of, self._group_of, self._least = branch_of, group_of, min_proficiency
        speaks = {agent.id: _spoken(agent, min_proficiency) for agent in self.agents}
        # Looked up once an agent here, not once an agent and wish: a new shift's first look is as quick as any.
        self._branches = {id_: frozenset(map(branch_of, spoken)) for id_, spoken in speaks.items()}
        self._groups = {id_: frozenset(map(group_of, spoken)) for id_, spoken in speaks.items()}
        self._tables: dict[tuple[str, str, bool], dict[str, Match]] = {}
        self._at_sites: dict[frozenset[str], frozenset[str]] = {}
        self._found: dict[tuple[str, str, bool], dict[frozenset[str], frozenset[Match]]] = {}

    def fits(self, *, language: str, dialect: str | None, elder: bool) -> Mapping[str, Match]:
        """Agent id to match, for a caller of this language and, when Chinese, this dialect (None: not known)."""
        wish = (language, dialect or "", elder)
        table = self._tables.get(wish)
        if table is None:
            table = self._table(language, dialect, elder=elder)
            self._tables[wish] = table
        return table

    def possible(self, among: frozenset[str], *, language: str, dialect: str | None, elder: bool) -> Collection[Match]:
        """The matches that anybody of `among` can give; worked out again only for an `among` not met lately."""
        known = self._found.setdefault((language, dialect or "", elder), {})
        if among not in known:
            if len(known) >= _REMEMBERED:
                known.clear()  # people come and go: what was known of those before is of no use any more
            fits = self.fits(language=language, dialect=dialect, elder=elder)
            known[among] = frozenset(fits[id_] for id_ in among if id_ in fits)
        return known[among]

    def at_sites(self, sites: frozenset[str]) -> frozenset[str]:
        """The ids of those who sit at one of the sites."""
        if sites not in self._at_sites:
            self._at_sites[sites] = frozenset(agent.id for agent in self.agents if agent.site in sites)
        return self._at_sites[sites]

    def _table(self, language: str, dialect: str | None, *, elder: bool) -> dict[str, Match]:
        if language != CHINESE or dialect is None:
            return {agent.id: self._fit_by_language(agent, language, elder=elder) for agent in self.agents}
        branch, group = self._branch_of(dialect), self._group_of(dialect)
        return {agent.id: self._fit(agent, dialect, branch, group, elder=elder) for agent in self.agents}

    def _fit_by_language(self, agent: AgentDefinition, language: str, *, elder: bool) -> Match:
        if language == UNKNOWN_LANGUAGE:
            return Match.EXACT if agent.interpreter else Match.ANY
        if language != CHINESE:
            return Match.EXACT if agent.languages.get(language, 0) >= self._least else Match.ANY
        trained = elder and agent.elder_trained and agent.languages.get(CHINESE, 0) >= self._least
        return Match.ELDER_TRAINED if trained else Match.ANY

    def _fit(self, agent: AgentDefinition, dialect: str, branch: str, group: str, *, elder: bool) -> Match:
        if proficiency(agent, dialect) >= self._least:
            return Match.EXACT
        if branch in self._branches[agent.id]:
            return Match.BRANCH
        if group in self._groups[agent.id]:
            return Match.GROUP
        return self._fit_by_language(agent, CHINESE, elder=elder)


def _spoken(agent: AgentDefinition, least: int) -> list[str]:
    return [id_ for id_, level in agent.dialects.items() if level >= least]
