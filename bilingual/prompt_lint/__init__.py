"""Whether the line's prompts can be followed by somebody old, on the telephone, at first hearing."""

from bilingual.prompt_lint.findings import Broken, Finding, weigh
from bilingual.prompt_lint.linting import lint, lint_messages
from bilingual.prompt_lint.rules import Profile, Severity, load_profile, load_profiles, load_rules
from bilingual.prompt_lint.speech import (
    characters_per_minute,
    han_in,
    key_names,
    keys_in,
    spoken_seconds,
    voice_seconds,
)
from bilingual.prompt_lint.wordings import lint_wording, lint_wordings

__all__ = [
    "Broken",
    "Finding",
    "Profile",
    "Severity",
    "characters_per_minute",
    "han_in",
    "key_names",
    "keys_in",
    "lint",
    "lint_messages",
    "lint_wording",
    "lint_wordings",
    "load_profile",
    "load_profiles",
    "load_rules",
    "spoken_seconds",
    "voice_seconds",
    "weigh",
]
