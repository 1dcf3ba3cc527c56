"""What an agent reads at the end of a shift."""

from __future__ import annotations

from collections.abc import Mapping

ZH: Mapping[str, str] = {
    "shift.title": "交班：名下还有 {count} 张没办结的会办单",
    "shift.means": "{numbers} 号会全部转到对方名下，每一张的记录里都会写上您的话。转错了，请对方或主管再转回来。",
    "shift.to": "交给谁",
    "shift.note": "接班的人要知道什么",
    "shift.give": "把这 {count} 张都交过去",
    "shift.done": "已交班，对方在「我的」里看得到。",
    "shift.stayed": "{numbers} 号刚好有人在办，还在您名下；请再交一次。其余的已交过去。",
    "draft.kind.shift": "交班的话（{time}）",
}

EN: Mapping[str, str] = {
    "shift.title": "End of shift: {count} work orders of yours are open",
    "shift.means": (
        "All of them ({numbers}) become theirs, with your words in each one's history. "
        "Given to the wrong person, they or a supervisor give them back."
    ),
    "shift.to": "To whom",
    "shift.note": "What the next one should know",
    "shift.give": "Hand over all {count}",
    "shift.done": "Handed over; they find them under their own.",
    "shift.stayed": "Somebody was at work on {numbers} just then: still yours, try again. The others are handed over.",
    "draft.kind.shift": "Words for the next shift ({time})",
}
