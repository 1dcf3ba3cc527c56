"""What the console says of forms that were begun and not sent."""

from __future__ import annotations

from collections.abc import Mapping

ZH: Mapping[str, str] = {
    "draft.of": "没写完的内容已替您留着（{time}）。",
    "draft.discard": "不要这份草稿",
    "draft.stale": "您开始写之后，这里有人改过。先看一看现在的内容，再决定要不要发送。",
    "draft.not_kept": "刚写的内容没能留作草稿：离开这一页就会丢。请先发送，或另外记下来。",
    "draft.mine": "您没写完的",
    "editor.draft.forgotten": "草稿已丢弃，下面是保存过的内容。",
    "draft.kind.order": "工单 {id}（{time}）",
    "draft.kind.campaign": "活动 {id}（{time}）",
    "draft.kind.agent": "坐席 {id}（{time}）",
    "draft.kind.customer": "客户 {id}（{time}）",
    "draft.kind.dialect": "方言 {id}（{time}）",
    "draft.kind.prompt": "提示音 {id}（{time}）",
    "draft.kind.call": "来电 {id}（{time}）",
}

EN: Mapping[str, str] = {
    "draft.of": "What you had not finished is kept for you ({time}).",
    "draft.discard": "Discard this draft",
    "draft.stale": "Somebody has changed this since you began. Look at what stands here now before you send yours.",
    "draft.not_kept": (
        "What you just wrote could not be kept as a draft and is lost when you leave this page. "
        "Send it now, or write it down elsewhere."
    ),
    "draft.mine": "Not finished by you",
    "editor.draft.forgotten": "The draft is gone; below stands what was saved.",
    "draft.kind.order": "Work order {id} ({time})",
    "draft.kind.campaign": "Campaign {id} ({time})",
    "draft.kind.agent": "Agent {id} ({time})",
    "draft.kind.customer": "Customer {id} ({time})",
    "draft.kind.dialect": "Dialect {id} ({time})",
    "draft.kind.prompt": "Prompt {id} ({time})",
    "draft.kind.call": "Call {id} ({time})",
}
