"""Accounts as HTML: the list, a password that was given out, and what was done."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ui.account_cards import AccountLine, ChangeLine
from ui.components.markup import both
from ui.components.stacked import stacked_html
from ui.words import Text, say


def accounts_html(lines: Sequence[AccountLine]) -> str:
    """The table of accounts."""
    columns = [say(f"account.{column}") for column in ("name", "role", "agent", "state")]
    rows = [(escape(line.name), both(line.role), both(line.agent), both(line.state)) for line in lines]
    return stacked_html(say("account.everybody"), columns, rows)


def given_html(name: str, password: str) -> str:
    """A password to be handed to its person."""
    return (
        f'<div class="ec-switch-box" role="status"><p><b>{both(say("account.given", name=name))}</b></p>'
        f'<p><code class="ec-given" translate="no">{escape(password)}</code></p>'
        f"<p>{both(say('account.given.hint'))}</p></div>"
    )


def changes_html(lines: Sequence[ChangeLine]) -> str:
    """The history, the newest first."""
    items = "".join(
        f'<li><span class="ec-line-time">{escape(line.time)}</span> <b>{both(line.what)}</b> '
        f'<span class="ec-line-who">{both(line.who)}</span></li>'
        for line in lines
    )
    return (
        f'<ol class="ec-lines">{items}</ol>' if items else f'<p class="ec-hint">{both(say("account.history.none"))}</p>'
    )


def part_html(title: Text) -> str:
    """The head of a part of the page."""
    return f'<h2 class="ec-form-title">{both(title)}</h2>'
