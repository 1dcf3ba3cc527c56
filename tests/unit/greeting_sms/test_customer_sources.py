"""Files and databases that customers come from, as they are and as they should not be."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from greeting_sms.customers.columns import ColumnNames, Field, match_columns, read_column_names
from greeting_sms.customers.csv_source import LONGEST_LINE_CHARACTERS
from greeting_sms.customers.faults import Fault, write_report
from greeting_sms.customers.sources import Row, open_source
from greeting_sms.errors import ColumnsError, SourceUnreadableError

TEXT = "客户号,姓名,生日\nL1,陈示例,1946-03-12\nL2,nan,农历三月初九\n"


def csv_file(folder: Path, content: str | bytes, encoding: str = "utf-8") -> str:
    """A file of this content."""
    path = folder / "customers.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return str(path)


def cells(location: str, query: str | None = None) -> list[list[str]]:
    """Every row of a source that has no faults."""
    rows = list(open_source(location, query=query).rows())
    assert all(isinstance(row, Row) for row in rows), rows
    return [list(row.cells) for row in rows if isinstance(row, Row)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_encoding_and_separator_are_found_out(tmp_path: Path, encoding: str, separator: str) -> None:
    """Whatever a company's system or a spreadsheet wrote; `nan` stays the word it is."""
    source = open_source(csv_file(tmp_path, TEXT.replace(",", separator), encoding))
    assert source.headers == ["客户号", "姓名", "生日"]
    assert [list(row.cells) for row in source.rows() if isinstance(row, Row)] == [
        ["L1", "陈示例", "1946-03-12"],
        ["L2", "nan", "农历三月初九"],
    ]


def test_gb18030_far_behind_the_beginning_is_found_out(tmp_path: Path) -> None:
    """The first megabyte is plain ASCII, the last name is not."""
    text = "id,name\n" + "L1,Example\n" * 100_000 + "L2,陈示例\n"
    rows = cells(csv_file(tmp_path, text, "gb18030"))
    assert rows[-1] == ["L2", "陈示例"]


def test_rows_are_told_by_the_line_they_begin_on(tmp_path: Path) -> None:
    """A quoted cell may go over lines; empty lines are no rows."""
    source = open_source(csv_file(tmp_path, 'id,name\nL1,"two\nlines"\n\nL2,x\n'))
    assert [row.number for row in source.rows() if isinstance(row, Row)] == [2, 5]


def test_a_row_that_cannot_be_split_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    """Something after a closing quote."""
    rows = list(open_source(csv_file(tmp_path, 'id,name\nL1,"a"b\nL2,x\n')).rows())
    assert isinstance(rows[0], Fault)
    assert rows[0].row == 2
    assert isinstance(rows[1], Row)
    assert rows[1].cells == ["L2", "x"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "the first line is empty"),
        (b"\n\n", "the first line is empty"),
        (b'id,name\nL1,"never closed\nL2,x\nL3,y\n', "line 2: a quote that opens here is never closed"),
        ("id,name\n".encode("utf-16"), "is UTF-16"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "neither UTF-8 nor GB 18030"),
        (b"id,name\n\xff\xff\xff", "neither UTF-8 nor GB 18030"),
        (b"id,name\nL1," + b"x" * (LONGEST_LINE_CHARACTERS + 1), "line 2 is longer than"),
    ],
    ids=[
        "empty",
        "only line ends",
        "quote never closed",
        "UTF-16",
        "a picture",
        "neither encoding",
        "one endless line",
    ],
)
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, content: bytes, told: str) -> None:
    """Its name and the reason, and the line where there is one."""
    with pytest.raises(SourceUnreadableError, match=told) as caught:
        list(open_source(csv_file(tmp_path, content)).rows())
    assert str(caught.value).startswith("customers.csv: ")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """And so is a folder."""
    with pytest.raises(SourceUnreadableError, match="there is no such file"):
        open_source(str(tmp_path / "none.csv"))
    with pytest.raises(SourceUnreadableError, match="is a folder"):
        open_source(str(tmp_path))


def test_parquet_is_read_as_text(tmp_path: Path) -> None:
    """Days, whole numbers, missing values, and `nan`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table(
        {
            "reference": ["L1", "L2"],
            "birthday": [date(1946, 3, 12), None],
            "number": pa.array([13800138000.0, None]),
            "language": ["nan", None],
            "consented": [True, False],
        }
    )
    pq.write_table(table, tmp_path / "customers.parquet")
    assert cells(str(tmp_path / "customers.parquet")) == [
        ["L1", "1946-03-12", "13800138000", "nan", "yes"],
        ["L2", "", "", "", "no"],
    ]


def test_what_is_no_parquet_is_told(tmp_path: Path) -> None:
    """A renamed CSV."""
    (tmp_path / "x.parquet").write_text(TEXT, encoding="utf-8")
    with pytest.raises(SourceUnreadableError, match="is no Parquet file"):
        open_source(str(tmp_path / "x.parquet"))


def sqlite_with_customers(folder: Path) -> str:
    """The address of a company's own database."""
    url = f"sqlite:///{folder / 'company.db'}"
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE people (reference TEXT, birthday DATE, language TEXT)"))
        connection.execute(sa.text("INSERT INTO people VALUES ('L1', '1946-03-12', 'nan'), ('L2', NULL, NULL)"))
    engine.dispose()
    return url


