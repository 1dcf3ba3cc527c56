"""What the console says of recording a call, and of a customer's no to keeping sound, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping

ZH: Mapping[str, str] = {
    "consent_call.title": "这通电话录音",
    "consent_call.ask": "可以这样问：“为了把您的事记准，我们想录音，可以吗？”",
    "consent_call.notice_heard": "正在录音：来电人听完了录音告知",
    "consent_call.agreed": "正在录音：来电人同意，{who} 记下（{time}）",
    "consent_call.unasked": "没有录音：还没有问过来电人",
    "consent_call.refused": "没有录音：来电人不同意，{who} 记下（{time}）",
    "consent_call.refused.running": "来电人不同意（{who} 记下，{time}），运营商那里还没有停，请再按一次",
    "consent_call.agreed.not_running": "来电人同意（{who} 记下，{time}），但现在没有在录",
    "consent_call.yes": "同意录音",
    "consent_call.no": "不同意，停止并删除",
    "consent_call.done.yes": "已记下：来电人同意，从现在起录音。",
    "consent_call.done.no": "已记下：来电人不同意。录下的已删除，不会再录。",
    "consent.withdraw.means": "现在留着这位客户的 {count} 段声音。记下不同意，就马上全部删除，找不回来；今后也不再留。"
    "文字记录不受影响。",
    "consent.withdraw.means_none": "现在没有留着这位客户的声音。记下不同意，今后的电话都不留。",
    "consent.withdraw.do": "确定：客户不同意，删除",
    "consent.withdraw.leave": "先不动",
    "refused.recording_off": "设置里没有打开录音。",
    "refused.recording_no_talk": "只有正在通话时才能记下录音的答复。",
    "refused.recording_not_yours": "只有正在和来电人说话的人能记下答复。",
    "refused.recording_not_started": "已记下来电人同意，但运营商没有录成。可以再按一次。",
    "refused.recording_delete_later": "已记下来电人不同意，谁也不能再听。运营商暂时没有应答，系统会接着删。",
    "refused.recording_taken_back": "不能听：来电人不同意录音，正在删除。",
}

EN: Mapping[str, str] = {
    "consent_call.title": "Recording this call",
    "consent_call.ask": "You could ask: “May we record this call, so that we get it right?”",
    "consent_call.notice_heard": "being recorded: the caller heard the notice to its end",
    "consent_call.agreed": "being recorded: the caller agrees, taken down by {who} ({time})",
    "consent_call.unasked": "not recorded: the caller was not asked yet",
    "consent_call.refused": "not recorded: the caller says no, taken down by {who} ({time})",
    "consent_call.refused.running": "the caller says no (taken down by {who}, {time}), "
    "and the carrier has not stopped yet: press once more",
    "consent_call.agreed.not_running": "the caller agrees (taken down by {who}, {time}), but nothing is recorded now",
    "consent_call.yes": "Caller agrees",
    "consent_call.no": "Caller says no: stop and delete",
    "consent_call.done.yes": "Noted: the caller agrees; recorded from now on.",
    "consent_call.done.no": "Noted: the caller says no. What was recorded is deleted, and nothing more is.",
    "consent.withdraw.means": "{count} pieces of this customer's sound are kept now. With the no they are deleted "
    "at once and for good, and no more is kept. What is written down stays.",
    "consent.withdraw.means_none": "No sound of this customer is kept now. With the no, none will be on later calls.",
    "consent.withdraw.do": "Yes: does not agree, delete",
    "consent.withdraw.leave": "Leave it as it is",
    "refused.recording_off": "Recording is switched off.",
    "refused.recording_no_talk": "The answer can be taken down only while you talk.",
    "refused.recording_not_yours": "Only who talks with the caller takes the answer down.",
    "refused.recording_not_started": "The yes is noted, but the carrier did not record. You may press once more.",
    "refused.recording_delete_later": "The no is noted and nobody may listen. "
    "The carrier does not answer right now; it is deleted as soon as it does.",
    "refused.recording_taken_back": "Not to be heard: the caller said no, it is being deleted.",
}
