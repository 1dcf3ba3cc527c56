"""What Streamlit itself writes on a page, in Chinese: it has English only (1.67)."""

from __future__ import annotations

from collections.abc import Mapping

ZH: Mapping[str, str] = {
    "Press Enter to apply": "按回车键生效",
    "Press Enter to submit form": "按回车键提交",
    "Press Ctrl+Enter to apply": "按 Ctrl+回车键生效",
    "Press Ctrl+Enter to submit form": "按 Ctrl+回车键提交",
    "Press \u2318+Enter to apply": "按 \u2318+回车键生效",
    "Press \u2318+Enter to submit form": "按 \u2318+回车键提交",
    "Drag and drop a file here": "把文件拖到这里",
    "Drag and drop files here": "把文件拖到这里",
    "Upload": "选文件",
    "Add files": "再选文件",
    "# per file": "每个文件最大 #",
    "No results": "没有找到",
    "Choose an option": "请选择",
    "Choose options": "请选择",
    "Choose or add an option": "请选择，或自己填",
    "Choose or add options": "请选择，或自己填",
    "Clear all": "全部清除",
    "Select all": "全选",
    "Show password": "显示密码",
    "Hide password": "隐藏密码",
    "Record": "开始录音",
    "Stop recording": "停止录音",
    "Clear recording": "清除录音",
    "Download as WAV": "存为 WAV",
    "Play": "播放",
    "Pause": "暂停",
    "Reset": "重来",
    "This app would like to use your microphone.": "本页要用您的麦克风。",
    "Learn how to allow access.": "怎样允许使用。",
    "An error has occurred, please try again.": "出错了，请再试一次。",
}
"""By the English; `#` stands for what is said of a file, such as its size."""
