"""What the pages say of something that was worked out and is kept; `ui.words` takes it in."""

from __future__ import annotations

from collections.abc import Mapping

ZH: Mapping[str, str] = {
    "result.at": "{time} 算好的；别的页面、刷新以后都还在。",
    "result.stale": "之后内容改过，要看新的请再算一次。",
    "result.again": "照原样再算一次",
    "result.share": "正在算，已完成 {percent}%",
    "result.people": "正在逐个试算，已看 {count} 人",
    "result.waits": "正在算，前面还有别人的，排着队",
    "result.leave": "可以离开这一页，回来还在。",
    "result.broken_off": "上次（{time}）没有算完：控制台中途重新启动了。请再算一次。",
    "result.failed": "上次（{time}）没有算成。请再试一次；还不行，请告诉管理员。",
    "result.day": "生日是 {day} 的人",
    "refused.result_running": "已经在算了，请等它算完。",
    "refused.result_too_long": "结果太长，留不下来。请缩小范围再算。",
}

EN: Mapping[str, str] = {
    "result.at": "Worked out at {time}; it stays over other pages and reloads.",
    "result.stale": "This has been changed since: work it out again for what stands here now.",
    "result.again": "Work the same out again",
    "result.share": "Working it out, {percent}% done",
    "result.people": "Working everybody out, {count} people so far",
    "result.waits": "Working it out: somebody else's comes first",
    "result.leave": "You may leave this page and come back.",
    "result.broken_off": "The last one ({time}) was not finished: the console was started anew. Work it out again.",
    "result.failed": "The last one ({time}) failed. Try again; if it fails again, tell the administrator.",
    "result.day": "Birthdays of {day}",
    "refused.result_running": "It is being worked out already; wait until it is done.",
    "refused.result_too_long": "The result is too long to be kept. Ask for less.",
}
