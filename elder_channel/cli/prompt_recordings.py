"""`elder-channel prompts record`: prompts as native speakers record them, approved by a second person."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from dialects.errors import SpeechModelError
from elder_channel.bootstrap import Line
from elder_channel.cli.books import operator
from elder_channel.cli.started import open_started_line
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.errors import ElderChannelError
from elder_channel.prompts.findings import Finding, finding_from
from elder_channel.prompts.model import Take, TakeState
from elder_channel.services.accounts import Account
from elder_channel.services.prompt_ear import Ear, LineEar, NoEar, OwnEar
from elder_channel.services.prompt_takes import PromptTakes, Recording
from elder_channel.state import find_running, state_folder

app = typer.Typer(help="Recordings of prompts: one person records, a second approves.", no_args_is_help=True)

MIN_WIDTH = 140
"""A narrow terminal wraps whole lines rather than every word."""
EXIT_WRONG = 1
"""Exit code when a recording is not good enough."""

File = Annotated[Path, typer.Argument(help="A recording: wav, flac, mp3, m4a and others.")]
MessageId = Annotated[str, typer.Option("--message", help="Id of the message, as in docs/messages.md.")]
VoiceTag = Annotated[str, typer.Option("--voice", help="`zh`, `en` or a dialect's id.")]
Speaker = Annotated[str, typer.Option("--speaker", help="Whose voice it is; may be a pseudonym.")]
Consent = Annotated[str, typer.Option("--consent", help="How the speaker agreed: a form and its date, said in person.")]
TakeId = Annotated[int, typer.Argument(metavar="TAKE", help="Number of the recording, as `list` shows it.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, for whoever looks at it later; required.")]
Unheard = Annotated[bool, typer.Option("--no-recognizer", help="Do not let the recognizer listen to the words.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.command()
def check(
    file: File, message: MessageId, voice: VoiceTag, no_recognizer: Unheard = False, as_json: AsJson = False
) -> None:
    """Say what is wrong with a recording and what to do; nothing is kept. Exit code 1 when it would be refused."""
    found = takes(no_recognizer=no_recognizer).check(file, message, voice, name=str(file), by=operator())
    if as_json:
        print(_printed({"refused": found.refused, "findings": [described(each) for each in found.findings]}))
    else:
        tell(found.findings)
        print("would not be kept" if found.refused else "would be kept, to be approved by a second person")
    if found.refused:
        raise typer.Exit(EXIT_WRONG)


@app.command()
def add(
    file: File, message: MessageId, voice: VoiceTag, speaker: Speaker, consent: Consent, no_recognizer: Unheard = False
) -> None:
    """Hand a recording in; it is checked, and played once a second person has approved it."""
    recording = Recording(message, voice, file, str(file), speaker, consent, _token(file, message, voice))
    take = takes(no_recognizer=no_recognizer).record(recording, by=operator())
    tell(tuple(finding_from(each) for each in take.findings))
    print(f"take {take.id}: version {take.version} of {take.message_id} in {take.voice_tag}, {take.state}")
    print(f"a second person approves it on the console, or with: elder-channel prompts record approve {take.id}")


@app.command("list")
def list_takes(
    voice: Annotated[str, typer.Option("--voice", help="One voice only.")] = "",
    message: Annotated[str, typer.Option("--message", help="One message only.")] = "",
    waiting: Annotated[bool, typer.Option("--waiting", help="Only what waits for a second person.")] = False,
    as_json: AsJson = False,
) -> None:
    """Every recording: whose, by whom, what became of it, and whether it is played."""
    line = open_started_line(os.environ)
    played = line.prompt_takes.in_force()
    found = [
        take
        for take in line.prompt_takes.all()
        if voice in ("", take.voice_tag)
        and message in ("", take.message_id)
        and (not waiting or take.state is TakeState.WAITING)
    ]
    if as_json:
        print(_printed([_take(take, is_played=take.id in played) for take in found]))
        return
    table = Table("take", "voice", "message", "version", "seconds", "speaker", "recorded", "state", "played")
    for take in found:
        by = f"{take.recorded_at.astimezone(HOTLINE_ZONE):%Y-%m-%d %H:%M} {take.recorded_by}"
        state = f"{take.state}, {take.decided_by}" if take.decided_by else str(take.state)
        is_played = "yes" if take.id in played else ""
        cells = (take.voice_tag, take.message_id, str(take.version), f"{take.seconds:.1f}", take.speaker, by, state)
        table.add_row(str(take.id), *cells, is_played)
    Console(width=max(Console().width, MIN_WIDTH)).print(table)
    print(f"{len(found)} recordings")


@app.command()
def approve(take: TakeId) -> None:
    """Approve a recording; it is played from the next call on. Never by who recorded it."""
    print(f"approved and played from the next call on: {_named(takes().approve(take, by=operator()))}")


@app.command()
def reject(take: TakeId, reason: Reason) -> None:
    """Reject a recording, with the reason; its sound is deleted."""
    print(f"rejected, its sound deleted: {_named(takes().reject(take, reason=reason, by=operator()))}")


@app.command()
def rollback(
    message: MessageId,
    voice: VoiceTag,
    reason: Reason,
    to: Annotated[
        int | None, typer.Option("--to", metavar="VERSION", help="The approved version to go back to.")
    ] = None,
    none: Annotated[bool, typer.Option("--none", help="Play no recording: what was built is heard again.")] = False,
) -> None:
    """Play an earlier approved version again, or none."""
    if (to is None) != none:
        raise typer.BadParameter("give either --to VERSION or --none")
    line = open_started_line(os.environ)
    versions = line.prompt_takes.of_message(message, voice)
    service = PromptTakes(line, Shell(), NoEar())
    if none:
        played = line.prompt_takes.in_force()
        chosen = next((take for take in versions if take.id in played), None)
    else:
        chosen = next((take for take in versions if take.version == to), None)
    if chosen is None:
        what = "a recording that is played" if none else f"version {to}"
        raise ElderChannelError(f"`{message}` in {voice} does not have {what}; see elder-channel prompts record list")
    move = service.take_out if none else service.put_back
    print(f"{'played no more' if none else 'played again'}: {_named(move(chosen.id, reason=reason, by=operator()))}")


@app.command()
def withdraw(take: TakeId, reason: Reason) -> None:
    """The speaker takes the consent back: the recording is played no more and its sound deleted at once."""
    print(f"withdrawn, its sound deleted: {_named(takes().withdraw(take, reason=reason, by=operator()))}")


@app.command()
def save(take: TakeId, out: Annotated[Path, typer.Option("--out", help="Where to write it, a WAV file.")]) -> None:
    """Write the sound of a recording to a file, to listen to it."""
    out.write_bytes(takes().sound(take, by=operator()))
    print(f"written: {out}")


@app.command()
def history(message: MessageId, voice: VoiceTag, as_json: AsJson = False) -> None:
    """Who did what with the recordings of one message in one voice, oldest first."""
    line = open_started_line(os.environ)
    versions = {take.id: take.version for take in line.prompt_takes.of_message(message, voice)}
    acts = line.prompt_takes.acts(list(versions))
    if as_json:
        print(_printed([{**vars(act), "version": versions[act.take_id]} for act in acts]))
        return
    for act in acts:
        reason = f": {act.reason}" if act.reason else ""
        at = f"{act.at.astimezone(HOTLINE_ZONE):%Y-%m-%d %H:%M}"
        print(f"{at}  version {versions[act.take_id]} {act.act} by {act.by}{reason}")


class Shell:
    """Whoever may open the state folder at a shell may do what an administrator may, under the name of the system."""

    def find(self, username: str) -> Account | None:
        """The account of who gives the command; nobody else's."""
        by = operator()
        return by if username == by.username else None


