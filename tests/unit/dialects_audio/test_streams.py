"""Many calls are listened to at once, each as if it were alone; with the real voice activity model."""

from pathlib import Path

import numpy as np
import pytest

from dialects.audio import mulaw
from dialects.audio.resample import StreamResampler, resample, to_recognizer_rate
from dialects.audio.samples import to_float32, to_int16
from dialects.audio.streams import MAX_WAITING_BYTES, StreamBank
from dialects.audio.telephone import through_telephone, to_telephone
from dialects.audio.turns import Interim, Onset, TurnEvent, UtteranceEnd
from dialects.audio.vad import FRAME, VoiceActivityModel, frame_probabilities, shared_model, voiced_spans
from dialects.errors import SpeechModelDamagedError
from dialects.settings import ListeningSettings

SETTINGS = ListeningSettings()
DTMF = {"0": (941, 1336), "1": (697, 1209), "5": (770, 1336), "9": (852, 1477), "#": (941, 1477), "D": (941, 1633)}


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def vowels(seconds: float = 2.0, pitch_hz: float = 110.0, rate_hz: int = 8_000) -> np.ndarray:
    """A voice without words: glottal pulses through moving formants, syllable after syllable."""
    count = round(seconds * rate_hz)
    moment = np.arange(count) / rate_hz
    phase = np.cumsum(pitch_hz * (1 + 0.1 * np.sin(2 * np.pi * 2.5 * moment))) / rate_hz
    sound = np.zeros(count)
    first = 550 + 250 * np.sin(2 * np.pi * 1.7 * moment)
    second = 1500 + 500 * np.sin(2 * np.pi * 1.1 * moment + 1)
    for harmonic in range(1, int(rate_hz / 2 / pitch_hz / 1.2)):
        frequency = harmonic * pitch_hz
        gain = np.exp(-(((frequency - first) / 150) ** 2)) + 0.6 * np.exp(-(((frequency - second) / 200) ** 2)) + 0.02
        sound += gain * np.sin(2 * np.pi * harmonic * phase)
    sound *= np.clip(1.3 * np.sin(np.pi * ((moment * 3.3) % 1.0)), 0, 1)
    return (0.3 * sound / np.abs(sound).max()).astype(np.float32)


def stream(bank: StreamBank[str], sounds: dict[str, bytes], clock: Clock | None = None) -> dict[str, list[TurnEvent]]:
    """Feed 20 ms at a time to every stream, tick after each."""
    events: dict[str, list[TurnEvent]] = {key: [] for key in sounds}
    for start in range(0, max(map(len, sounds.values())), 160):
        for key, data in sounds.items():
            bank.feed(key, data[start : start + 160])
        if clock:
            clock.now += 0.02
        for key, new in bank.tick().items():
            events[key] += new
    return events


def quiet(seconds: float) -> bytes:
    return mulaw.SILENCE * round(seconds * 8_000)


def test_a_voice_is_noticed_and_its_end_too() -> None:
    """Onset soon after the voice begins, an utterance after it ends."""
    bank: StreamBank[str] = StreamBank(SETTINGS)
    bank.open("call")
    sound = quiet(1.0) + to_telephone(vowels(), rate_hz=8_000) + quiet(2.0)
    onset, *interims, end = stream(bank, {"call": sound})["call"]
    assert isinstance(onset, Onset)
    assert all(isinstance(interim, Interim) for interim in interims)
    assert 0.8 <= onset.at_sample / 8_000 <= 1.5
    assert isinstance(end, UtteranceEnd)
    assert 1.5 <= end.samples.size / 8_000 <= 3.0


@pytest.mark.parametrize("background", [0.0, 0.003], ids=["clean", "noisy"])
@pytest.mark.parametrize("pulsed", [False, True], ids=["held", "pulsed"])
@pytest.mark.parametrize("key", DTMF)
def test_keys_are_no_voice(key: str, pulsed: bool, background: float) -> None:
    """Pressing a key must not count as speaking."""
    moment = np.arange(24_000) / 8_000
    low, high = DTMF[key]
    sound = 0.2 * (np.sin(2 * np.pi * low * moment) + np.sin(2 * np.pi * high * moment))
    if pulsed:
        sound *= (moment % 0.3) < 0.15
    sound += background * np.random.default_rng(1).standard_normal(moment.size)
    heard = frame_probabilities(through_telephone(sound.astype(np.float32), rate_hz=8_000))
    assert heard.max() < SETTINGS.speech_threshold


@pytest.mark.parametrize("frequency_hz", [350, 425, 440, 450, 950, 1400, 1800, 2100])
def test_ringing_and_fax_tones_are_no_voice(frequency_hz: int) -> None:
    """Tones of the network are not the caller."""
    sound = 0.3 * np.sin(2 * np.pi * frequency_hz * np.arange(16_000) / 8_000)
    assert voiced_spans(sound.astype(np.float32)) == []


@pytest.mark.parametrize("level", [0.001, 0.03, 0.3])
def test_noise_is_no_voice(level: float) -> None:
    """Neither is a bad line."""
    noise = level * np.random.default_rng(2).standard_normal(24_000)
    assert voiced_spans(noise.astype(np.float32)) == []


