"""What the commands about prompts put into `prompts.json`."""

from __future__ import annotations

from bilingual.prompt_audio.build import Built
from bilingual.prompt_audio.manifest import Manifest
from elder_channel.cli.prompt_build import _results as of_build
from elder_channel.cli.prompt_readback import report_results as of_readback

ASKED_FOR = {
    "messages",
    "languages_complete",
    "lint_errors",
    "readback.cer_zh",
    "readback.wer_en",
    "build_seconds",
    "dialects_with_any_recording",
}


def test_the_report_has_every_figure_that_was_asked_for() -> None:
    """By `prompts readback --report`, and `prompts build --report` from nothing, which merge into one file."""
    built = Built(rendered=1)
    results = [*of_readback([], Manifest()), *of_build(built, 90.0)]
    assert {each["name"] for each in results} >= ASKED_FOR
    [errors] = [each for each in results if each["name"] == "lint_errors"]
    assert (errors["value"], errors["ok"]) == (0, True)
