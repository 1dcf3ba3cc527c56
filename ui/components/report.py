"""The sheets of a report as HTML tables."""

from __future__ import annotations

from html import escape

from ui.components.markup import both
from ui.report_cards import Cell, Sheet
from ui.words import Text, say


def heading_html(sheet: Sheet) -> str:
    """The head of a sheet, and what is counted in it."""
    return f'<h2 class="ec-wrap">{both(sheet.title)}</h2><p class="ec-hint">{both(sheet.about)}</p>'


def sheet_html(sheet: Sheet) -> str:
    """The table; on a phone its rows become blocks with the column's name beside each cell."""
    head = "".join(f'<th scope="col">{both(column)}</th>' for column in sheet.columns)
    rows = "".join(
        f'<tr><th scope="row">{_cell(row[0])}</th>'
        + "".join(
            f"<td>{_beside(head)}{_cell(cell)}</td>" for head, cell in zip(sheet.columns[1:], row[1:], strict=True)
        )
        + "</tr>"
        for row in sheet.rows
    )
    return (
        f'<div class="ec-wide" role="region" aria-label="{escape(str(sheet.title))}" tabindex="0">'
        f'<table class="ec-table ec-stacks"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _beside(head: Text) -> str:
    """The column's name beside the cell, shown where the window is too narrow for columns."""
    return f'<span class="ec-cell-head">{both(head)}</span>'


def _cell(cell: Cell) -> str:
    if cell is None:
        return both(say("report.none"))
    if isinstance(cell, Text):
        return both(cell)
    return f"{cell:,}" if isinstance(cell, int | float) else escape(str(cell))
