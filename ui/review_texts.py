"""The sentences of the page of review in Chinese and in English, under the same keys; `ui.words` takes them in."""

from __future__ import annotations

from collections.abc import Mapping

ZH: Mapping[str, str] = {
    "page.review": "复核",
    "review.trouble": "暂时读不到要复核的来电",
    "review.trouble.explain": "电话照常。请稍后再试。",
    "review.rule": "听一段，选是什么话，自动到下一通。只有客户同意留下声音的来电在这里；谁听过都有记录。"
    "别人怎么判断的，先不给您看。",
    "review.keys": "按 Alt 加 1 到 {count} 选，Alt 加 0 跳过。播放器上按空格键播放或暂停。",
    "review.none": "没有要复核的来电",
    "review.none.explain": "系统没把握的、话务员更正过的、两个人判断不同的来电，客户又同意留下声音，就会出现在这里。"
    "留下声音要先在 site/learning.yaml 里打开，并且告诉来电人。",
    "review.left": "还有 {count} 通",
    "review.why.disagreed": "两个人判断不同",
    "review.why.corrected": "话务员更正过，请第二个人听",
    "review.why.uncertain": "系统没有把握",
    "review.when": "{time} 的来电，留下 {count} 段声音",
    "review.listen": "第 {number} 段，{seconds} 秒",
    "review.choose": "讲的是",
    "review.other": "别的话",
    "review.other.save": "就是这种话",
    "review.pick": "请选",
    "review.skip": "听不出来，跳过",
    "review.kept": "已记下：{name}。",
    "review.agreement": "几个人判断得一样吗",
    "review.agreement.none": "还没有两个人都判断过的来电。",
    "review.agreement.figure": "{calls} 通来电有两个人以上判断过，{agreed} 通一样（{share}）。",
    "review.agreement.apart": "{one}和{other}：{count} 通",
    "review.export": "给训练用的清单",
    "review.export.rule": "写出判断过的声音：说话人用代号，没有姓名、号码和说过的话。由管理员写，写在服务器上。",
    "review.export.go": "写出清单",
    "review.export.done": "已写出 {clips} 段声音、{speakers} 位说话人、{minutes} 分钟，在状态文件夹的 {folder}。",
    "review.export.written": "清单已写好，见下面。",
    "review.export.command": "在服务器上训练：",
    "refused.review_gone": "这段声音已经不留了：客户收回了同意，或者到期删除了。",
    "refused.review_damaged": "这段声音的文件坏了，请不要用它判断。",
    "refused.review_meanwhile": "同事刚判断过这一通，请再看一次。",
    "refused.review_choose": "请先选是什么话。",
}

EN: Mapping[str, str] = {
    "page.review": "Review",
    "review.trouble": "The calls to review cannot be read just now",
    "review.trouble.explain": "Calls go on as before. Please try again later.",
    "review.rule": "Listen, choose what is spoken, and the next one comes. Only calls whose customer agreed to "
    "keeping sound are here; who listened is recorded. What others said is not shown first.",
    "review.keys": "Alt with 1 to {count} chooses, Alt with 0 skips. On the player, space plays and pauses.",
    "review.none": "No call to review",
    "review.none.explain": "Calls the line was not sure of, agents corrected, or two people judged differently "
    "appear here, where the customer agreed to keeping sound. "
    "Keeping sound is switched on in site/learning.yaml, and callers have to be told.",
    "review.left": "{count} left",
    "review.why.disagreed": "two people disagree",
    "review.why.corrected": "an agent corrected it: a second person, please",
    "review.why.uncertain": "the line was not sure",
    "review.when": "Call of {time}, {count} utterances kept",
    "review.listen": "utterance {number}, {seconds} s",
    "review.choose": "It is",
    "review.other": "something else",
    "review.other.save": "It is this",
    "review.pick": "choose",
    "review.skip": "cannot tell, skip",
    "review.kept": "Noted: {name}.",
    "review.agreement": "Do people agree",
    "review.agreement.none": "No call has been judged by two people yet.",
    "review.agreement.figure": "{calls} calls were judged by two people or more, {agreed} alike ({share}).",
    "review.agreement.apart": "{one} or {other}: {count} calls",
    "review.export": "A manifest to train on",
    "review.export.rule": "Writes the judged sound with pseudonyms: no names, no numbers, no words. "
    "Administrators write it, on the server.",
    "review.export.go": "Write the manifest",
    "review.export.done": "{clips} utterances of {speakers} speakers, {minutes} minutes, in {folder} of the "
    "state folder.",
    "review.export.written": "The manifest is written, see below.",
    "review.export.command": "To train, on the server:",
    "refused.review_gone": "This sound is kept no longer: the customer took the consent back, or its time was over.",
    "refused.review_damaged": "The file of this sound is damaged; do not judge by it.",
    "refused.review_meanwhile": "A colleague has just judged this call; please look again.",
    "refused.review_choose": "Choose what is spoken first.",
}
