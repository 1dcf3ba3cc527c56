"""A campaign that tests change one thing of."""

from __future__ import annotations

from typing import Any


def campaign_settings(**changes: Any) -> dict[str, Any]:
    """A campaign in Chinese and English, as a file would have it."""
    return {
        "id": "birthday",
        "title": "生日",
        "sender": {"zh": "示例集团", "en": "Example Group"},
        "opt_out": {"zh": "拒收请回复R", "en": "Reply STOP to opt out."},
        "templates": [
            {"id": "zh", "language": "zh", "provider_id": "E1", "text": "{salutation|您好}，祝您生日快乐！"},
            {"id": "zh-plain", "language": "zh", "provider_id": "E2", "plain": True, "text": "祝您生日快乐！"},
            {"id": "en", "language": "en", "text": "Dear {salutation|customer}, happy birthday!"},
            {"id": "en-plain", "language": "en", "plain": True, "text": "Happy birthday!"},
        ],
        **changes,
    }
