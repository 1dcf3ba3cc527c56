"""Settings, their differences and their history as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from elder_channel.services.settings_model import Edit, FieldSpec
from ui.components.greeting import remarks_html
from ui.components.markup import both
from ui.components.stacked import stacked_html
from ui.settings_cards import (
    ChangeLine,
    FieldLines,
    HistoryLine,
    diff_text,
    field_name,
    help_of,
    present_change,
    section_name,
)
from ui.words import say


def field_html(lines: FieldLines) -> str:
    """What a field means, its default, and what is to be known of it."""
    facts = "".join(f"<li>{both(each)}</li>" for each in lines.facts)
    return f'<p class="ec-setting-help">{both(lines.help)}</p><ul class="ec-setting-facts">{facts}</ul>'


def wrong_html(reasons: Sequence[str]) -> str:
    """What is wrong with one field, right below it."""
    items = "".join(f"<li>{escape(each)}</li>" for each in reasons)
    told = both(say("settings.wrong_here"))
    return f'<div class="ec-refusal" role="alert"><p>{told}</p><ul class="ec-reasons">{items}</ul></div>'


def edits_html(edits: Sequence[Edit]) -> str:
    """Everything that becomes something else: field by field, and the files' lines."""
    return "".join(_edit_html(edit) for edit in edits)


def _edit_html(edit: Edit) -> str:
    name = section_name(edit.section)
    changes = changes_html([present_change(edit.section, each) for each in edit.fields])
    return f'<h3 class="ec-form-title">{both(name)}</h3>{changes}{diff_html(edit.section, edit.before, edit.after)}'


def changes_html(changes: Sequence[ChangeLine]) -> str:
    """Fields before and after."""
    if not changes:
        return f'<p class="ec-hint">{both(say("settings.only_comments"))}</p>'
    columns = [say(f"settings.diff.{column}") for column in ("field", "before", "after")]
    rows = [
        (
            both(each.name) + (f'<br><span class="ec-hint">{both(each.remark)}</span>' if each.remark else ""),
            both(each.before),
            f"<b>{both(each.after)}</b>",
        )
        for each in changes
    ]
    return stacked_html(say("settings.diff"), columns, rows)


def diff_html(section: str, before: str, after: str) -> str:
    """The lines of the file that come and go; told by + and -, not by colour alone."""
    text = diff_text(f"{section}.yaml", before, after)
    if not text:
        return ""
    lines = "".join(f'<span class="{_line_class(line)}">{escape(line)}</span>\n' for line in text.splitlines())
    title = both(say("settings.diff.yaml", file=f"{section}.yaml"))
    name = escape(str(say("settings.diff.yaml", file=f"{section}.yaml")))
    return (
        f'<p class="ec-hint">{title}</p>'
        f'<pre class="ec-yaml" role="region" aria-label="{name}" tabindex="0">{lines}</pre>'
    )


def _line_class(line: str) -> str:
    if line.startswith(("+++", "---", "@@")):
        return "ec-yaml-head"
    return {"+": "ec-yaml-new", "-": "ec-yaml-gone"}.get(line[:1], "ec-yaml-same")


def history_html(line: HistoryLine) -> str:
    """One change, with its reason."""
    holds = f' <span class="ec-hint">{both(say("settings.history.holds"))}</span>' if line.change.holds else ""
    note = f"<p>{both(say('settings.history.note', note=line.note))}</p>" if line.note else ""
    rows = remarks_html(
        [say("settings.history.change", name=each.name, before=each.before, after=each.after) for each in line.changes]
    )
    return f"<p><b>{both(line.title)}</b>{holds}</p>{note}{rows}"


def specs_html(section: str, specs: Sequence[FieldSpec]) -> str:
    """What an item of a list may say."""
    columns = [say(f"settings.spec.{column}") for column in ("key", "help")]
    rows = [
        (f"<code>{escape(spec.key)}</code> {both(field_name(section, spec.key))}", both(help_of(section, spec)))
        for spec in specs
    ]
    return stacked_html(say("settings.spec"), columns, rows)
