"""A folder of recordings, taken in file by file."""

from __future__ import annotations

from pathlib import Path

import pytest

from elder_channel.prompts.model import TakeState
from elder_channel.services.errors import PromptRefusedError
from elder_channel.services.prompt_import import SPEAKER_FILE, Imported, Outcome, PromptImport, Speaker
from elder_channel.services.prompt_takes import PromptTakes
from tests.fakes.line import LineInMemory
from tests.fakes.takes import APPROVER, RECORDER, Staff, ToldEar, noisy, speech, wav

WHO = Speaker(speaker="Chen", consent="form of 2026-11-20")


@pytest.fixture
def takes(at: LineInMemory) -> PromptTakes:
    """The service on books of its own."""
    return PromptTakes(at.line, Staff(), ToldEar())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder."""
    made = tmp_path / "recordings"
    made.mkdir()
    return made


def put(folder: Path, name: str, content: bytes) -> None:
    """A file in the folder, with the folders above it."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def run(at: LineInMemory, takes: PromptTakes, folder: Path, **more: object) -> dict[str, Imported]:
    """What became of each file."""
    given = {"by": RECORDER, "speaker": WHO, **more}
    return {each.file: each for each in PromptImport(takes, at.line.catalogue).run(folder, **given)}  # type: ignore[arg-type]


def test_each_file_is_told_what_became_of_it(at: LineInMemory, takes: PromptTakes, folder: Path) -> None:
    """One bad file holds up no other; what was perhaps meant is said."""
    put(folder, "guangzhou/invitation.wav", wav(speech()))
    put(folder, "guangzhou/invitatoin.wav", wav(speech()))
    put(folder, "guangzhuo/invitation.wav", wav(speech()))
    put(folder, "minnan/still_connecting.wav", wav(noisy(speech(5.5), 5)))
    put(folder, "minnan/called_back.flac", wav(speech()))
    put(folder, "minnan/passing_on.wav", b"")
    put(folder, "minnan/notes.txt", b"thank you")
    put(folder, "invitation.wav", wav(speech()))
    done = run(at, takes, folder)
    assert {name: each.outcome for name, each in done.items()} == {
        "guangzhou/invitation.wav": Outcome.KEPT,
        "guangzhou/invitatoin.wav": Outcome.REFUSED,
        "guangzhuo/invitation.wav": Outcome.REFUSED,
        "invitation.wav": Outcome.REFUSED,
        "minnan/called_back.flac": Outcome.REFUSED,
        "minnan/notes.txt": Outcome.PASSED_OVER,
        "minnan/passing_on.wav": Outcome.REFUSED,
        "minnan/still_connecting.wav": Outcome.REFUSED,
    }
    assert "perhaps `invitation`" in done["guangzhou/invitatoin.wav"].text
    assert "perhaps `guangzhou`" in done["guangzhuo/invitation.wav"].text
    assert "minnan/passing_on.wav, for `passing_on` in minnan" in done["minnan/passing_on.wav"].text
    assert "quiet room" in done["minnan/still_connecting.wav"].text
    [take] = at.line.prompt_takes.all()
    assert (take.voice_tag, take.speaker, take.state) == ("guangzhou", "Chen", TakeState.WAITING)


def test_taken_in_again_nothing_is_doubled(at: LineInMemory, takes: PromptTakes, folder: Path) -> None:
    """The same file is the same take; under another name it is refused; once rejected it stays so."""
    put(folder, "guangzhou/invitation.wav", wav(speech()))
    run(at, takes, folder)
    put(folder, "minnan/still_connecting.wav", wav(speech()))
    done = run(at, takes, folder)
    assert done["guangzhou/invitation.wav"].outcome is Outcome.KEPT
    assert done["minnan/still_connecting.wav"].outcome is Outcome.KNOWN
    [take] = at.line.prompt_takes.all()
    takes.reject(take.id, reason="no", by=APPROVER)
    (folder / "minnan/still_connecting.wav").unlink()
    again = run(at, takes, folder)["guangzhou/invitation.wav"]
    assert again.outcome is Outcome.REFUSED
    assert "rejected before" in again.text
    assert list(at.line.take_sounds.folder.iterdir()) == []


def test_a_dry_run_keeps_nothing(at: LineInMemory, takes: PromptTakes, folder: Path) -> None:
    """Nor does it ask whose voice it is."""
    put(folder, "putonghua/invitation.wav", wav(speech()))
    put(folder, "minnan/invitation.wav", wav(speech() * 0))
    done = run(at, takes, folder, dry_run=True, speaker=None)
    assert [each.outcome for each in done.values()] == [Outcome.REFUSED, Outcome.FINE]
    assert at.line.prompt_takes.all() == []


@pytest.mark.parametrize(
    ("content", "outcome", "says"),
    [
        ("speaker: 阿陈\nconsent: 2026-11-20 书面\n", Outcome.KEPT, ""),
        ("speaker: 阿陈\n", Outcome.REFUSED, "consent"),
        ("speaker: [\n", Outcome.REFUSED, SPEAKER_FILE),
        (None, Outcome.REFUSED, "nobody says whose voice it is"),
    ],
    ids=["complete", "no consent", "no YAML", "no file"],
)
def test_a_dialect_s_folder_says_whose_voice_it_is(
    at: LineInMemory, takes: PromptTakes, folder: Path, content: str | None, outcome: Outcome, says: str
) -> None:
    """Without the speaker's consent no voice is kept."""
    put(folder, "guangzhou/invitation.wav", wav(speech()))
    if content is not None:
        put(folder, f"guangzhou/{SPEAKER_FILE}", content.encode())
    [done] = run(at, takes, folder, speaker=None).values()
    assert done.outcome is outcome
    assert says in done.text


def test_no_folder_and_an_empty_one_are_told(at: LineInMemory, takes: PromptTakes, folder: Path) -> None:
    """With where recordings belong."""
    with pytest.raises(PromptRefusedError, match="no such folder"):
        run(at, takes, folder / "elsewhere")
    with pytest.raises(PromptRefusedError, match="<dialect>/<message>"):
        run(at, takes, folder)
