"""The settings in Chinese, beside the English of the schema: names of sections and fields, and what each means."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

_FILE = Path(__file__).with_name("assets") / "settings_zh.yaml"
_ABOUT = "_"
_BETWEEN = "｜"

_SAID: Mapping[str, Mapping[str, str]] = yaml.load(_FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
_PARTS = {
    f"{section}.{key}": text.partition(_BETWEEN) for section, texts in _SAID.items() for key, text in texts.items()
}

SECTIONS: Mapping[str, str] = {section: _PARTS[f"{section}.{_ABOUT}"][0] for section in _SAID}
ABOUT: Mapping[str, str] = {section: _PARTS[f"{section}.{_ABOUT}"][2] for section in _SAID}
NAMES: Mapping[str, str] = {name: parts[0] for name, parts in _PARTS.items() if not name.endswith(f".{_ABOUT}")}
HELPS: Mapping[str, str] = {name: parts[2] for name, parts in _PARTS.items() if not name.endswith(f".{_ABOUT}")}

CHOICES: Mapping[str, str] = {
    "local": "本机",
    "taskrouter": "运营商",
    "ray": "集群",
    "elder": "长者",
    "standard": "普通",
    "built": "做好的声音",
    "say": "运营商的声音",
    "all": "自带，全部数据",
    "licensed": "自带，许可数据",
    "site": "本单位的",
    "site_licensed": "本单位的，许可数据",
    "none": "不用",
    "hot_words": "热词",
    "service": "热词和保险用语",
    "february_28": "二月二十八",
    "march_1": "三月一日",
    "zh": "中文",
    "en": "英文",
    "nobody": "谁都不打",
    "danger": "有危险的",
    "elders": "加上长者",
    "everybody": "所有人",
    "phone": "直接响电话",
    "desk": "先在坐席台上接受",
}
"""What can be chosen from, in Chinese."""