def test_a_query_gives_rows(tmp_path: Path) -> None:
    """Columns are those of the query."""
    url = sqlite_with_customers(tmp_path)
    query = "SELECT reference, birthday, language FROM people ORDER BY reference"
    assert cells(url, query) == [["L1", "1946-03-12", "nan"], ["L2", "", ""]]
    assert open_source(url, query=query).headers == ["reference", "birthday", "language"]


def test_a_query_that_writes_changes_nothing(tmp_path: Path) -> None:
    """It is refused, and what it did is taken back."""
    url = sqlite_with_customers(tmp_path)
    with pytest.raises(SourceUnreadableError, match="write a SELECT"):
        open_source(url, query="DELETE FROM people")
    assert len(cells(url, "SELECT * FROM people")) == 2


@pytest.mark.parametrize(
    ("url", "query", "told"),
    [
        ("nonsense", "SELECT 1", "none that SQLAlchemy knows"),
        ("oracle9://user:secret@db.invalid/x", "SELECT 1", "none that SQLAlchemy knows"),
        ("sqlite://", "SELECT * FROM nowhere", "no such table"),
    ],
)
def test_a_database_that_does_not_answer_is_told_without_its_password(url: str, query: str, told: str) -> None:
    """An address may hold one."""
    with pytest.raises(SourceUnreadableError, match=told) as caught:
        open_source(url, query=query)
    assert "secret" not in str(caught.value)


def test_well_known_headers_are_known() -> None:
    """Chinese or English, whatever case and underscores."""
    headers = ["集团客户号", "Customer_ID", "公司", "手机号码", "出生日期", "something else"]
    assert match_columns(headers, source="x") == {
        Field.GROUP_CUSTOMER_ID: 0,
        Field.REFERENCE: 1,
        Field.COMPANY: 2,
        Field.NUMBER: 3,
        Field.BIRTHDAY: 4,
    }


def test_a_site_names_its_own_columns(tmp_path: Path) -> None:
    """And then the well-known header of the same field counts no more."""
    path = tmp_path / "columns.yaml"
    path.write_text("columns:\n  birthday: [BRTH_DT]\n  reference: CUST_NO\n", encoding="utf-8")
    names = read_column_names(path)
    places = match_columns(["CUST_NO", "BRTH_DT", "birthday"], source="x", names=names, company_given=True)
    assert places == {Field.REFERENCE: 0, Field.BIRTHDAY: 1}


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        (["姓名", "生日"], "no column for reference and company"),
        (["客户号", "公司"], "no column for birthday"),
        (["客户号", "公司", "生日", "出生日期"], "are both the birthday"),
    ],
)
def test_missing_and_doubled_columns_are_told(headers: list[str], told: str) -> None:
    """Before the first row is read."""
    with pytest.raises(ColumnsError, match=told):
        match_columns(headers, source="customers.csv")


@pytest.mark.parametrize(
    ("text", "told"),
    [("columns: {shoe_size: [x]}", "shoe_size"), ("- a", "the file"), ("columns: [", "cannot be read")],
)
def test_a_wrong_mapping_is_told(tmp_path: Path, text: str, told: str) -> None:
    """By its own name and the place in it."""
    path = tmp_path / "columns.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ColumnsError, match=told):
        read_column_names(path)


def test_a_named_column_that_is_not_there_is_told() -> None:
    """Rather than every birthday being empty."""
    names = ColumnNames(columns={Field.BIRTHDAY: ("BRTH_DT",)})
    with pytest.raises(ColumnsError, match="no column has the name the mapping gives for birthday"):
        match_columns(["reference", "company", "birthday"], source="x", names=names)


def test_a_report_opens_in_a_spreadsheet_and_runs_nothing_there(tmp_path: Path) -> None:
    """A header that is a formula is defused."""
    write_report(tmp_path / "report.csv", [Fault(3, "=1+1", "is empty", "@x")])
    text = (tmp_path / "report.csv").read_text(encoding="utf-8-sig")
    assert list(csv.reader(io.StringIO(text)))[1] == ["3", "'=1+1", "is empty", "'@x", "no"]
