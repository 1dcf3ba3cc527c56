"""Everything the line says as one HTML file that needs nothing else: read it, and play it as callers hear it."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources

from bilingual.messages import Channel, DialectWording, Language, Message, Review
from bilingual.prompt_audio.heard import HeardPrompt
from bilingual.prompt_lint import Finding
from dialects.catalogue import Catalogue, load_catalogue

_LANG = {Language.ZH: "zh-Hans", Language.EN: "en"}
_CHANNELS = {
    Channel.VOICE: ("电话里说", "spoken"),
    Channel.WEB: ("网页上写", "on a page"),
    Channel.TEXT: ("短信里写", "as a text"),
}
_MANNERS = {"plain": ("平常", "as usual"), "slower": ("放慢", "slower"), "hearing": ("大声慢说", "loud and slowly")}
_REVIEWS = {
    Review.DRAFT: ("草稿,电话里不说", "draft, never said to a caller"),
    Review.NATIVE_CHECKED: ("母语者看过", "checked by a native speaker"),
}
_SEVERITIES = {"error": "错误", "warning": "提醒", "note": "说明"}


@dataclass(frozen=True)
class PromptPage:
    """What the page shows."""

    messages: Sequence[Message]
    heard: Sequence[HeardPrompt]
    findings: Sequence[Finding]
    """Of messages; and of flows, told at the top."""
    written_on: str
    """The day, and the version of the program, for whoever finds the file later."""

    def html(self) -> str:
        """The whole page, Chinese first and English beside it."""
        style = (resources.files("bilingual") / "data" / "page" / "prompts.css").read_text(encoding="utf-8")
        return "\n".join(
            (
                '<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8">',
                '<meta name="viewport" content="width=device-width, initial-scale=1">',
                f"<title>热线说的话 What the line says</title><style>{style}</style></head><body>",
                f"<header><h1>热线说的话 {_en('What the line says')}</h1>{self._summary()}</header>",
                f'<nav aria-label="messages"><ul>{"".join(map(_link, self.messages))}</ul></nav><main>',
                *self._of_flows(),
                *map(self._section, self.messages),
                "</main></body></html>\n",
            )
        )

    def _summary(self) -> str:
        playable = sum(each.wave is not None for each in self.heard)
        zh = f"{len(self.messages)} 条,{len(self.heard)} 段里有 {playable} 段能听;其余由运营商的声音说。"
        en = (
            f"{len(self.messages)} messages; {playable} of {len(self.heard)} prompts have a sound, the carrier's voice "
        )
        return f"<p>{zh} {_en(en + 'says the rest.')}</p><p class='pale'>{escape(self.written_on)}</p>"

    def _of_flows(self) -> Iterator[str]:
        known = {message.id for message in self.messages}
        others = [each for each in self.findings if each.where not in known]
        if others:
            yield f"<section><h2>整个流程 {_en('The call as a whole')}</h2>{_findings(others)}</section>"

    def _section(self, message: Message) -> str:
        heard = [each for each in self.heard if each.message_id == message.id]
        channel_zh, channel_en = _CHANNELS[message.channel]
        both = f"两种语言都说 {_en('in both languages')} · " if message.both_languages else ""
        return "".join(
            (
                f'<section id="{message.id}"><h2>{message.id}</h2>',
                f"<p>{escape(message.purpose_zh)}<br>{_en(message.purpose)}</p>",
                f'<p class="pale">{both}{channel_zh} {_en(channel_en)}{_variables(message)}</p><div class="both">',
                *(_in_language(message, language, heard) for language in Language),
                f"</div>{_dialects(message)}",
                _findings([each for each in self.findings if each.where == message.id]),
                "</section>",
            )
        )


def _link(message: Message) -> str:
    return f'<li><a href="#{message.id}">{message.id}</a></li>'


def _variables(message: Message) -> str:
    named = ", ".join(f"{{{name}}}: {variable.format}" for name, variable in message.variables.items())
    return f" · {escape(named)}" if named else ""


def _in_language(message: Message, language: Language, heard: Iterable[HeardPrompt]) -> str:
    words = "<br>".join(escape(text) for text in message.texts(language))
    title = "中文" if language is Language.ZH else "English"
    players = "".join(_player(each) for each in heard if each.language == language)
    unrendered = message.channel is Channel.VOICE and not players
    carriers = f"<p>{_CARRIERS}</p>" if unrendered else ""
    return (
        f'<div class="said" lang="{_LANG[language]}"><h3>{title}</h3><p class="words">{words}</p>'
        f"{players}{carriers}</div>"
    )


_CARRIERS = '<span lang="zh-Hans">运营商的声音说</span> <span lang="en">said by the carrier\'s voice</span>'


def _player(each: HeardPrompt) -> str:
    zh, en = _MANNERS[each.manner]
    manner = f'<span lang="zh-Hans">{zh}</span> {_en(en)}'
    if each.wave is None:
        heard = f" · {_en('a machine heard')} 「{escape(each.misheard_as)}」" if each.misheard_as else ""
        return f"<p>{manner}: {_CARRIERS}{heard}</p>"
    sound = base64.b64encode(each.wave).decode()
    label = escape(f"{each.message_id}, {each.language}, {en}", quote=True)
    return (
        f'<p>{manner} <span class="pale" lang="en">{each.seconds:.1f} s, {escape(each.voice)}</span></p>'
        f'<audio controls preload="none" aria-label="{label}" src="data:audio/wav;base64,{sound}"></audio>'
    )


def _dialects(message: Message) -> str:
    if not message.dialects:
        return ""
    catalogue = load_catalogue()
    rows = "".join(_dialect(id_, wording, catalogue) for id_, wording in message.dialects.items())
    head = "".join(
        f"<th>{zh} {_en(en)}</th>"
        for zh, en in (
            ("方言", "dialect"),
            ("说法", "wording"),
            ("读音", "reading"),
            ("谁看过", "review"),
            ("出处", "source"),
        )
    )
    return f'<div class="wide" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _dialect(id_: str, wording: DialectWording, catalogue: Catalogue) -> str:
    name = catalogue.groups[id_].zh if id_ in catalogue.groups else catalogue.name(id_)
    zh, en = _REVIEWS[wording.review]
    look = "draft" if wording.review is Review.DRAFT else ""
    reading = f"{'<br>'.join(map(escape, wording.reading))} ({wording.reading_in})" if wording.reading else "–"
    cells = (
        f"{escape(name)} {_en(id_)}",
        "<br>".join(map(escape, wording.phrases)),
        reading,
        f'<span class="{look}">{zh}<br>{_en(en)}</span>',
        _en(wording.source),
    )
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _findings(findings: Sequence[Finding]) -> str:
    if not findings:
        return ""
    return f'<ul class="findings">{"".join(map(_finding, findings))}</ul>'


def _finding(each: Finding) -> str:
    phrase = f"「{escape(each.phrase)}」 " if each.phrase else ""
    language = f" ({each.language})" if each.language else ""
    return (
        f'<li class="{each.severity}">{_SEVERITIES[each.severity]} {_en(str(each.severity) + language)}: {phrase}'
        f"{_en(f'{each.found} [{each.rule}]')}<br>{escape(each.advice_zh)} {_en(each.advice)}</li>"
    )


def _en(text: str) -> str:
    return f'<span lang="en">{escape(text)}</span>'


def by_language(zh: str, en: str) -> Mapping[str, Mapping[str, str]]:
    """The line's name as the messages' variable `line`, in the form `heard_prompts` takes values."""
    return {Language.ZH.value: {"line": zh}, Language.EN.value: {"line": en}}
