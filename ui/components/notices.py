"""What the live page says when there is nothing to show, or nothing can be read."""

from __future__ import annotations

from html import escape

from ui.components.markup import both
from ui.words import Text, say

DEMO_COMMAND = "make demo"
CALL_COMMAND = ".venv/bin/elder-channel call --key 0 --from 059100000102"
DOCTOR_COMMAND = ".venv/bin/elder-channel doctor"


def empty_html() -> str:
    """No calls: why that is fine, and how to see one."""
    return notice_html(
        say("empty.title"),
        say("empty.explain"),
        command_html(DEMO_COMMAND, say("empty.demo")) + command_html(CALL_COMMAND, say("empty.call")),
    )


def trouble_html(last_read: str | None) -> str:
    """Calls cannot be read: what that means for callers, and that the page keeps trying."""
    last = f"<p>{both(say('trouble.last', time=last_read))}</p>" if last_read else ""
    body = last + command_html(DOCTOR_COMMAND, say("trouble.hint"))
    return f'<div role="alert">{notice_html(say("trouble.title"), say("trouble.explain"), body)}</div>'


def notice_html(title: Text, explanation: Text, body: str = "") -> str:
    """A framed notice; `body` is HTML of ours."""
    return f'<div class="ec-notice"><h2>{both(title)}</h2><p>{both(explanation)}</p>{body}</div>'


def command_html(command: str, purpose: Text) -> str:
    """A command for a terminal, and what it is for."""
    return f'<p class="ec-command">{both(purpose)}<code>{escape(command)}</code></p>'
