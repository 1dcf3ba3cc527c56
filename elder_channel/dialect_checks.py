"""What the doctor says of the words a site has added to dialects: how many, and which files are wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from dialects.catalogue import Catalogue, load_catalogue
from dialects.catalogue_source import CatalogueSource
from dialects.errors import CatalogueError
from elder_channel.findings import Finding, State

PART: Final = "dialect files"
REMEDY: Final = "mend or delete the file; the line uses the shipped words of this dialect meanwhile"
RENAME: Final = "rename it to the dialect's id and .yaml (elder-channel dialects list)"


def check_dialect_files(folder: Path, catalogue: Catalogue | None = None) -> list[Finding]:
    """Return a line for each wrong file of `folder`, and one for those that are good; none of them stops the line."""
    try:
        source = CatalogueSource(catalogue or load_catalogue(), folder)
    except CatalogueError as error:  # the shipped catalogue itself
        return [Finding(PART, State.WRONG, str(error), "make setup", needed=True)]
    wrong = [
        Finding(f"dialect file {name}", State.WRONG, _told(folder / name, error), REMEDY)
        for name, error in source.problems.items()
    ]
    unread = [
        Finding(
            f"dialect file {file.name}", State.WRONG, f"{file} is not read: its name does not end in .yaml.", RENAME
        )
        for file in sorted(folder.glob("[!.]*.yml"))
    ]
    words = sum(map(len, source.additions.values()))
    files = len(source.additions)
    text = f"{words} words of the site's own, of {files} dialects." if files else "None of the site's own in use."
    return [*wrong, *unread, Finding(PART, State.OK, text)]


def _told(file: Path, error: CatalogueError) -> str:
    """The fault in one line, which names the file."""
    said = " ".join(str(error).split())
    return said if str(file) in said else f"{file}: {said}"
