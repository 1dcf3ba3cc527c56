"""Which settings a command measures or identifies with: the site's, as the line does, or the packaged defaults."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from config.loader import assemble
from dialects.acoustics import AcousticHead
from dialects.errors import HeadError
from dialects.head_store import HeadStore, choose_head, figures_of
from dialects.settings import IdentificationSettings, RecognitionSettings
from elder_channel.state import HEADS_FOLDER, site_folder, state_folder

NO_HEAD = "none"
Site = Annotated[
    Path | None,
    typer.Option("--site", help="Folder of the site's files; else ELDER_CHANNEL_SITE, else ./site when it exists."),
]
Defaults = Annotated[
    bool, typer.Option("--defaults", help="The packaged settings, whatever the site's are; for reported figures.")
]
Head = Annotated[
    str | None,
    typer.Option(
        help="`all` sources, only `licensed` ones, the `site`'s own, `site_licensed` or `none`; else as the settings."
    ),
]


@dataclass(frozen=True)
class Chosen:
    """Settings, and where they are from."""

    identification: IdentificationSettings
    head: str
    """`all`, `licensed`, `site`, `site_licensed` or `none`."""
    origin: str
    """`packaged defaults` or `site`."""

    def about(self) -> dict[str, Any]:
        """What a report says of them."""
        return {"settings_from": self.origin, "head": self.head, "settings": self.identification.model_dump()}


def head_to_measure(chosen: Chosen) -> tuple[AcousticHead, dict[str, Any]]:
    """The head of the settings, and what was written down when it was trained. Raises HeadError, also for `none`."""
    if chosen.head == NO_HEAD:
        raise HeadError("The settings use no acoustic head, so there is none to measure; give --head all or licensed.")
    store = HeadStore(state_folder(os.environ) / HEADS_FOLDER)
    found = choose_head(chosen.head, store)
    if found.problem:  # the line would go on with another head; a measurement may not
        raise HeadError(found.problem)
    return found.head, dict(figures_of(chosen.head, store))


def choose_settings(*, site: Path | None, defaults: bool, head: str | None) -> Chosen:
    """The settings of the site and of the environment, or the packaged ones; `head` goes before both.

    Raises ConfigError when the site's are wrong.
    """
    if defaults:
        identification, recognition, origin = IdentificationSettings(), RecognitionSettings(), "packaged defaults"
    else:
        settings = assemble(site=site or site_folder(os.environ), env=os.environ).settings
        identification, recognition, origin = settings.identification, settings.recognition, "site"
    return Chosen(identification, head or recognition.acoustic_head, origin)
