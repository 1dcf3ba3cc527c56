"""Settings that are fine one by one are checked against each other."""

from __future__ import annotations

import pytest

from config import load
from config.loader import assemble
from tests.fakes.settings import SiteWriter, complaints


def test_law_7_sound_kept_without_a_notice_is_warned_of() -> None:
    """The operator may tell callers some other way, and is reminded to; with the notice on nothing is said."""
    kept = {"ELDER_CHANNEL_LEARNING__KEEP_AUDIO": "true"}
    (warning,) = assemble(site=None, env=kept).warnings
    assert "recording_notice" in warning
    assert assemble(site=None, env=kept | {"ELDER_CHANNEL_LINE__RECORDING_NOTICE": "true"}).warnings == ()


SITES = """schema: 1
sites:
  - {id: fuzhou, name: 福州, provinces: [福建], night: true}
  - {id: chengdu, name: 成都, provinces: [PROVINCE]}
"""
TEAM = """schema: 1
agents:
  - {id: lin, name: 林, contact: "client:lin", hunt_group: true, site: SITE, companies: [COMPANY]}
  - {id: wu, name: 吴, contact: "client:wu", site: chengdu}
"""
COMPANIES = """schema: 1
companies:
  - {id: life, zh: 人寿, en: Life, numbers: ["+862100000062"]}
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("PROVINCE", "四川省", "sites.yaml:4: sites[1].provinces[0]: no province is called 四川省; did you mean 四川?"),
        ("PROVINCE", "内蒙", "sites.yaml:4: sites[1].provinces[0]: no province is called 内蒙; did you mean 内蒙古?"),
        ("PROVINCE", "Sichuan", "write the short form, such as 福建 or 内蒙古"),
        ("id: chengdu, name", "id: fuzhou, name", "sites.yaml:4: sites[1].id: fuzhou is already the id of sites[0]"),
        ("SITE", "fuzou", "agents.yaml:3: agents[0].site: no site of sites.yaml has this id; did you mean fuzhou?"),
        ("COMPANY", "live", "agents.yaml:3: agents[0].companies[0]: no company of companies.yaml has this id"),
        ('"+862100000062"', '"+862100000060"', "companies.yaml:3: companies[0].numbers[0]: this is the number of the"),
        ("id: life", "id: Life", "companies.yaml:3: companies[0].id: must match"),
    ],
)
def test_sites_and_companies_are_checked_against_each_other(site: SiteWriter, old: str, new: str, said: str) -> None:
    """A site nobody knows of, two of one id, a province spelled as nobody writes it: file, line, key and a hint."""
    right = {"PROVINCE": "四川", "SITE": "fuzhou", "COMPANY": "life"}

    def written(text: str) -> str:
        text = text.replace(old, new)
        for word, value in right.items():
            text = text.replace(word, value)
        return text

    folder = site(sites=written(SITES), agents=written(TEAM), companies=written(COMPANIES))
    assert any(said in complaint for complaint in complaints(folder))


def test_ten_companies_are_one_too_many(site: SiteWriter) -> None:
    """Nine sister companies share the number; the tenth is refused at its line."""
    entries = "".join(f"  - {{id: c{index}, zh: 公司, en: Company}}\n" for index in range(10))
    folder = site(companies=f"schema: 1\ncompanies:\n{entries}")
    assert "companies.yaml:12: companies[9]: there are at most 9 companies on one line" in complaints(folder)


def test_a_site_list_of_ones_own_beside_the_demonstration_team_is_no_mistake(site: SiteWriter) -> None:
    """The packaged team names the packaged sites; a site that has written sites.yaml first can go on from there."""
    settings = load(site=site(sites=SITES.replace("PROVINCE", "四川")), env={})
    assert [place.id for place in settings.sites] == ["fuzhou", "chengdu"]


def test_a_site_where_nobody_sits_is_warned_about(site: SiteWriter) -> None:
    """Allowed, because people come later; said, because it takes no calls until then."""
    team = TEAM.replace("SITE", "fuzhou").replace("companies: [COMPANY]", "companies: []").replace("site: chengdu", "")
    folder = site(sites=SITES.replace("PROVINCE", "四川"), agents=team.replace(", }", "}"))
    assert "sites: nobody sits at chengdu; it takes no calls" in assemble(site=folder, env={}).warnings


def test_a_drained_line_does_not_lead_back_to_itself(site: SiteWriter) -> None:
    """New calls must reach people somewhere else."""
    folder = site(routing='schema: 1\ndrained_line_number: "+862100000060"\n')
    (said,) = complaints(folder)
    assert "this is a number of the line itself" in said


@pytest.mark.parametrize(
    ("files", "about"),
    [
        (
            {"order_types": "schema: 1\norder_types:\n  - {id: callback, zh: 回电, en: Callback, department: tea}\n"},
            "order_types[0].department: no department has the id 'tea'",
        ),
        (
            {
                "order_types": "schema: 1\norder_types:\n"
                "  - {id: callback, zh: 回电, en: Callback, department: hotline, needs: [tea, complaint]}\n"
                "  - {id: callback, zh: 回电, en: Callback, department: hotline, needs: [complaint]}\n"
            },
            "order_types[1].id: callback is already the id of order_types[0]",
        ),
        ({"workorders": "schema: 1\nunserved_type: tea\n"}, "workorders.unserved_type: no order type has the id 'tea'"),
        (
            {"workorders": "schema: 1\ncallback_elder_minutes: 60\n"},
            "callback_urgent_minutes must not exceed callback_elder_minutes",
        ),
        (
            {
                "order_types": "schema: 1\norder_types:\n"
                "  - {id: callback, zh: 回电, en: Callback, department: hotline, elder_minutes: 900}\n"
            },
            "elders go first",
        ),
    ],
)
def test_orders_that_would_belong_to_nobody_are_refused(site: SiteWriter, files: dict[str, str], about: str) -> None:
    """Law 8: departments, types, needs and times of orders fit together, or the settings never go live."""
    assert any(about in complaint for complaint in complaints(site(**files)))
