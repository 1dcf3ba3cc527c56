"""The files of a report: the same cells in each, and no cell becomes a formula."""

from __future__ import annotations

import csv
import re
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest

from ui.report_cards import ReportPage, Share, Sheet
from ui.report_files import csv_of, harmless, html_of, xlsx_of
from ui.words import Text

EVIL = '=HYPERLINK("http://example.org","职场")'
PAGE = ReportPage(
    told=Text("11-16 至 11-22", "from 11-16 to 11-22"),
    sheets=(
        Sheet(
            "sites",
            Text("按职场", "By site"),
            Text("谁接的", "Who answered"),
            (Text("职场", "Site"), Text("来电", "Calls"), Text("15 秒内", "Within 15 s"), Text("等候", "Wait")),
            ((Text(EVIL, EVIL), 1234, Share(2 / 3), 12.5), (Text("<b>福州</b>", "Fuzhou & co"), 0, None, None)),
        ),
    ),
    is_empty=False,
)


@pytest.mark.parametrize("text", [EVIL, "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠x"])
def test_what_a_spreadsheet_would_run_is_text(text: str) -> None:
    """An apostrophe before it; what is harmless stays as it is."""
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["福州", "A=1", "50%", "", "'='"])
def test_what_is_harmless_stays(text: str) -> None:
    """No apostrophe where none is needed."""
    assert harmless(text) == text


def test_the_csv_is_read_by_excel() -> None:
    """With a mark for UTF-8; numbers are numbers, shares are of one, nothing is empty."""
    content = csv_of(PAGE)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["11-16 至 11-22 from 11-16 to 11-22"]
    assert rows[4] == ["职场 Site", "来电 Calls", "15 秒内 Within 15 s", "等候 Wait"]
    assert rows[5] == [f"'{EVIL}", "1234", "0.6667", "12.5"]
    assert rows[6] == ["<b>福州</b> Fuzhou & co", "0", "", ""]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_the_workbook_holds_no_formula_and_no_link() -> None:
    """Text is text whatever it begins with; numbers and shares can be reckoned with."""
    with ZipFile(BytesIO(xlsx_of(PAGE))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        strings = book.read("xl/sharedStrings.xml").decode()
        names = book.read("xl/workbook.xml").decode()
        everything = " ".join(book.namelist())
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet.lower()
    assert "externalLink" not in everything
    assert "=HYPERLINK(" in strings
    assert 'name="按职场"' in names
    assert re.search(r'<c r="B5"[^>]*><v>1234</v></c>', sheet)
    assert re.search(r'<c r="C5"[^>]*><v>0\.666', sheet)


def test_the_page_to_print_stands_alone() -> None:
    """Nothing is fetched, what people typed is escaped, and both languages are marked."""
    page = html_of(PAGE).decode()
    assert "&lt;b&gt;福州&lt;/b&gt;" in page
    assert "<b>福州" not in page
    assert not re.search(r"(src|href)=|url\(|<script|@import", page)
    assert 'lang="zh-CN"' in page
    assert 'lang="en"' in page
    assert "66.6%" in page
