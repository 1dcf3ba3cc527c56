"""What was found in a take: each a sentence, in both languages, with what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final


class Severity(StrEnum):
    """What a finding means for the take."""

    REFUSED = "refused"  # such a take is not kept
    CAUTION = "caution"  # it is kept; who approves reads this first
    NOTE = "note"  # good to know


@dataclass(frozen=True)
class Finding:
    """One thing found in a take."""

    code: str
    severity: Severity
    fields: Mapping[str, Any] = field(default_factory=dict)
    """What stands in the sentence: numbers, words."""

    @property
    def zh(self) -> str:
        """What was found and what to do, in Chinese."""
        return SENTENCES[self.code][0].format(**self.fields)

    @property
    def en(self) -> str:
        """The same in English."""
        return SENTENCES[self.code][1].format(**self.fields)

    def as_json(self) -> dict[str, Any]:
        """The finding as it is kept in the books and printed."""
        return {"code": self.code, "severity": str(self.severity), "fields": dict(self.fields)}


def finding_from(stored: Mapping[str, Any]) -> Finding:
    """The finding that `as_json` wrote."""
    return Finding(str(stored["code"]), Severity(stored["severity"]), dict(stored["fields"]))


def is_refused(findings: tuple[Finding, ...]) -> bool:
    """Whether a take with these is not kept."""
    return any(finding.severity is Severity.REFUSED for finding in findings)


SENTENCES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "too_long_file": (
            "录音超过 {most:.0f} 秒，这句话大约只要 {expected:.0f} 秒。请只录这一句，一个文件一句。",
            "The recording goes on after {most:.0f} s; this message takes about {expected:.0f} s. "
            "Record this one message only, one message a file.",
        ),
        "no_voice": (
            "录音里听不到人声。请检查话筒是不是选对了、有没有静音，然后重录。",
            "No voice is heard. Check that the right microphone is chosen and not muted, then record again.",
        ),
        "too_short": (
            "只说了 {seconds:.1f} 秒，这句话大约要 {expected:.1f} 秒。是不是漏了字？请照着稿子说全。",
            "Only {seconds:.1f} s are spoken; this message takes about {expected:.1f} s. Were words left out? "
            "Read the whole wording.",
        ),
        "too_long": (
            "说了 {seconds:.1f} 秒，这句话大约只要 {expected:.1f} 秒。是不是多说了别的？请只说稿子上的话。",
            "{seconds:.1f} s are spoken; this message takes about {expected:.1f} s. Was something else said too? "
            "Say the wording only.",
        ),
        "too_fast": (
            "每分钟 {rate:.0f} 个字，老人听不清。请说慢一点，每分钟不超过 {most:.0f} 个字。",
            "{rate:.0f} characters a minute is too fast for old callers. Speak slower, at most {most:.0f} a minute.",
        ),
        "long_pause": (
            "中间停了 {seconds:.1f} 秒，来电人会以为断线了。请连着说，句子之间停一秒左右。",
            "There is a pause of {seconds:.1f} s in the middle; callers would think the line is dead. "
            "Pause for about one second between sentences.",
        ),
        "clipped": (
            "声音破了（{runs} 处削顶）。请离话筒远一点，或把录音音量调低，然后重录。",
            "The sound is clipped in {runs} places. Move away from the microphone or turn the recording level down, "
            "then record again.",
        ),
        "clipped_a_little": (
            "有 {runs} 处轻微破音。听一遍，听得出来就重录，离话筒远一点。",
            "The sound is slightly clipped in {runs} places. Listen; where it can be heard, record again.",
        ),
        "noisy": (
            "背景太吵（信噪比 {snr:.0f} dB，至少要 {least:.0f} dB）。请关窗、关风扇，换安静的房间重录。",
            "The background is too loud (signal to noise {snr:.0f} dB; at least {least:.0f} dB). "
            "Close windows, turn fans off, and record again in a quiet room.",
        ),
        "rather_noisy": (
            "背景有点吵（信噪比 {snr:.0f} dB，最好 {good:.0f} dB 以上）。有条件请换安静的地方重录。",
            "The background can be heard (signal to noise {snr:.0f} dB; better {good:.0f} dB or more). "
            "Record in a quieter place if you can.",
        ),
        "too_quiet": (
            "声音太小（{level:.0f} dBFS），放大后杂音也会变大。请离话筒近一点，或把录音音量调高，然后重录。",
            "The voice is too quiet ({level:.0f} dBFS); made louder, its noise grows too. "
            "Move closer to the microphone or turn the recording level up, then record again.",
        ),
        "rather_quiet": (
            "声音偏小（{level:.0f} dBFS），已放大到统一音量。下次请离话筒近一点。",
            "The voice is rather quiet ({level:.0f} dBFS); it was brought to the common loudness. "
            "Move closer to the microphone next time.",
        ),
        "starts_at_once": (
            "一开头就有声音，第一个字可能被切掉了。请听开头；缺了就重录，按下录音后等半秒再说。",
            "The voice begins at once; its first sound may be cut off. Listen to the beginning; if it is, record again "
            "and wait half a second before speaking.",
        ),
        "ends_at_once": (
            "结尾没有停顿，最后一个字可能被切掉了。请听结尾；缺了就重录，说完等半秒再停。",
            "The voice goes on to the very end; its last sound may be cut off. Listen to the end; if so, record again "
            "and wait half a second before stopping.",
        ),
        "silence_cut": (
            "开头 {leading:.1f} 秒、结尾 {trailing:.1f} 秒没有声音，已剪掉，不用重录。",
            "{leading:.1f} s of quiet at the beginning and {trailing:.1f} s at the end were cut off; nothing to do.",
        ),
        "telephone_sound": (
            "录音的采样率只有 {rate} Hz，声音会发闷。请用电脑或手机的录音机录，16000 Hz 以上。",
            "The recording has only {rate} Hz, which sounds dull. Record with a computer or a phone's recorder, "
            "at 16,000 Hz or more.",
        ),
        "another_message": (
            "听起来像另一句提示音“{other}”（{other_text}）。请核对是不是放错了文件或选错了句子。",
            "It sounds like another message, `{other}` ({other_text}). Was the file or the message mixed up?",
        ),
        "other_words": (
            "识别器听到的是“{heard}”，和稿子差别太大。请照稿子重录；如果说得对，请在安静处说慢一点。",
            "The recognizer heard “{heard}”, which is far from the wording. Read the wording again; if the words were "
            "right, speak more slowly in a quiet place.",
        ),
        "some_other_words": (
            "识别器听到的是“{heard}”，和稿子有 {percent} 不同。审核的人请逐字听。",
            "The recognizer heard “{heard}”, {percent} different from the wording. Who approves: listen word by word.",
        ),
        "words_heard": (
            "识别器听到的和稿子一致（“{heard}”）。",
            "The recognizer heard the wording (“{heard}”).",
        ),
        "words_uncertain": (
            "识别器听不大懂这种方言，只作参考：听到“{heard}”。字对不对，要请会说的人听。",
            "The recognizer knows this dialect badly; for what it is worth, it heard “{heard}”. "
            "Whether the words are right, only a speaker can tell.",
        ),
        "words_unchecked": (
            "识别器不懂这种方言，没有核对字词。审核的人必须会说这种方言。",
            "No recognizer here knows this dialect, so the words were not checked. Who approves must speak it.",
        ),
        "no_recognizer": (
            "识别器现在没有应答，没有核对字词。审核的人请逐字听。",
            "The recognizer does not answer now, so the words were not checked. Who approves: listen word by word.",
        ),
        "nothing_heard": (
            "识别器什么字也没有听到。请检查是不是人在说话，重录一遍。",
            "The recognizer heard no words at all. Check that somebody is speaking, and record again.",
        ),
    }
)
