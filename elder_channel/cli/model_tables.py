"""The tables of `elder-channel models list`."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from dialects.recognizers.trust import Trust

_TRUST_WORDS = {
    Trust.PERSON: "a person",
    Trust.KEY_WORDS: "key words",
    Trust.UNSURE: "often wrong",
    Trust.GOOD: "good",
}


def dialects_table(rows: list[dict[str, Any]]) -> Table:
    """Who hears each dialect, and what it is worth."""
    table = Table(title=f"{len(rows)} dialects")
    for column in ("id", "中文", "model recommended", "quality", "the line: first", "then again", "trust"):
        table.add_column(column, overflow="fold")
    for row in rows:
        again = " ".join(row["heard_again_by"][:1]) or "-"
        first, trust = row["heard_first_by"] or "nobody", _TRUST_WORDS[row["trust"]]
        table.add_row(row["id"], row["zh"], " ".join(row["models"][:1]), row["quality"], first, again, trust)
    return table


def models_table(rows: list[dict[str, Any]]) -> Table:
    """Every model with what was found of it."""
    table = Table(title="models")
    for column in ("model", "engine", "there", "MB", "licence", "note"):
        table.add_column(column, overflow="fold", min_width=50 if column == "model" else None)
    for row in rows:
        engine = row["engine"] + ("" if row["engine_installed"] else " (not installed)")
        size = "" if row["megabytes"] is None else str(row["megabytes"])
        table.add_row(row["id"], engine, row["presence"], size, row["licence"], row["note"])
    return table