def takes(*, no_recognizer: bool = True) -> PromptTakes:
    """The service, with the ear that can be had: the running line's, else one of our own."""
    line = open_started_line(os.environ)
    return PromptTakes(line, Shell(), NoEar() if no_recognizer else ear_of(line))


def ear_of(line: Line) -> Ear:
    """The running line's recognizer, or Whisper in this process; nobody where its model is missing."""
    running = find_running(state_folder(os.environ))
    if running and "recognizer" in running.processes:
        return LineEar(line)
    from elder_channel.recognition.worker import load_whisper

    try:
        return OwnEar(load_whisper(1))
    except SpeechModelError:
        return NoEar()


def tell(findings: tuple[Finding, ...]) -> None:
    """The findings, a line each."""
    for finding in findings:
        print(f"{finding.severity}: {finding.en}")


def described(finding: Finding) -> dict[str, Any]:
    """A finding with its sentences."""
    return {**finding.as_json(), "zh": finding.zh, "en": finding.en}


def _token(file: Path, message: str, voice: str) -> str:
    """The same file for the same message is one take."""
    try:
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256")
    except OSError:
        return "unreadable"  # told by the check, with the reason
    digest.update(f"\n{voice}\n{message}".encode())
    return digest.hexdigest()


def _take(take: Take, *, is_played: bool) -> dict[str, Any]:
    return {**vars(take), "findings": [described(finding_from(each)) for each in take.findings], "played": is_played}


def _named(take: Take) -> str:
    return f"take {take.id}, version {take.version} of {take.message_id} in {take.voice_tag}"


def _printed(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, default=lambda moment: moment.isoformat())
