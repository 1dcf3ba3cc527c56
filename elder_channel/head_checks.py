"""What the doctor says of the site's own acoustic heads: present, in use, damaged, of other features, overtaken."""

from __future__ import annotations

from typing import Final

from dialects.errors import HeadError, HeadFeaturesError, HeadStoreError
from dialects.head_store import SITE, HeadStore, HeadVersion, choose_head, packaged_version
from elder_channel.findings import Finding, State

PART: Final = "acoustic heads"
BACK: Final = (
    "elder-channel dialects heads use VERSION, or heads rollback; until then the shipped heads judge the sound"
)
TRAIN_AGAIN: Final = (
    "elder-channel dialects train --replace trains them for this program; until then the shipped heads judge the sound"
)
COMPARE_AGAIN: Final = "elder-channel dialects train --replace --frozen FILE compares with them"
NONE: Final = "none"
"""The setting that has no head judge the sound."""


def check_heads(setting: str, store: HeadStore) -> list[Finding]:
    """Return how the site's own heads stand; whatever is wrong with them, the shipped ones judge the sound (law 1).

    `setting` is `recognition.acoustic_head`.
    """
    try:
        versions = store.versions()
    except (HeadStoreError, OSError) as error:
        return [Finding(PART, State.WRONG, str(error), BACK)]
    if not versions:
        return [_without_any(setting)]
    current = next((each for each in versions if each.current), None)
    unusable = [_unusable(each, store) for each in versions]
    return [*(finding for finding in unusable if finding), *_in_use(setting, store, current, count=len(versions))]


def _without_any(setting: str) -> Finding:
    if setting in SITE:
        text = (
            f"recognition.acoustic_head is {setting}, and the site has no heads of its own; the shipped ones are used."
        )
        return Finding(PART, State.MISSING, text, "elder-channel dialects train --replace, or set it to all")
    return Finding(PART, State.OK, f"None of the site's own; recognition.acoustic_head is {setting}.")


def _unusable(version: HeadVersion, store: HeadStore) -> Finding | None:
    try:
        store.check(version.id)
    except (HeadError, HeadStoreError) as error:
        remedy = TRAIN_AGAIN if isinstance(error, HeadFeaturesError) else BACK
        return Finding(f"head {version.id}", State.WRONG, str(error), remedy)
    return None


def _in_use(setting: str, store: HeadStore, current: HeadVersion | None, *, count: int) -> list[Finding]:
    """What judges the sound now, and whether the site's head has been overtaken by the shipped ones."""
    there = f"{count} of the site's own"
    if setting not in SITE:
        judge = "nothing judges the sound" if setting == NONE else "a shipped head judges the sound"
        return [Finding(PART, State.OK, f"{there}, not in use: recognition.acoustic_head is {setting}, so {judge}.")]
    if current is None:
        text = f"{there}, none of them current; the shipped ones are used."
        return [Finding(PART, State.MISSING, text, "elder-channel dialects heads use VERSION")]
    try:
        chosen = choose_head(setting, store)
    except (HeadError, HeadStoreError) as error:  # the shipped one cannot be read either
        return [Finding(PART, State.WRONG, f"{error} The sound is judged by nothing.", "make setup")]
    if chosen.problem:
        found = _unusable(current, store)
        return [Finding(PART, State.WRONG, chosen.problem, found.remedy if found else BACK)]
    text = f"{there}; {current.id} is in use ({setting})."
    overtaken = _overtaken(current, SITE[setting])
    return [Finding(PART, State.OK, f"{text} {overtaken}".rstrip(), COMPARE_AGAIN if overtaken else "")]


def _overtaken(current: HeadVersion, kind: str) -> str:
    """That the program has come with other heads since this one was compared; empty when it has not."""
    known = current.record.get("packaged", {})
    if kind not in known:
        return "Which shipped heads it was compared with is not on record."
    shipped = packaged_version(kind)
    return "" if known[kind] == shipped else f"It is older than the shipped one, which is {shipped} now."
