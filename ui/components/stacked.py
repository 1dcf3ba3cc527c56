"""A table of several columns that falls apart into a block for each row where there is no room, as on a phone."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ui.components.markup import both
from ui.words import Text


def stacked_html(title: Text, columns: Sequence[Text], rows: Sequence[Sequence[str]]) -> str:
    """The table; cells are HTML of ours, the first of a row is its head. Each cell repeats its column for phones."""
    head = "".join(f'<th scope="col">{both(column)}</th>' for column in columns)
    body = "".join(_row(columns, row) for row in rows)
    return (
        f'<div class="ec-wide" role="region" aria-label="{escape(str(title))}" tabindex="0">'
        f'<table class="ec-table ec-stacked"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _row(columns: Sequence[Text], row: Sequence[str]) -> str:
    cells = "".join(
        f'<td><span class="ec-cell-name">{both(column)} </span>{cell}</td>'
        for column, cell in zip(columns[1:], row[1:], strict=True)
    )
    return f'<tr><th scope="row">{row[0]}</th>{cells}</tr>'
