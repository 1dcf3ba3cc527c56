"""What sites and companies must satisfy between them and the agents, beyond each value's own type and range."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from config.checks import NUMBER, NUMBER_FORM, Finding
from config.files import suggestion
from config.layers import KeyPath
from dialects.area import PROVINCES
from elder_channel.agents.companies import MAX_COMPANIES, Company
from elder_channel.agents.model import AgentDefinition
from elder_channel.agents.sites import Site
from elder_channel.calls.settings import LineSettings

_ENDINGS = ("省", "市", "壮族自治区", "回族自治区", "维吾尔自治区", "自治区")


def check_sites(sites: Iterable[tuple[int, Site]]) -> Iterator[Finding]:
    """Yield sites that cannot be told apart, and provinces nobody calls from; `sites` come with their place."""
    ids: dict[str, int] = {}
    for index, site in sites:
        here: KeyPath = ("sites", index)
        if site.id in ids:
            yield (*here, "id"), f"{site.id} is already the id of sites[{ids[site.id]}]"
        ids.setdefault(site.id, index)
        for place, province in enumerate(site.provinces):
            path: KeyPath = (*here, "provinces", place)
            if province not in PROVINCES:
                yield path, f"no province is called {province[:20]}{_province_meant(province)}"
            elif province in site.provinces[:place]:
                yield path, "this province is listed twice"


def check_places_of_agents(
    agents: Iterable[tuple[int, AgentDefinition]],
    *,
    sites: Sequence[tuple[int, Site]],
    companies: Sequence[tuple[int, Company]],
) -> Iterator[Finding]:
    """Yield agents who sit at a site, or serve a company, nobody knows of."""
    known_sites = [site.id for _, site in sites]
    known_companies = [company.id for _, company in companies]
    for index, agent in agents:
        here: KeyPath = ("agents", index)
        if agent.site and agent.site not in known_sites:
            yield (*here, "site"), f"no site of sites.yaml has this id{suggestion(agent.site, known_sites)}"
        for place, id_ in enumerate(agent.companies):
            if id_ not in known_companies:
                reason = f"no company of companies.yaml has this id{suggestion(id_, known_companies)}"
                yield (*here, "companies", place), reason


def check_companies(companies: Iterable[tuple[int, Company]], *, line: LineSettings | None) -> Iterator[Finding]:
    """Yield too many companies, and two of one id or number."""
    taken = {line.hotline_number: "the hotline"} if line else {}
    ids: dict[str, int] = {}
    for index, company in companies:
        here: KeyPath = ("companies", index)
        if index >= MAX_COMPANIES:
            yield here, f"there are at most {MAX_COMPANIES} companies on one line"
        if company.id in ids:
            yield (*here, "id"), f"{company.id} is already the id of companies[{ids[company.id]}]"
        ids.setdefault(company.id, index)
        for place, number in enumerate(company.numbers):
            if not NUMBER.fullmatch(number):
                yield (*here, "numbers", place), NUMBER_FORM
            elif number in taken:
                yield (*here, "numbers", place), f"this is the number of {taken[number]} already"
            taken.setdefault(number, company.id)


def warnings_about_sites(sites: Collection[Site], agents: Collection[AgentDefinition]) -> Iterator[str]:
    """Yield what is allowed but leaves callers worse off."""
    staffed = {agent.site for agent in agents if agent.site}
    if not staffed:
        return  # nobody names a site: all are one team, and the sites decide nothing
    if not any(site.night for site in sites):
        yield "sites: none has night: true; while a province's own site is closed nobody is asked first"
    for site in sites:
        if site.id not in staffed:
            yield f"sites: nobody sits at {site.id}; it takes no calls"


def _province_meant(word: str) -> str:
    """Return "; did you mean 福建?" for 福建省, 内蒙 or 福健, else what the names look like."""
    bare = word
    for ending in sorted(_ENDINGS, key=len, reverse=True):
        bare = bare.removesuffix(ending) or word
    starting = [name for name in PROVINCES if bare and (name.startswith(bare) or bare.startswith(name))]
    alike = [name for name in PROVINCES if len(name) == len(bare) and sum(map(str.__eq__, name, bare)) == len(bare) - 1]
    meant = starting or alike
    if len(meant) == 1:
        return f"; did you mean {meant[0]}?"
    return f"; did you mean one of {'、'.join(meant)}?" if meant else "; write the short form, such as 福建 or 内蒙古"
