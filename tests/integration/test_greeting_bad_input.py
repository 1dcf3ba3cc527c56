"""Everything wrong at once in a file of customers or a campaign: row and column, and nothing half taken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from config.campaign_files import read_campaign_file
from config.errors import ConfigError
from dialects.catalogue import load_catalogue
from elder_channel.services.consents import ShellOperator
from elder_channel.services.errors import CampaignRefusedError
from elder_channel.services.greeting_plans import GreetingPlans
from elder_channel.storage.engine import Databases, open_databases, reading, writing
from elder_channel.storage.migrate import migrate
from greeting_sms import campaign_books
from greeting_sms.campaign import Campaign
from greeting_sms.customers.importing import Read, bring_in, stage
from greeting_sms.customers.record import ground
from greeting_sms.customers.settings import CustomerSettings
from greeting_sms.customers.sources import open_source
from greeting_sms.customers.staging import Staging
from greeting_sms.opt_out_files import read_opt_outs
from greeting_sms.tables import recipients
from tests.fakes.campaigns import campaign_settings
from tests.fakes.greetings import MORNING
from tests.fakes.line import open_test_line

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
HEADER = "group_customer_id,reference,company,name,number,birthday"
ROWS = [
    ("G01,R01,life,陈示例,+8659100000101,1946-03-12", None),
    ("G02,R02,life,陈示例,12345,1946-03-12", ("number", "no telephone number")),
    ("G03,R03,life,陈示例,010-65001234,1946-03-12", ("number", "landline")),
    ("G04,R04,life,Mary Chan,+12025550104,1946-03-12", None),
    ("G05,R05,life,陈示例,+8659100000105,1946-02-30", ("birthday", "there is no day 2-30")),
    ('G06,R06,life,"=HYPERLINK(""http://example.invalid"")",+8659100000106,1946-03-12', ("name", "formula")),
    ("@SUM(A1),R07,life,陈示例,+8659100000107,1946-03-12", ("group_customer_id", "formula")),
    (f"G08,R08,life,{'王' * 10_000_000},+8659100000108,1946-03-12", ("name", "10,000,000 characters")),
    ("G09,R09,airline,陈示例,+8659100000109,1946-03-12", ("company", "none of the companies")),
]


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Read, set[str]]]:
    """What came of the file, and who is in the books."""
    folder = tmp_path_factory.mktemp("bad")
    path = folder / "customers.csv"
    path.write_text("\n".join([HEADER, *(row for row, _ in ROWS)]) + "\n", encoding="utf-8")
    databases = open_databases(folder)
    migrate(databases)
    yield _take(databases, path)
    databases.dispose()


def _take(databases: Databases, path: Path) -> tuple[Read, set[str]]:
    on = ground(("life",), load_catalogue(), today=NOW.date(), examples=True)
    with Staging() as staging:
        read = stage(open_source(str(path)), staging, on, progress=lambda *_: None)
        turns = reading(databases.greetings).begin, partial(writing, databases.greetings)
        bring_in(
            *turns,
            staging,
            settings=CustomerSettings(),
            companies=("life",),
            at=NOW,
            progress=lambda *_: None,
        )
    with databases.greetings.connect() as connection:
        return read, set(connection.scalars(sa.select(recipients.c.group_customer_id)))


@pytest.mark.parametrize(
    ("row", "fault"),
    [(place, fault) for place, (_, fault) in enumerate(ROWS, start=2)],
    ids=[" ".join(fault) if fault else "good" for _, fault in ROWS],
)
def test_each_bad_row_is_told_with_row_and_column(
    taken: tuple[Read, set[str]], row: int, fault: tuple[str, str] | None
) -> None:
    """A foreign number is no fault; a landline is told, and its row taken."""
    found = [(each.column, each.reason) for each in taken[0].faults if each.row == row]
    if fault is None:
        assert found == []
    else:
        assert len(found) == 1
        assert found[0][0] == fault[0]
        assert fault[1] in found[0][1]


def test_only_whole_rows_are_in_the_books(taken: tuple[Read, set[str]]) -> None:
    """The good ones, the foreign one, and the one with a landline, which is held back."""
    assert taken[1] == {"G01", "G03", "G04"}


def test_ten_megabytes_in_one_field_are_shown_by_their_length_only(taken: tuple[Read, set[str]]) -> None:
    """No report grows with them."""
    assert max(len(each.value) + len(each.reason) for each in taken[0].faults) < 200


CAMPAIGN = """\
schema: 1
id: birthday
title: 生日
window:
  opens: "20:00"
  closes: "09:00"
sender: {zh: 示例集团}
opt_out: {zh: 拒收请回复R}
templates:
  - id: zh
    language: zh
    text: "{nmae|您好}，祝您生日快乐！"
"""


def test_a_campaign_tells_an_unknown_variable_and_an_empty_window_by_line(tmp_path: Path) -> None:
    """Both at once."""
    path = tmp_path / "mine.yaml"
    path.write_text(CAMPAIGN, encoding="utf-8")
    with pytest.raises(ConfigError) as told:
        read_campaign_file(path)
    said = [str(problem) for problem in told.value.problems]
    assert [f"{path}:4: window: the window is empty: it opens at 20:00 and closes at 09:00"] == said[:1]
    assert said[1].startswith(f"{path}:12: templates[0].text: template zh: there is no variable {{nmae}}")


def test_overlapping_campaigns_are_told_with_the_one_that_decides(tmp_path: Path) -> None:
    """Before anything is planned; and everybody gets one greeting."""
    at = open_test_line(tmp_path)
    at.clock.now = MORNING
    with writing(at.line.databases.greetings) as connection:
        for id_, priority in (("birthday", 100), ("elders", 200)):
            campaign = Campaign.model_validate(campaign_settings(id=id_, priority=priority))
            campaign_books.propose(connection, campaign, by="one", at=MORNING)
            campaign_books.approve(connection, id_, 1, by="two", at=MORNING)
        connection.execute(recipients.insert().values(_person("G1", date(1946, 11, 23))))
    plans, operator = GreetingPlans(at.line, ShellOperator()), ShellOperator.ACCOUNT
    told = plans.overlaps(date(2026, 11, 23), by=operator)
    assert [(each.decides, each.gives_way, each.people) for each in told] == [("elders", "birthday", 1)]
    assert plans.plan(date(2026, 11, 23), by=operator).new == 1
    with pytest.raises(CampaignRefusedError, match="is past"):
        plans.plan(date(2026, 11, 20), by=operator)
    at.line.databases.dispose()


def test_a_list_of_opt_outs_tells_bad_rows_by_row_and_column(tmp_path: Path) -> None:
    """An opt-out is worth more than a clean file: the good ones count."""
    path = tmp_path / "list.csv"
    path.write_text("number\n+8659100000101\n12\n=1+1\n", encoding="utf-8")
    rows = list(read_opt_outs(path))
    assert [getattr(row, "number", None) for row in rows] == ["+8659100000101", None, None]
    assert [(row.row, row.column) for row in rows[1:]] == [(3, "number"), (4, "number")]  # type: ignore[union-attr]


def _person(id_: str, born: date) -> dict[str, object]:
    return {
        "group_customer_id": id_,
        "name": "陈秀英",
        "number": "+8659100000101",
        "language": "zh",
        "zone": "Asia/Shanghai",
        "companies": "life",
        "calendar": "solar",
        "birth_year": born.year,
        "birth_month": born.month,
        "birth_day": born.day,
        "updated_at": MORNING,
    }
