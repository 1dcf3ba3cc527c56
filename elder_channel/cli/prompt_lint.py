"""`elder-channel prompts lint`: whether what the line says can be followed, message by message and flow by flow."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from bilingual.messages import load_messages
from bilingual.prompt_lint import Finding, Profile, Severity, lint_messages, lint_wordings, load_profile
from bilingual.prompt_lint.rules import OURS
from config.schema import Settings
from elder_channel.bootstrap import load_settings
from elder_channel.calls.flow_lint import flows, lint_flows

EXIT_ERRORS = 1
"""Exit code when a rule that weighs as an error is broken."""


def register(app: typer.Typer) -> None:
    """Add the command to a group."""
    app.command(name="lint")(lint_prompts)


def lint_prompts(
    profile: Annotated[
        str, typer.Option(help="Which standard: ours (all rules), finance, government or coga.", show_default=True)
    ] = OURS,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Check every message and every flow of this site's settings; exit code 1 when a rule is broken as an error."""
    held_to = load_profile(profile)
    settings = load_settings(os.environ)
    messages = load_messages(None)
    findings = findings_of(settings, held_to)
    counted = summary(held_to, findings, messages=len(messages), paths=flows(settings.line))
    if as_json:
        print(json.dumps({**counted, "findings": [each.as_json() for each in findings]}, ensure_ascii=False, indent=2))
    else:
        _tell(held_to, findings, counted)
    if counted["errors"]:
        raise typer.Exit(EXIT_ERRORS)


def findings_of(settings: Settings, held_to: Profile) -> tuple[Finding, ...]:
    """What a profile finds in every message, every wording in a dialect, and every flow of a site's settings."""
    messages = load_messages(None).values()
    return (
        *lint_messages(messages, held_to),
        *(finding for message in messages for finding in lint_wordings(message, held_to)),
        *lint_flows(settings.line, settings.recording, held_to),
    )


def summary(profile: Profile, findings: Sequence[Finding], *, messages: int, paths: int) -> dict[str, Any]:
    """What was looked at, and how many findings of each weight there are."""
    weights = Counter(finding.severity for finding in findings)
    return {
        "profile": profile.id,
        "messages": messages,
        "paths": paths,
        "rules": len(profile.rules),
        **{f"{severity}s": weights[severity] for severity in reversed(Severity)},
    }


def _tell(profile: Profile, findings: Sequence[Finding], counted: dict[str, Any]) -> None:
    for finding in findings:
        print(finding)
    weights = ", ".join(f"{counted[f'{severity}s']} {severity}s" for severity in reversed(Severity))
    print(
        f"{counted['messages']} messages and {counted['paths']} paths by {counted['rules']} rules "
        f"({profile.id}: {profile.title}): {weights}."
    )
