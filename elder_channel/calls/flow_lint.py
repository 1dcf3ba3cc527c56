"""Rules that no single message can keep or break: levels, the first choice, a person at any time, a way on."""

from __future__ import annotations

from collections.abc import Iterator

from bilingual.language import ENGLISH_KEY
from bilingual.prompt_lint import Broken, Finding, Profile, keys_in, load_profile, voice_seconds, weigh
from elder_channel.calls.inputs import Keyed, Spoke
from elder_channel.calls.prompt_flows import Path, paths, phrases_of
from elder_channel.calls.settings import LineSettings, RecordingSettings
from elder_channel.calls.steps import PERSON_KEY, Ask

_PERSON_KEYS = frozenset({PERSON_KEY, ENGLISH_KEY})
"""Zero is a person, nine is one who speaks English."""


def lint_flows(
    settings: LineSettings, recording: RecordingSettings, profile: Profile | None = None
) -> tuple[Finding, ...]:
    """Everything in what callers can be led through that breaks a rule of the profile, each thing once."""
    held_to = profile or load_profile()
    found = [*_line_as_a_whole(settings, recording, held_to)]
    for path in paths(settings):
        where = f"the flow of {path.caller.name}"
        found += weigh(_broken(path, held_to), where, held_to)
    return tuple(dict.fromkeys(found))


def flows(settings: LineSettings) -> int:
    """How many paths there are."""
    return sum(1 for _ in paths(settings))


def _line_as_a_whole(settings: LineSettings, recording: RecordingSettings, profile: Profile) -> Iterator[Finding]:
    broken = []
    if recording.enabled and not settings.recording_notice:
        broken.append(Broken("no_recording_notice", "conversations are recorded, and no notice is said"))
    if settings.prompt_replays < 1:
        broken.append(Broken("no_replay", "no key plays a prompt again"))
    if settings.prompt_timeout_seconds < profile.figures.min_timeout_seconds:
        broken.append(Broken("little_time", f"{settings.prompt_timeout_seconds} s to react"))
    yield from weigh(broken, "the settings of the line", profile)


def _broken(path: Path, profile: Profile) -> Iterator[Broken]:
    figures = profile.figures
    with_keys = {ask.message_id for ask in path.asked if _keys(ask)}
    most, rule = (
        (figures.max_elder_levels, "elders_asked") if path.caller.never_asked else (figures.max_levels, "menu_levels")
    )
    if len(with_keys) > most:
        yield Broken(rule, f"{len(with_keys)} prompts with keys: {', '.join(sorted(with_keys))}")
    if path.end is None:
        yield Broken("dead_end", f"ends without a person after {_told(path)}")
    yield from _ways_to_a_person(path)
    for ask in path.asked:
        yield from _first_choice(ask, figures.max_seconds_to_first_choice)
    if path.asked and ENGLISH_KEY not in _keys(path.asked[0]):
        yield Broken("no_english", "the first prompt names no key for English", None, path.asked[0].message_id)


def _ways_to_a_person(path: Path) -> Iterator[Broken]:
    """Zero and a voice must end the path at once: what was pressed last then is the last reaction."""
    for reaction, following in zip(path.reactions, (*path.asked[1:], None), strict=False):
        asks_for_person = isinstance(reaction, Spoke) or reaction == Keyed(PERSON_KEY)
        if asks_for_person and (following is not None or path.end is None):
            yield Broken("no_way_to_person", f"no person at once after {_named(reaction)}")


def _first_choice(ask: Ask, at_most_seconds: float) -> Iterator[Broken]:
    seconds = 0.0
    for phrase in phrases_of(ask):
        seconds += voice_seconds(phrase.text, ask.manner)
        named = keys_in(phrase.text)
        if not named:
            seconds += phrase.pause_after_ms / 1000
            continue
        if named[0] not in _PERSON_KEYS:
            yield Broken("person_not_first", f"the first key of `{ask.message_id}` is {named[0]}", None, phrase.text)
        if seconds > at_most_seconds:
            yield Broken("late_choice", f"`{ask.message_id}` names it after {seconds:.1f} s", None, phrase.text)
        return


def _keys(ask: Ask) -> tuple[str, ...]:
    return tuple(key for phrase in phrases_of(ask) for key in keys_in(phrase.text))


def _told(path: Path) -> str:
    return " and ".join(_named(reaction) for reaction in path.reactions) or "nothing"


def _named(reaction: object) -> str:
    match reaction:
        case Keyed(digit=digit):
            return f"the key {digit}"
        case Spoke(text=text):
            return f"the words “{text}”" if text else "a voice"
        case _:
            return "silence"
