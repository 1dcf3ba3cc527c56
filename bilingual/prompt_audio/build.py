"""Every sentence of the line rendered into a folder; what has not changed is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bilingual.errors import PromptAudioError
from bilingual.manner import NAMED
from bilingual.prompt_audio.engine import PromptEngine
from bilingual.prompt_audio.manifest import Entry, intact, read_manifest, write_manifest, write_whole
from bilingual.prompt_audio.renditions import Rendition, sound_id
from bilingual.prompt_audio.shaping import loudness, shaped
from bilingual.prompt_audio.wave import WIDE_HZ, telephone_wave, wide_wave


@dataclass
class Built:
    """What a build has done."""

    entries: list[Entry] = field(default_factory=list)
    rendered: int = 0
    """Sounds made anew."""
    kept: int = 0
    """Sounds that were there already."""
    removed: int = 0
    """Files that belong to nothing any more."""
    failed: list[str] = field(default_factory=list)
    """What no engine could say, and why; the carrier's voice says it."""


def build(
    wanted: Sequence[Rendition],
    engines: Sequence[PromptEngine],
    folder: Path,
    *,
    at_once: int = 1,
    progress: Callable[[int], object] = lambda _: None,
    expected: Callable[[int], object] = lambda _: None,
) -> Built:
    """Render what is wanted into `folder`, with its manifest; the first of `engines` that can say a phrase says it.

    `at_once` phrases are rendered beside each other. `expected` is told how many must be rendered, `progress` after
    each. Raises `PromptManifestError` when the folder's manifest cannot be read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    before = {entry.id: entry for entry in read_manifest(folder).entries}
    built = Built()
    jobs = [job for rendition in wanted if (job := _job(rendition, engines, built))]
    missing = {job.id: job for job in jobs if not _is_there(before.get(job.id), folder)}
    expected(len(missing))
    # One manner after the other: an engine that makes all of them from one take is asked for it once.
    ordered = sorted(missing.values(), key=lambda job: list(NAMED).index(job.rendition.manner))
    made = _render_all(ordered, folder, built, at_once=at_once, progress=progress)
    for job in jobs:
        entry = made[job.id] if job.id in missing else before[job.id]
        if entry:  # two messages may share a phrase, and so a sound
            phrase = job.rendition.phrase
            built.entries.append(entry.model_copy(update={"message": phrase.message_id, "phrase": phrase.number}))
    built.kept = len({job.id for job in jobs}) - len(missing)
    write_manifest(folder, built.entries)
    built.removed = _remove_others(folder, before.values(), built.entries)
    return built


@dataclass(frozen=True)
class _Job:
    rendition: Rendition
    engine: PromptEngine
    voice: str
    id: str


def id_of(rendition: Rendition, engines: Sequence[PromptEngine]) -> str | None:
    """The name of the sound that these engines would make; None where nobody can say it."""
    said = _speaker(rendition, engines)
    return said and sound_id(rendition, voice=said[1], engine=said[0].name, version=said[0].version)


def _job(rendition: Rendition, engines: Sequence[PromptEngine], built: Built) -> _Job | None:
    said, id_ = _speaker(rendition, engines), id_of(rendition, engines)
    if said is None or id_ is None:
        built.failed.append(f"Nobody here speaks {rendition.phrase}.")
        return None
    return _Job(rendition, *said, id_)


def _speaker(rendition: Rendition, engines: Sequence[PromptEngine]) -> tuple[PromptEngine, str] | None:
    """The first that can say it, and its voice."""
    for engine in engines:
        voice = engine.voice(rendition.phrase)
        if voice is not None:
            return engine, voice
    return None


def _is_there(entry: Entry | None, folder: Path) -> bool:
    return (
        entry is not None
        and intact(folder / entry.file, entry.sha256)
        and intact(folder / (entry.wide_file or ""), entry.wide_sha256)
    )


def _render_all(
    jobs: Collection[_Job], folder: Path, built: Built, *, at_once: int, progress: Callable[[int], object]
) -> dict[str, Entry | None]:
    """Each job's sound by its id, None where the engine could not say it."""
    made: dict[str, Entry | None] = {}
    with ThreadPoolExecutor(max_workers=max(1, at_once)) as threads:
        for number, (job, entry) in enumerate(threads.map(partial(_tried, folder=folder), jobs), start=1):
            made[job.id] = None if isinstance(entry, str) else entry
            if isinstance(entry, str):
                built.failed.append(entry)
            else:
                built.rendered += 1
            progress(number)
    return made


def _tried(job: _Job, *, folder: Path) -> tuple[_Job, Entry | str]:
    try:
        return job, _render(job, folder)
    except PromptAudioError as error:
        return job, str(error)


def _render(job: _Job, folder: Path) -> Entry:
    rendition, engine = job.rendition, job.engine
    phrase, manner = rendition.phrase, rendition.spoken_in
    said = engine.speak(phrase, rate_percent=manner.rate_percent)
    # At the rate it is heard at: what the telephone does not carry must not count for its loudness.
    sound = shaped(said.sound.at_rate(WIDE_HZ), manner, pace_percent=said.pace_percent)
    files = {
        f"{job.id}.wav": telephone_wave(sound, phrase.text, phrase.language),
        f"{job.id}.wide.wav": wide_wave(sound, phrase.text),
    }
    for name, content in files.items():
        write_whole(folder / name, content)
    (file, narrow), (wide_file, wide) = files.items()
    return Entry(
        id=job.id,
        key=rendition.key,
        message=phrase.message_id,
        phrase=phrase.number,
        language=phrase.language,
        manner=rendition.manner,
        text=phrase.text,
        engine=engine.name,
        engine_version=engine.version,
        voice=job.voice,
        licence=engine.licence,
        seconds=round(sound.seconds, 3),
        lufs=round(loudness(sound), 1),
        file=file,
        sha256=hashlib.sha256(narrow).hexdigest(),
        wide_file=wide_file,
        wide_sha256=hashlib.sha256(wide).hexdigest(),
    )


def _remove_others(folder: Path, before: Iterable[Entry], entries: Sequence[Entry]) -> int:
    """Remove what an earlier build has made and nothing needs any more; never a file that no build has named."""
    needed, made = _files_of(entries), _files_of(before)
    for name in made - needed:
        (folder / name).unlink(missing_ok=True)
    return len(made - needed)


def _files_of(entries: Iterable[Entry]) -> set[str]:
    return {name for entry in entries for name in (entry.file, entry.wide_file) if name}
