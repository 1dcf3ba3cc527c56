"""A frozen set: recordings that no head may be trained on, fixed by a digest, on which heads are compared."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from dialects.audio.decode import decode_audio
from dialects.audio.samples import to_int16
from dialects.errors import FrozenSetError, ManifestError
from dialects.recognizers.port import RATE_HZ
from dialects.utterances import LONGEST_SECONDS, Clip

Hashes = dict[str, Clip]
"""Hash of the sound to the recording."""


def content_hash(clip: Clip) -> str:
    """SHA-256 of the recording's sound, 16-bit at 16 kHz: the same in another file, under another name or lossless
    format. Raises the `AudioError`s of `decode_audio`."""
    sound = decode_audio(clip.path, rate_hz=RATE_HZ, max_seconds=LONGEST_SECONDS).samples
    return hashlib.sha256(to_int16(sound).tobytes()).hexdigest()


def hashes_of(clips: Sequence[Clip], *, progress: Callable[[int], object] = lambda _: None) -> Hashes:
    """Every recording by the hash of its sound; one that is there twice counts once.

    Raises ManifestError when the same sound is called two dialects.
    """
    found: Hashes = {}
    for count, clip in enumerate(clips, start=1):
        key = content_hash(clip)
        twin = found.setdefault(key, clip)
        if twin.dialect_id != clip.dialect_id:
            reason = f"the same sound is {twin.dialect_id} in {twin.path.name} and {clip.dialect_id} in it"
            raise ManifestError(clip.path, 1, reason)
        progress(count)
    return found


def digest_of(frozen: Hashes) -> str:
    """The digest of a set: of its sounds, what each is called and whose it is, in whatever order."""
    lines = sorted(f"{key} {clip.dialect_id} {clip.source}" for key, clip in frozen.items())
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def refuse_overlap(training: Hashes, frozen: Hashes) -> None:
    """Raise FrozenSetError when the frozen set holds sound, or a speaker, that is trained on."""
    if not frozen:
        raise FrozenSetError("The frozen set has no recordings.")
    if both := sorted(training.keys() & frozen.keys()):
        example = frozen[both[0]].path.name
        raise FrozenSetError(f"{len(both)} recordings of the frozen set are trained on, {example} among them.")
    trained = {clip.source for clip in training.values()}
    if known := sorted({clip.source for clip in frozen.values()} & trained):
        raise FrozenSetError(
            f"{len(known)} sources of the frozen set are trained on, {known[0]} among them: a head knows a voice again."
        )
