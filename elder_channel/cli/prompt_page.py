"""`elder-channel prompts page`: everything the line says in one HTML file, to read and to play."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bilingual.messages import load_messages
from bilingual.prompt_audio.heard import heard_prompts
from bilingual.prompt_audio.manifest import read_manifest
from bilingual.prompt_audio.shelf import SITE_FOLDER, Shelf, shipped_folder
from bilingual.prompt_lint import load_profile
from bilingual.prompt_page import PromptPage, by_language
from elder_channel import __version__
from elder_channel.bootstrap import load_settings
from elder_channel.cli.prompt_lint import findings_of
from elder_channel.state import state_folder


def register(app: typer.Typer) -> None:
    """Add the command to a group."""
    app.command(name="page")(write_page)


def write_page(
    write: Annotated[Path, typer.Option("--write", help="The HTML file to write.")] = Path("build/prompts.html"),
) -> None:
    """Write a page with every message, its sounds, its wordings in dialects and what the linter finds.

    The file needs nothing else: it can be sent to a native speaker, who reads and listens in any browser.
    """
    settings, messages = load_settings(os.environ), load_messages(None)
    shelf = Shelf([state_folder(os.environ) / SITE_FOLDER, shipped_folder()])
    names = by_language(settings.one_tap.line_name_zh, settings.one_tap.line_name_en)
    heard = heard_prompts(load_messages(), names, shelf, read_manifest(shipped_folder()).left_out)
    findings = findings_of(settings, load_profile())
    today = datetime.now(UTC).date()
    page = PromptPage(tuple(messages.values()), heard, findings, f"elder-channel {__version__}, {today}")
    write.parent.mkdir(parents=True, exist_ok=True)
    content = page.html()
    write.write_text(content, encoding="utf-8")
    playable = sum(each.wave is not None for each in heard)
    print(f"{len(messages)} messages, {playable} of {len(heard)} prompts with sound, {len(findings)} findings: {write}")
