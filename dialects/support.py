"""Which installed recognizers can be trusted with a dialect."""

from __future__ import annotations

from collections.abc import Iterable

from dialects.catalogue import Catalogue
from dialects.recognizers.port import Capabilities

CHINESE = "zh"
MANDARIN = "mandarin"


def available_recognizers(class_id: str, installed: Iterable[Capabilities], *, catalogue: Catalogue) -> tuple[str, ...]:
    """Names of the installed recognizers that were made for the dialect or at least know its group, the former first.

    A recognizer that only knows "Chinese" knows Mandarin: it hears every caller, but what it writes of Wu, Min or Hakka
    is a guess in Mandarin, so it is not called available for them. Raises UnknownDialectError.
    """
    candidates = list(installed)
    made_for_it = [each.name for each in candidates if class_id in each.dialects]
    umbrella = [
        each.name
        for each in candidates
        if not each.dialects and CHINESE in each.languages and catalogue.group_of(class_id) == MANDARIN
    ]
    return (*made_for_it, *umbrella)
