"""The greetings' calendar, their counts and their holds as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ui.components.markup import both
from ui.greeting_cards import CountLine, DayCell, SendingPage
from ui.languages import page_language
from ui.words import Text, say


def month_html(cells: Sequence[DayCell]) -> str:
    """The days as a list that stands in seven columns where there is room, and below each other where there is not."""
    weekdays = "".join(f"<span>{both(say(f'calendar.weekday.{n}'))}</span>" for n in range(7))
    items = "".join(_day(cell, is_first=n == 0) for n, cell in enumerate(cells))
    return f'<div class="ec-weekdays" aria-hidden="true">{weekdays}</div><ol class="ec-month">{items}</ol>'


def _day(cell: DayCell, *, is_first: bool) -> str:
    column = f' style="grid-column-start: {cell.day.isoweekday()}"' if is_first else ""
    today = f' <span class="ec-today">{both(say("calendar.today"))}</span>' if cell.is_today else ""
    css = "ec-day ec-day-today" if cell.is_today else "ec-day"
    return (
        f'<li class="{css}"{column}><p class="ec-day-head"><b>{both(cell.date)}</b>'
        f' <span class="ec-day-of">{both(cell.weekday)}</span>{today}</p>'
        f'<p class="ec-lunar" lang="{page_language()}">{escape(cell.lunar)}</p>'
        f'<p class="ec-born">{both(cell.birthdays)}</p>'
        f'<div class="ec-bar" aria-hidden="true"><span style="width: {cell.share}%"></span></div>'
        f"<p>{both(cell.planned)}</p></li>"
    )


def ahead_table_html(cells: Sequence[DayCell]) -> str:
    """The days as a table."""
    columns = ("calendar.day", "calendar.lunar", "calendar.ahead.born", "calendar.ahead.planned")
    rows = [
        (f"{both(cell.date)} {both(cell.weekday)}", escape(cell.lunar), f"{cell.born:,}", f"{cell.sent:,}")
        for cell in cells
    ]
    return table_html(say("calendar.ahead"), [say(column) for column in columns], rows)


def counts_html(title: Text, name: Text, lines: Sequence[CountLine]) -> str:
    """Names and how many of each."""
    rows = [(both(line.name), f"{line.count:,}") for line in lines]
    return table_html(title, [name, say("sending.count")], rows)


def table_html(title: Text, columns: Sequence[Text], rows: Sequence[Sequence[str]]) -> str:
    """A table; cells are HTML of ours, the first of a row is its head."""
    head = "".join(f'<th scope="col">{both(column)}</th>' for column in columns)
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{cell}</td>" for cell in row[1:])}</tr>' for row in rows
    )
    return (
        f'<div class="ec-wide" role="region" aria-label="{escape(str(title))}" tabindex="0">'
        f'<table class="ec-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def held_html(page: SendingPage) -> str:
    """What is held, by whom and why, and what shut itself."""
    held = "".join(
        f'<li class="ec-switch"><p class="ec-switch-title"><span aria-hidden="true">■</span> {both(line.title)}</p>'
        f'<p class="ec-hint">{both(line.detail)}</p></li>'
        for line in page.held
    )
    shut = "".join(f'<p class="ec-caution"><span aria-hidden="true">⚠</span> {both(each)}</p>' for each in page.shut)
    return (f'<ul class="ec-switches">{held}</ul>' if held else "") + shut


def remarks_html(remarks: Sequence[Text]) -> str:
    """Further facts."""
    return f'<ul class="ec-reasons">{"".join(f"<li>{both(each)}</li>" for each in remarks)}</ul>' if remarks else ""


def heading_html(text: Text) -> str:
    """A second-level heading."""
    return f'<h2 class="ec-wrap">{both(text)}</h2>'
