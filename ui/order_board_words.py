"""The sentences of the board of work orders, in Chinese and in English, under the same keys."""

from __future__ import annotations

from collections.abc import Mapping

ZH: Mapping[str, str] = {
    "orders.shape": "怎么看",
    "orders.shape.list": "列表",
    "orders.shape.board": "看板",
    "board.column": "{state}（{count} 单）",
    "board.closed_recently": "只列近 {days} 天办结的",
    "board.none": "没有",
    "board.whom": "客户",
    "board.whom.unknown": "号码未知",
    "board.more": "再看 {count} 单（还有 {hidden} 单）",
    "board.take": "领取 {id} 号",
    "board.act": "办理 {id} 号",
    "board.act.close": "收起 {id} 号",
    "board.done": "{id} 号：已记下。",
    "board.refused": "{id} 号：{why}",
}

EN: Mapping[str, str] = {
    "orders.shape": "Shown as",
    "orders.shape.list": "List",
    "orders.shape.board": "Board",
    "board.column": "{state} ({count})",
    "board.closed_recently": "closed in the last {days} days only",
    "board.none": "none",
    "board.whom": "Customer",
    "board.whom.unknown": "number unknown",
    "board.more": "{count} more (of {hidden})",
    "board.take": "Take no. {id}",
    "board.act": "Work on no. {id}",
    "board.act.close": "Fold no. {id}",
    "board.done": "No. {id}: saved.",
    "board.refused": "No. {id}: {why}",
}
