"""The note with which a call is handed over: say it once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dialects.evidence import Identification
from dialects.recognizers.trust import Trust
from elder_channel.calls.model import Call, Entry, Handover, RecognitionState

_TRIED = {
    Entry.KNOWN_ELDER: "未作任何询问,直接接入",
    Entry.DEDICATED_LINE: "拨打专线,未作任何询问",
    Entry.ONE_KEY: "按零键接入",
    Entry.VOICE: "一开口即接入",
    Entry.ENGLISH: "选择英语接入 (asked for English)",
    Entry.ONE_TAP: "在网页上按了一键,由我们打给对方 (we called back after one tap)",
    Entry.CALLED_BACK: "由我们回电 (we called back)",
    Entry.PROMPTED: "听过提示后未作选择,转人工",
}


_TRUST = {
    Trust.PERSON: "没有可靠的识别引擎:请直接听来电人说,文字仅供参考 "
    "(no reliable recognizer for this dialect: please listen yourself, the text is only a hint)。",
    Trust.KEY_WORDS: "听写的引擎不懂这种话,最多听准个别关键词,请以来电人所说为准 "
    "(the recognizer does not know this dialect; a key word may be right, go by what the caller says)。",
    Trust.UNSURE: "听写对这种话常有错,请与来电人核对 (often wrong for this dialect: please check with the caller)。",
}


def write_handover(
    call: Call,
    *,
    dialect_name: Callable[[str], str],
    need: str | None = None,
    urgent: bool = False,
    trust: Trust | None = None,
    about: str = "",
    passed: str = "",
    orders: str = "",
    words: Sequence[tuple[str, str]] = (),
) -> Handover:
    """The note on `call` as it is known now; it is written again whenever more is known.

    `need` is the need in words, with what it was known by; `urgent` puts a warning first. `trust` is how far what the
    machine wrote down can be relied on, None while nothing can be told. `about` is what `calls.about_caller` says,
    `passed` tells who had the call before, `orders` of the caller's work orders, `words` are those of a glossary that
    the caller used, each with its Mandarin.
    """
    tried = _tried(call)
    dialect_text = describe_dialect(call.identification, dialect_name)
    parts = [
        "【紧急】请立即接听。" if urgent else "",
        f"【转接,请勿让来电人重复】{passed}" if passed else "",
        "长者来电,请放慢语速。" if call.elder else "",
        about,
        "Caller speaks English. 来电人说英语。" if call.language == "en" else "",
        f"方言:{dialect_text}。",
        _said(call),
        _words(words),
        _TRUST.get(trust, "") if trust else "",
        f"来意:{need}。" if need else "",
        orders,
        f"已经过:{tried}。",
        "来电号码不能证明身份,请照常核对。",
    ]
    return Handover("".join(parts), call.need, dialect_text, tried)


def describe_dialect(identification: Identification | None, dialect_name: Callable[[str], str]) -> str:
    """The dialect in words, with probability and evidence; an abstention is called one."""
    if identification is None:
        return "尚无依据"
    best = "、".join(f"{dialect_name(id_)} {p:.0%}" for id_, p in identification.best(3) if p >= 0.05)
    evidence = ";".join(item.text for item in identification.evidence)
    opening = f"尚不能判断,较可能是{best}" if identification.abstained else best
    return f"{opening}({evidence})" if evidence else opening


def _said(call: Call) -> str:
    if call.transcript:
        return f"来电人说(机器听写,可能有误;引擎 {call.recognizer}):「{call.transcript}」。"
    if call.recognition is RecognitionState.OFF:
        return "语音识别未启用或故障,未能听写 (recognition was off)。"
    return "来电人还没有说话或没有听清。"


def _words(words: Sequence[tuple[str, str]]) -> str:
    pairs = "、".join(f"{word}={mandarin}" for word, mandarin in words)
    return f"逐词对照(不是翻译):{pairs}。" if pairs else ""


def _tried(call: Call) -> str:
    tried = _TRIED[call.entry] if call.entry else "未进入"
    if call.agents_tried:
        tried += f";此前 {len(call.agents_tried)} 位坐席未接通"
    return tried
