"""Every sentence of the line rendered into a folder; what has not changed is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bilingual.errors import EngineFailedError, PromptAudioError
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
    progress: Callable[[int], object] = lambda _: None,
) -> Built:
    """Render what is wanted into `folder`, with its manifest; the first of `engines` that can say a phrase says it.

    `progress` is called after each. Raises `PromptManifestError` when the folder's manifest cannot be read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    before = {entry.id: entry for entry in read_manifest(folder).entries}
    built = Built()
    for number, rendition in enumerate(wanted, start=1):
        try:
            built.entries.append(_entry(rendition, engines, folder, before, built))
        except PromptAudioError as error:
            built.failed.append(str(error))
        progress(number)
    write_manifest(folder, built.entries)
    built.removed = _remove_others(folder, before.values(), built.entries)
    return built


def _entry(
    rendition: Rendition, engines: Sequence[PromptEngine], folder: Path, before: dict[str, Entry], built: Built
) -> Entry:
    engine, voice = _who_says(rendition, engines)
    id_ = sound_id(rendition, voice=voice, engine=engine.name, version=engine.version)
    old = before.get(id_)
    if old and intact(folder / old.file, old.sha256) and intact(folder / (old.wide_file or ""), old.wide_sha256):
        built.kept += 1
        phrase = rendition.phrase  # two messages may share a phrase, and so a sound
        return old.model_copy(update={"message": phrase.message_id, "phrase": phrase.number})
    entry = _render(rendition, engine, voice, id_, folder)
    before[id_] = entry
    built.rendered += 1
    return entry


def _who_says(rendition: Rendition, engines: Sequence[PromptEngine]) -> tuple[PromptEngine, str]:
    for engine in engines:
        voice = engine.voice(rendition.phrase)
        if voice is not None:
            return engine, voice
    names = ", ".join(engine.name for engine in engines) or "nobody"
    raise EngineFailedError(names, str(rendition.phrase), "none of them speaks it")


def _render(rendition: Rendition, engine: PromptEngine, voice: str, id_: str, folder: Path) -> Entry:
    phrase, manner = rendition.phrase, rendition.spoken_in
    said = engine.speak(phrase, rate_percent=manner.rate_percent)
    # At the rate it is heard at: what the telephone does not carry must not count for its loudness.
    sound = shaped(said.sound.at_rate(WIDE_HZ), manner, pace_percent=said.pace_percent)
    files = {f"{id_}.wav": telephone_wave(sound, phrase.text), f"{id_}.wide.wav": wide_wave(sound, phrase.text)}
    for name, content in files.items():
        write_whole(folder / name, content)
    (file, narrow), (wide_file, wide) = files.items()
    return Entry(
        id=id_,
        key=rendition.key,
        message=phrase.message_id,
        phrase=phrase.number,
        language=phrase.language,
        manner=rendition.manner,
        text=phrase.text,
        engine=engine.name,
        engine_version=engine.version,
        voice=voice,
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
