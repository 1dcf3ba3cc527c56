"""What an opened call says of its sound, in Chinese and in English; `ui.words` takes it in."""

from __future__ import annotations

from collections.abc import Mapping

ZH: Mapping[str, str] = {
    "follow.title": "听来电人说的话",
    "follow.rule": "客户同意留下声音，为的是判断讲的是哪种话。只有接通以前说的话；谁什么时候听过，都有记录。",
    "follow.listen": "听这通来电（{count} 段）",
    "follow.more": "留下的声音有变化：重新取一次（{count} 段）",
    "follow.ready": "声音已取来，见下面的播放器。",
    "follow.how": "正在说的一段，前面有个三角，字加粗，左边有粗线。点一段，或用 Tab 走到那里再按回车，就从那里放。",
    "follow.player": "来电人接通以前说的话",
    "follow.no_words": "（这一段没有文字）",
    "follow.close": "收起播放器",
    "follow.not_yours": "这通来电留下了声音；接这通电话的话务员、主管和管理员可以听。",
    "follow.why.off": "没有声音：设置里没有打开留下声音。",
    "follow.why.unknown": "没有声音：这个号码不在客户资料里，没有人能同意留下声音。",
    "follow.why.relative": "没有声音：打电话的是家里人，同意的是客户本人。",
    "follow.why.unasked": "没有声音：还没有问过客户是否同意留下声音。",
    "follow.why.refused": "没有声音：客户不同意留下声音。",
    "follow.why.nothing": "没有声音：接通以前没有说到一段够长的话，或者已经到期删除。",
}

EN: Mapping[str, str] = {
    "follow.title": "Hear what the caller said",
    "follow.rule": "The customer agreed to keeping sound, to judge which dialect it is. Only what was said before the "
    "pick-up; who listened and when is on record.",
    "follow.listen": "Listen to this call ({count} utterances)",
    "follow.more": "What is kept has changed: fetch it again ({count} utterances)",
    "follow.ready": "The sound is here; the player stands below.",
    "follow.how": "The words being said are bold, with a triangle before them and a bar at their left. Press words, or "
    "go to them with Tab and press Enter, and the sound goes there.",
    "follow.player": "What the caller said before the pick-up",
    "follow.no_words": "(no words of this one)",
    "follow.close": "Put the player away",
    "follow.not_yours": "Sound of this call is kept; the agent who has it, supervisors and administrators may listen.",
    "follow.why.off": "No sound: keeping it is switched off in the settings.",
    "follow.why.unknown": "No sound: the number is no customer's, so nobody could agree to keeping it.",
    "follow.why.relative": "No sound: somebody of the family is calling, and it is the customer who agreed.",
    "follow.why.unasked": "No sound: the customer has not been asked whether it may be kept.",
    "follow.why.refused": "No sound: the customer does not agree to keeping it.",
    "follow.why.nothing": "No sound: nothing long enough was said before the pick-up, or it is deleted in time.",
}
