"""Reports of a span of days: plots with a table each, the standards clause by clause, and files to take along."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import streamlit as st
import structlog

from elder_channel.services.accounts import Account
from elder_channel.services.errors import NotAllowedError, ReportRefusedError
from elder_channel.services.line_reports import MOST_DAYS
from ui.components.markup import both
from ui.components.menu import page_head
from ui.components.notices import DEMO_COMMAND, command_html, notice_html
from ui.components.report import heading_html, sheet_html
from ui.faults import where_raised
from ui.languages import with_these_languages
from ui.report_cards import ReportPage, Sheet, by_standard, present_report
from ui.report_charts import bar_chart, line_chart
from ui.report_files import csv_of, html_of, xlsx_of
from ui.session import services, signed_in
from ui.words import Text, say

FIRST, LAST = "reports_first", "reports_last"
_USUAL_DAYS = 7
_LONG_TABLE = 14

log = structlog.get_logger(__name__)


def show() -> None:
    """Draw the page: the days chosen, and their report."""
    account = signed_in()
    if account is None:  # the frame shows this page to nobody else; checked again because hiding is not permission
        st.rerun()
    page_head("reports", account)
    try:
        first, last = _choose_days()
        page = _read(first, last, account)
    except NotAllowedError:
        _refuse(say("refused.not_allowed"))
        return
    except ReportRefusedError as error:
        _refuse(say(f"refused.{error.code}", most=MOST_DAYS))
        return
    except Exception as error:  # noqa: BLE001 - the way in: whatever is wrong, say so in words
        log.error("console.reports_unreadable", error=type(error).__name__, where=where_raised(error))
        st.html(f'<div role="alert">{notice_html(say("reports.trouble"), say("reports.trouble.explain"))}</div>')
        return
    _draw(page, first, last)


def _choose_days() -> tuple[date, date]:
    today = services().reports.today()
    usual = {FIRST: today - timedelta(days=_USUAL_DAYS - 1), LAST: today}
    with st.container(horizontal=True, key="reports-days"):
        chosen = [
            st.date_input(str(say(f"reports.{name}")), value=usual[key], key=key, persist_state="session", width=260)
            for name, key in (("first", FIRST), ("last", LAST))
        ]
    first, last = (day if isinstance(day, date) else today for day in chosen)
    return first, last


def _read(first: date, last: date, account: Account) -> ReportPage:
    with st.spinner(str(say("reports.reading"))):
        return present_report(services().reports.read(first, last, by=account))


def _draw(page: ReportPage, first: date, last: date) -> None:
    st.html(f'<p class="ec-hint" role="status">{both(page.told)}</p>')
    if page.is_empty:
        body = command_html(DEMO_COMMAND, say("empty.demo"))
        st.html(notice_html(say("reports.empty"), say("reports.empty.explain"), body))
    _downloads(page, f"elder-channel-{first}-{last}")
    for sheet in page.sheets:
        st.html(heading_html(sheet))
        _plot(sheet)
        if sheet.name == "standards":
            _standards(sheet)
        else:
            _table(sheet)


def _downloads(page: ReportPage, name: str) -> None:
    """Each file is made when its button is pressed."""
    st.html(f'<h2 class="ec-wrap">{both(say("reports.download"))}</h2>')
    files = (
        ("csv", csv_of, "text/csv"),
        ("xlsx", xlsx_of, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("html", html_of, "text/html"),
    )
    with st.container(horizontal=True, key="reports-files"):
        for ending, make, mime in files:
            label, data = str(say(f"reports.{ending}")), with_these_languages(partial(make, page))
            st.download_button(label, data, f"{name}.{ending}", mime, key=f"reports-{ending}", on_click="ignore")
    st.html(f'<p class="ec-hint">{both(say("reports.download.hint"))}</p>')


def _plot(sheet: Sheet) -> None:
    """The picture of a sheet, for those that have one; what it shows is told in words and stands in the table."""
    if sheet.name == "days":
        chart = line_chart(sheet)
    elif sheet.name in {"dialects", "sites"}:
        chart = bar_chart(sheet, ("within_20",))
    elif sheet.name == "elders":
        chart = bar_chart(sheet, ("within_15", "within_20", "within_30"))
    elif sheet.name == "weeks":
        chart = bar_chart(sheet, ("share_right",))
    else:
        return
    if chart is None:
        st.html(f'<p class="ec-missing">{both(say("reports.no_plot"))}</p>')
        return
    told = say(f"plot.{sheet.name}")
    st.html(f'<p class="ec-form-title">{both(told)}</p>')
    alt = say("plot.alt", told=told, beside=say("reports.table_beside"))
    st.altair_chart(chart, width="stretch", key=f"plot-{sheet.name}", alt=str(alt))


def _standards(sheet: Sheet) -> None:
    """How many clauses of each standard are kept; the clauses are opened by who wants them."""
    for each in by_standard(sheet):
        with st.container(gap=None):
            with st.expander(str(each.title), key=f"table-{each.name}"):
                st.html(sheet_html(each))
            st.html(f'<p class="ec-hint">{both(each.about)}</p>')


def _table(sheet: Sheet) -> None:
    """The table; a long one is opened by who wants it."""
    if len(sheet.rows) <= _LONG_TABLE:
        st.html(sheet_html(sheet))
        return
    with st.expander(str(sheet.title), key=f"table-{sheet.name}"):
        st.html(sheet_html(sheet))


def _refuse(text: Text) -> None:
    st.html(f'<p class="ec-refusal" role="alert">{both(text)}</p>')
