"""What a team lead reads before a live call is taken over or passed on."""

from __future__ import annotations

from collections.abc import Mapping

ZH: Mapping[str, str] = {
    "steer.open": "接管或转给别人…",
    "steer.close": "不动这通电话",
    "steer.title": "接管或转给别人",
    "steer.means.talking": (
        "现在由{agent}在通话。按下按钮，{agent}这一边马上断开；来电人不用挂机，听一句话，接着和下一位说。这一步不能撤回，只能再转一次。"
    ),
    "steer.means.waiting": (
        "来电人还在等人接，会照派单的规矩派出去。由您来接，您自己的电话马上响；没有接起来，来电人回到原来的位置。"
    ),
    "steer.take": "由我来接",
    "steer.take.why_not": "要自己接，您的账号要对应一位话务员，而且在岗、不在通话。在「我的工作台」可以上岗。",
    "steer.taken": "已转到您这里，您的电话马上响。",
    "steer.pass": "现在转",
    "steer.passed": "已转出，来电人不用挂机。",
    "refused.take_not_free": "您不在岗，或正在另一通电话上。先上岗或结束那一通，再来接。",
    "refused.take_no_agent": "您的账号不是话务员，不能自己接；可以转给别人，或请管理员关联一位话务员。",
    "refused.no_such_call": "没有这通电话，可能已经结束。",
    "refused.one_target": "请先选转给谁。",
}

EN: Mapping[str, str] = {
    "steer.open": "Take over or pass on…",
    "steer.close": "Leave this call alone",
    "steer.title": "Take over or pass on",
    "steer.means.talking": (
        "{agent} is talking on it. At the button their leg ends at once; the caller stays on the line, hears one "
        "sentence, and goes on with the next person. It cannot be taken back, only passed on again."
    ),
    "steer.means.waiting": (
        "The caller is still waiting and would be given out by the rules. If you take it your own phone rings at once; "
        "not picked up, the caller is back in the old place."
    ),
    "steer.take": "I take it",
    "steer.take.why_not": (
        "To take it yourself your account must be an agent of the line who is at work and on no call; "
        "come to work at your desk."
    ),
    "steer.taken": "It is yours: your phone rings in a moment.",
    "steer.pass": "Pass it on now",
    "steer.passed": "Passed on; the caller stays on the line.",
    "refused.take_not_free": "You are not at work, or on another call. Come to work or end that one first.",
    "refused.take_no_agent": (
        "Your account is no agent of the line and cannot take calls: pass it on, "
        "or ask an administrator to link an agent."
    ),
    "refused.no_such_call": "There is no such call; it may have ended.",
    "refused.one_target": "Choose first to whom it goes.",
}
