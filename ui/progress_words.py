"""What the console says of a day's greetings while they go out."""

from __future__ import annotations

from collections.abc import Mapping

ZH: Mapping[str, str] = {
    "progress.title": "各活动的进度",
    "progress.done": "{id}：{done} / {total} 条已处理。",
    "progress.over": "没有在等的了。",
    "progress.looking": "正在看快慢……",
    "progress.still": "这两分钟没有发出，还有 {count} 条在等：可能时间窗没到、已暂停、到了上限或通道停了，看下面。",
    "progress.pace": "每分钟约 {pace} 条，大约还要 {minutes} 分钟。",
    "progress.leave": "离开这一页不影响发送；随时回来看。",
    "progress.pause": "暂停或恢复一个活动",
    "progress.pause.one": "暂停 {id}…",
    "progress.resume.one": "恢复 {id}…",
}

EN: Mapping[str, str] = {
    "progress.title": "Progress by campaign",
    "progress.done": "{id}: {done} of {total} dealt with.",
    "progress.over": "None waits any more.",
    "progress.looking": "Looking how fast it goes…",
    "progress.still": (
        "None went in these two minutes, {count} wait: their window may not be open, the campaign paused, "
        "a cap reached, or the channel stopped; the reasons stand below."
    ),
    "progress.pace": "About {pace} a minute, about {minutes} minutes to go.",
    "progress.leave": "Leaving this page does not touch the sending; come back when you like.",
    "progress.pause": "Pause or resume one campaign",
    "progress.pause.one": "Pause {id}…",
    "progress.resume.one": "Resume {id}…",
}
