"""A report as files to take along: CSV, Excel, and a page to print.

No cell can become a formula: spreadsheets run what begins with =, +, -, @ or a tab, and names of sites and dialects are
whatever somebody has typed. https://owasp.org/www-community/attacks/CSV_Injection
"""

from __future__ import annotations

import csv
import re
from html import escape
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter

from ui.languages import page_language
from ui.report_cards import Cell, ReportPage, Share, Sheet
from ui.words import Text, say

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MOST_TITLE = 31
_REFUSED_IN_A_TITLE = re.compile(r"[\[\]:*?/\\]")
"""Excel allows no longer name of a sheet."""
_STYLE = """
body { font-family: "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; color: #1a1a1a; margin: 2rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin: 1.6rem 0 0.2rem; } p { margin: 0 0 0.4rem; }
table { border-collapse: collapse; width: 100%; font-size: 0.85rem; }
th, td { border: 1px solid #6b7280; padding: 0.2rem 0.4rem; text-align: left; vertical-align: top; }
td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.en { color: #404653; font-size: 0.9em; } thead { display: table-header-group; } tr { break-inside: avoid; }
@page { size: A4 landscape; margin: 12mm; } @media print { body { margin: 0; } h2 { break-after: avoid; } }
"""


def csv_of(page: ReportPage) -> bytes:
    """The sheets below each other, in UTF-8 with a mark, so that Excel reads the Chinese."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([harmless(str(page.told))])
    for sheet in page.sheets:
        writer.writerows([[], [harmless(str(sheet.title))], [harmless(str(sheet.about))]])
        writer.writerow([harmless(str(column)) for column in sheet.columns])
        writer.writerows([_plain(cell) for cell in row] for row in sheet.rows)
    return text.getvalue().encode("utf-8-sig")


def harmless(text: str) -> str:
    """The text as a spreadsheet takes it for text: with an apostrophe before what would begin a formula."""
    return f"'{text}" if text.startswith(_BEGINS_A_FORMULA) else text


def xlsx_of(page: ReportPage) -> bytes:
    """A sheet of the workbook for each table; text is written as text, shares as percent."""
    file = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": str(say("page.reports")), "comments": str(page.told)})
        formats = {
            "head": book.add_format({"bold": True, "text_wrap": True, "bottom": 2, "valign": "top"}),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
            "share": book.add_format({"num_format": "0.0%", "valign": "top"}),
            "count": book.add_format({"num_format": "#,##0", "valign": "top"}),
            "seconds": book.add_format({"num_format": "0.0", "valign": "top"}),
        }
        for sheet in page.sheets:
            _write_sheet(book.add_worksheet(_sheet_name(sheet)), sheet, page.told, formats)
    return file.getvalue()


def _write_sheet(place: Any, sheet: Sheet, told: Text, formats: dict[str, Any]) -> None:
    place.write_string(0, 0, str(told))
    place.write_string(1, 0, str(sheet.about))
    for column, head in enumerate(sheet.columns):
        place.write_string(3, column, "\n".join(words for _, words in head.parts), formats["head"])
    place.set_column(0, len(sheet.columns) - 1, 18)
    place.freeze_panes(4, 1)
    for row, cells in enumerate(sheet.rows, start=4):
        for column, cell in enumerate(cells):
            if isinstance(cell, Share):
                place.write_number(row, column, cell.of_one, formats["share"])
            elif isinstance(cell, int | float):
                place.write_number(row, column, cell, formats["count" if isinstance(cell, int) else "seconds"])
            else:
                place.write_string(row, column, str(cell) if cell else str(say("report.none")), formats["text"])


def html_of(page: ReportPage) -> bytes:
    """One page that stands alone and asks nobody for anything, laid out for paper."""
    title = f"{say('product')} · {say('page.reports')}"
    tables = "".join(_table(sheet) for sheet in page.sheets)
    return (
        f'<!doctype html><html lang="{page_language()}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body><main>'
        f"<h1>{escape(title)}</h1><p>{_both(page.told)}</p>{tables}</main></body></html>\n"
    ).encode()


def _table(sheet: Sheet) -> str:
    head = "".join(f'<th scope="col">{_both(column)}</th>' for column in sheet.columns)
    rows = "".join(f"<tr>{''.join(_cell(cell) for cell in row)}</tr>" for row in sheet.rows)
    return (
        f"<h2>{_both(sheet.title)}</h2><p>{_both(sheet.about)}</p>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _cell(cell: Cell) -> str:
    if isinstance(cell, Text):
        return f"<td>{_both(cell)}</td>"
    return f'<td class="n">{escape(str(cell))}</td>' if cell is not None else f"<td>{_both(say('report.none'))}</td>"


def _both(text: Text) -> str:
    (_, main), *beside = text.parts
    return escape(main) + "".join(f' <span class="en" lang="{tag}">{escape(words)}</span>' for tag, words in beside)


def _sheet_name(sheet: Sheet) -> str:
    """As Excel takes it: short, and without the signs it refuses."""
    return _REFUSED_IN_A_TITLE.sub(" ", sheet.title.one)[:MOST_TITLE].strip()


def _plain(cell: Cell) -> str | int | float:
    """A cell of a CSV: numbers stay numbers, a share is one of one with four digits, nothing stays empty."""
    if cell is None:
        return ""
    if isinstance(cell, Share):
        return round(cell.of_one, 4)
    return harmless(str(cell)) if isinstance(cell, Text) else cell
