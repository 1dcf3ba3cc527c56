"""The rules as a page of documentation: `python -m bilingual.prompt_lint.rule_table > docs/prompt-lint.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from bilingual.prompt_lint.rules import Rule, load_profile, load_profiles, load_rules, load_sources

_HEADING = """# Whether old callers can follow the prompts

```
elder-channel prompts lint                    # every rule
elder-channel prompts lint --profile finance  # what one standard asks for
elder-channel prompts lint --json
```

looks at every message in both languages and at every path a caller can be led through with this site's settings: each
kind of caller, each key, a word and silence at every prompt. A finding names the message or flow, the language, the
phrase, the rule and what to do. The exit code is 1 when a rule that weighs as an error is broken, 2 when rules or
settings cannot be read. The tests run it over what ships, which is clean.

Speed and length are those of a brisk modelled voice (300 characters or 150 words a minute in running speech, and the
pauses voices make at marks): a message passes because it is short, not because a slow voice was hoped for. What the
carrier is really handed is checked on the documents themselves ([entry](entry.md#what-is-checked)).

**Reading level.** Chinese: characters outside the 1,800 of grades one to six of GF 0025-2021 (made for learners; it
is the one graded official list), and the length of sentences. English: Flesch-Kincaid grade with pyphen's hyphenation
for syllables, a lower bound. Neither replaces an old listener: none has been asked yet, and no native speaker of
English has read the texts.

Rules, figures and word lists are data in `bilingual/data/lint/`. This page is made from them by `python -m
bilingual.prompt_lint.rule_table > docs/prompt-lint.md`, and a test fails when they differ.

"""


def page() -> str:
    """The page as Markdown, ending in a line break."""
    return _HEADING + "\n".join((*_rules(), "", *_profiles(), "", *_sources())) + "\n"


def _rules() -> Iterator[str]:
    yield "## Rules"
    yield ""
    yield "| rule | looks at | asks for | weight | whose | what to do |"
    yield "|---|---|---|---|---|---|"
    figures = {name: f"{value:g}" for name, value in load_profile().figures.model_dump().items()}
    for rule in load_rules().values():
        asks = rule.asks.format_map(figures)
        yield f"| `{rule.id}` | {rule.about} | {asks} | {rule.severity} | {_whose(rule)} | {rule.advice} |"


def _whose(rule: Rule) -> str:
    return ", ".join("ours" if source == "ours" else source for source in rule.source)


def _profiles() -> Iterator[str]:
    yield "## Profiles"
    yield ""
    yield "| profile | what it is | rules |"
    yield "|---|---|---|"
    every = len(load_rules())
    for profile in load_profiles().values():
        named = (
            "every rule" if len(profile.rules) == every else ", ".join(f"`{rule}`" for rule in sorted(profile.rules))
        )
        yield f"| `{profile.id}` | {profile.title} ({profile.source}) | {named} |"


def _sources() -> Iterator[str]:
    yield "## Sources"
    yield ""
    yield "*read*: the text itself was read. *secondary*: a copy, an abstract or the press, not the standard itself."
    yield ""
    yield "| | what | how known | where |"
    yield "|---|---|---|---|"
    for source_id, source in load_sources().items():
        yield f"| {source_id} | {source.title} | {source.kind} | {source.where} |"


if __name__ == "__main__":
    sys.stdout.write(page())
