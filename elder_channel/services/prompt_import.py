"""A folder of recordings, `<dialect>/<message_id>.wav` and the like, taken in file by file with a word on each."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bilingual.messages import load_messages
from dialects.catalogue import PUTONGHUA, Catalogue
from elder_channel.prompts.findings import Finding, finding_from
from elder_channel.prompts.voices import CHINESE, voices
from elder_channel.services.accounts import Account
from elder_channel.services.errors import PromptRefusedError
from elder_channel.services.prompt_takes import PromptTakes, Recording

SPEAKER_FILE: Final = "speaker.yaml"
"""Beside the recordings of a dialect: whose voice they are, and the consent."""
SUFFIXES: Final = frozenset(
    {".wav", ".flac", ".mp3", ".m4a", ".aac", ".ogg", ".opus", ".webm", ".amr", ".aiff", ".caf", ".mp4", ".wma"}
)


class Outcome(StrEnum):
    """What became of one file."""

    KEPT = "kept"  # waits for a second person
    FINE = "fine"  # would be kept; nothing was, as asked
    KNOWN = "known"  # this very sound is kept already
    REFUSED = "refused"  # with the reasons
    PASSED_OVER = "passed_over"  # no recording: a text, a hidden file


@dataclass(frozen=True)
class Imported:
    """One file and what became of it."""

    file: str
    """Its path within the folder."""
    outcome: Outcome
    text: str = ""
    """Why, in a sentence."""
    findings: tuple[Finding, ...] = ()
    take_id: int | None = None
    version: int | None = None


class Speaker(BaseModel):
    """`speaker.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    speaker: str = Field(min_length=1, description="Whose voice it is; may be a pseudonym.")
    consent: str = Field(
        min_length=1, description="How the speaker agreed that the voice is used: a form and its date."
    )


class PromptImport:
    """Takes folders in."""

    def __init__(self, takes: PromptTakes, catalogue: Catalogue) -> None:
        self._takes = takes
        self._voices = voices(catalogue)
        self._messages = load_messages()

    def run(
        self,
        folder: Path,
        *,
        by: Account,
        speaker: Speaker | None = None,
        dry_run: bool = False,
        told: Callable[[Imported], object] = lambda _: None,
    ) -> tuple[Imported, ...]:
        """Take in every recording of the folder, in the order of their names; one bad file holds up no other.

        `speaker` is whose voice it is where a dialect's folder has no `speaker.yaml`. With `dry_run` nothing is kept.
        Raises `PromptRefusedError` when the folder is none or holds no file at all.
        """
        if not folder.is_dir():
            raise PromptRefusedError("prompt_folder", f"{folder}: there is no such folder.")
        done = []
        for file in sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SPEAKER_FILE):
            done.append(self._one(file, folder, by=by, speaker=speaker, dry_run=dry_run))
            told(done[-1])
        if not done:
            raise PromptRefusedError(
                "prompt_folder", f"{folder}: it holds no recording; put <dialect>/<message>.wav there."
            )
        return tuple(done)

    def _one(self, file: Path, folder: Path, *, by: Account, speaker: Speaker | None, dry_run: bool) -> Imported:
        name = str(file.relative_to(folder))
        if file.name.startswith(".") or file.suffix.lower() not in SUFFIXES:
            return Imported(name, Outcome.PASSED_OVER, "it is no recording")
        try:
            tag, message_id = self._place(file, folder)
            if dry_run:
                return self._checked(file, name, tag, message_id, by=by)
            return self._kept(file, name, tag, message_id, by=by, speaker=_speaker_of(file.parent, speaker))
        except PromptRefusedError as error:
            outcome = Outcome.KNOWN if error.code == "prompt_known_sound" else Outcome.REFUSED
            return Imported(name, outcome, str(error), error.findings)

    def _checked(self, file: Path, name: str, tag: str, message_id: str, *, by: Account) -> Imported:
        found = self._takes.check(file, message_id, tag, name=name, by=by)
        outcome = Outcome.REFUSED if found.refused else Outcome.FINE
        return Imported(name, outcome, " ".join(each.en for each in found.reasons), found.findings)

    def _kept(self, file: Path, name: str, tag: str, message_id: str, *, by: Account, speaker: Speaker) -> Imported:
        recording = Recording(
            message_id=message_id,
            voice_tag=tag,
            sound=file,
            name=name,
            speaker=speaker.speaker,
            consent=speaker.consent,
            token=_token(file, tag, message_id),
        )
        take = self._takes.record(recording, by=by)
        findings = tuple(finding_from(each) for each in take.findings)
        if not take.state.holds_sound:
            text = f"this very file was {take.state} before, as version {take.version}; record anew"
            return Imported(name, Outcome.REFUSED, text, findings, take.id, take.version)
        return Imported(name, Outcome.KEPT, "", findings, take.id, take.version)

    def _place(self, file: Path, folder: Path) -> tuple[str, str]:
        """The voice and message that a path names. Raises `PromptRefusedError` with what was perhaps meant."""
        parts = file.relative_to(folder).parts
        if len(parts) != 2:
            raise PromptRefusedError(
                "prompt_place",
                f"{'/'.join(parts)}: recordings lie as <dialect>/<message>, such as guangzhou/invitation.wav.",
            )
        tag = CHINESE if parts[0] == PUTONGHUA else parts[0]
        if tag not in self._voices:
            raise PromptRefusedError(
                "prompt_voice", f"{'/'.join(parts)}: there is no dialect `{tag}`{_meant(tag, self._voices)}."
            )
        if file.stem not in self._messages:
            meant = _meant(file.stem, self._messages)
            raise PromptRefusedError("prompt_message", f"{'/'.join(parts)}: there is no message `{file.stem}`{meant}.")
        return tag, file.stem


def _speaker_of(folder: Path, otherwise: Speaker | None) -> Speaker:
    """Whose voice the recordings of a folder are. Raises `PromptRefusedError`."""
    file = folder / SPEAKER_FILE
    if file.is_file():
        try:
            return Speaker.model_validate(YAML(typ="safe").load(file.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError, YAMLError, ValidationError) as error:
            reason = " ".join(str(error).split())
            raise PromptRefusedError("prompt_speaker", f"{folder.name}/{SPEAKER_FILE}: {reason}") from error
    if otherwise is None:
        raise PromptRefusedError(
            "prompt_speaker",
            f"{folder.name}: nobody says whose voice it is; write {SPEAKER_FILE} with `speaker` and `consent`, "
            "or give --speaker and --consent.",
        )
    return otherwise


def _token(file: Path, tag: str, message_id: str) -> str:
    """The same file for the same message is one take, however often the folder is taken in."""
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256")
    digest.update(f"\n{tag}\n{message_id}".encode())
    return digest.hexdigest()


def _meant(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), n=1)
    return f"; perhaps `{close[0]}`" if close else ""