def test_streams_do_not_disturb_each_other() -> None:
    """A stream heard among others gives the very events it gives alone."""
    sounds = {
        "speaking": quiet(0.5) + to_telephone(vowels(), rate_hz=8_000) + quiet(2.0),
        "later": quiet(1.3) + to_telephone(vowels(2.0, 180.0), rate_hz=8_000) + quiet(2.0),
        "silent": quiet(4.0),
    }
    together: StreamBank[str] = StreamBank(SETTINGS)
    for key in sounds:
        together.open(key)
    heard = stream(together, sounds)
    assert heard["silent"] == []
    assert heard["speaking"]
    assert heard["later"]
    for key, sound in sounds.items():
        alone: StreamBank[str] = StreamBank(SETTINGS)
        alone.open(key)
        expected = stream(alone, {key: sound})[key]
        assert [type(event) for event in heard[key]] == [type(event) for event in expected]
        assert heard[key][:1] == expected[:1]


def test_frames_that_stop_end_the_utterance_by_the_clock() -> None:
    """When the carrier goes quiet in the middle of a word, the word is still used."""
    clock = Clock()
    bank: StreamBank[str] = StreamBank(SETTINGS, clock=clock)
    bank.open("call")
    events = stream(bank, {"call": quiet(0.5) + to_telephone(vowels(), rate_hz=8_000)}, clock)["call"]
    assert not any(isinstance(event, UtteranceEnd) for event in events)
    clock.now += 2.0
    (end,) = bank.tick()["call"]
    assert isinstance(end, UtteranceEnd)
    assert end.cut
    assert bank.tick() == {}


def test_closing_reports_what_was_being_said_and_forgets_the_stream() -> None:
    """Hanging up in mid-sentence loses no words, and no memory stays behind."""
    bank: StreamBank[str] = StreamBank(SETTINGS)
    bank.open("call")
    bank.feed("call", quiet(0.5) + to_telephone(vowels(), rate_hz=8_000))
    bank.close("call")
    kinds = [type(event) for event in bank.tick()["call"]]
    assert kinds[0] is Onset
    assert kinds[-1] is UtteranceEnd
    assert len(bank) == 0
    assert not bank.feed("call", quiet(0.1))
    bank.close("call")


def test_a_flood_is_bounded_and_positions_stay_true() -> None:
    """A stream that sends faster than it is heard loses its oldest sound, never the process its memory."""
    bank: StreamBank[str] = StreamBank(SETTINGS)
    bank.open("call")
    for _ in range(20):
        bank.feed("call", quiet(1.0))
    bank.feed("call", to_telephone(vowels(), rate_hz=8_000))
    assert bank.waiting()["call"] <= MAX_WAITING_BYTES
    (onset, *_) = bank.tick()["call"]
    assert isinstance(onset, Onset)
    assert 19.5 <= onset.at_sample / 8_000 <= 20.7


def test_a_call_is_listened_to_no_longer_than_the_settings_say() -> None:
    """Listening ends; the call goes on."""
    bank: StreamBank[str] = StreamBank(ListeningSettings(max_listening_seconds=6))
    bank.open("call")
    assert all(bank.feed("call", quiet(1.0)) for _ in range(6))
    assert not bank.feed("call", quiet(1.0))


def test_a_damaged_model_is_refused() -> None:
    """Not one byte may differ."""
    with pytest.raises(SpeechModelDamagedError, match=r"silero_vad\.onnx is damaged"):
        VoiceActivityModel(b"not a model")


def test_wrong_shapes_are_refused() -> None:
    """A frame of another length would be heard as something else."""
    with pytest.raises(ValueError, match="256"):
        shared_model().probabilities(np.zeros((1, FRAME + 1), np.float32), shared_model().initial_state())


def test_a_stream_changes_its_rate_as_the_whole_does() -> None:
    """Pieces joined are the sound, without clicks."""
    sound = vowels()
    stream_resampler = StreamResampler(from_hz=8_000, to_hz=16_000)
    pieces = [stream_resampler.feed(piece) for piece in np.array_split(sound, 37)]
    pieces.append(stream_resampler.feed(np.zeros(0, np.float32), last=True))
    whole = to_recognizer_rate(sound)
    assert np.concatenate(pieces) == pytest.approx(whole, abs=1e-4)
    assert whole.size == 2 * sound.size
    assert resample(sound, from_hz=8_000, to_hz=8_000) is sound


def test_the_telephone_takes_away_what_a_telephone_takes_away() -> None:
    """Hum and hiss go, the voice band stays."""
    moment = np.arange(32_000) / 16_000
    levels = {}
    for frequency_hz in (50, 1_000, 6_000):
        heard = through_telephone(np.sin(2 * np.pi * frequency_hz * moment).astype(np.float32) / 2, rate_hz=16_000)
        levels[frequency_hz] = float(np.sqrt(np.mean(heard**2)))
    assert levels[1_000] == pytest.approx(0.5 / 2**0.5, rel=0.02)
    assert levels[50] < 0.01
    assert levels[6_000] < 0.01


def test_integers_and_floats_are_the_same_samples() -> None:
    """Loud, broken and ordinary samples alike."""
    samples = np.array([0.0, 1.0, -1.0, 7.0, np.nan, 0.5], dtype=np.float32)
    assert to_int16(samples).tolist() == [0, 32_767, -32_768, 32_767, 0, 16_384]
    assert to_float32(to_int16(samples))[5] == 0.5


def test_the_model_ships_with_its_licence() -> None:
    """Whoever gets the model gets its terms."""
    folder = Path(__file__).parents[3] / "dialects" / "data" / "vad"
    assert "MIT" in (folder / "LICENSE.txt").read_text()
    assert "SHA-256" in (folder / "README.md").read_text()
