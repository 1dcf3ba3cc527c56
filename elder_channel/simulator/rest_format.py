"""The carrier's JSON: calls, queues, members, streams, and lists of them; fields as in twilio_api_v2010.json."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from elder_channel.simulator.legs import API_VERSION, Leg
from elder_channel.simulator.queues import Member, Queue
from elder_channel.simulator.stream import MediaStream

Json = dict[str, Any]
_SUBRESOURCES = ("notifications", "recordings", "payments", "events", "siprec", "streams", "transcriptions")


def account_path(account_sid: str) -> str:
    """The path under which an account's resources lie."""
    return f"/{API_VERSION}/Accounts/{account_sid}"


def call_json(leg: Leg, account_sid: str) -> Json:
    """One call."""
    path = f"{account_path(account_sid)}/Calls/{leg.sid}"
    return {
        "account_sid": account_sid,
        "annotation": None,
        "answered_by": leg.answered_by,
        "api_version": API_VERSION,
        "caller_name": None,
        "date_created": moment(leg.created_at),
        "date_updated": moment(leg.ended_at or leg.answered_at or leg.created_at),
        "direction": leg.direction,
        "duration": str(leg.duration_seconds) if leg.ended_at is not None else None,
        "end_time": moment(leg.ended_at),
        "forwarded_from": None,
        "from": leg.from_,
        "from_formatted": leg.from_,
        "group_sid": None,
        "parent_call_sid": leg.parent_sid,
        "phone_number_sid": None,
        "price": None,
        "price_unit": "USD",
        "queue_time": "0",
        "sid": leg.sid,
        "start_time": moment(leg.answered_at),
        "status": leg.status,
        "subresource_uris": {name: f"{path}/{name.capitalize()}.json" for name in _SUBRESOURCES},
        "to": leg.to,
        "to_formatted": leg.to,
        "trunk_sid": None,
        "uri": f"{path}.json",
    }


def queue_json(queue: Queue, account_sid: str) -> Json:
    """One queue."""
    path = f"{account_path(account_sid)}/Queues/{queue.sid}"
    return {
        "account_sid": account_sid,
        "average_wait_time": queue.average_wait_seconds,
        "current_size": len(queue.members),
        "date_created": moment(queue.created_at),
        "date_updated": moment(queue.created_at),
        "friendly_name": queue.name,
        "max_size": queue.max_size,
        "sid": queue.sid,
        "subresource_uris": {"members": f"{path}/Members.json"},
        "uri": f"{path}.json",
    }


def member_json(queue: Queue, member: Member, account_sid: str, *, position: int | None = None) -> Json:
    """One waiting call; `position` is given when it has just left the queue."""
    return {
        "call_sid": member.call.sid,
        "date_enqueued": moment(member.joined_at),
        "position": queue.position(member) if position is None else position,
        "queue_sid": queue.sid,
        "uri": f"{account_path(account_sid)}/Queues/{queue.sid}/Members/{member.call.sid}.json",
        "wait_time": member.wait_seconds,
    }


def stream_json(stream: MediaStream, call_sid: str, account_sid: str) -> Json:
    """One media stream."""
    return {
        "account_sid": account_sid,
        "call_sid": call_sid,
        "date_updated": moment(stream.updated_at),
        "name": stream.name,
        "sid": stream.sid,
        "status": stream.status,
        "uri": f"{account_path(account_sid)}/Calls/{call_sid}/Streams/{stream.sid}.json",
    }


def page_json(key: str, items: Sequence[Json], *, path: str, query: dict[str, str]) -> Json:
    """One page of a list; `Page` counts from 0, `PageSize` is 50 unless asked, at most 1000."""
    size = min(max(_whole(query.get("PageSize"), 50), 1), 1000)
    page = max(_whole(query.get("Page"), 0), 0)
    shown = list(items[page * size : (page + 1) * size])
    kept = {name: value for name, value in query.items() if name not in ("Page", "PageSize", "PageToken")}

    def uri(number: int) -> str:
        return f"{path}?{urlencode({**kept, 'PageSize': size, 'Page': number})}"

    return {
        key: shown,
        "end": page * size + max(len(shown) - 1, 0),
        "first_page_uri": uri(0),
        "next_page_uri": uri(page + 1) if len(items) > (page + 1) * size else None,
        "page": page,
        "page_size": size,
        "previous_page_uri": uri(page - 1) if page else None,
        "start": page * size,
        "uri": uri(page),
    }


def moment(at: float | None) -> str | None:
    """A moment as the carrier writes it (RFC 2822)."""
    return None if at is None else format_datetime(datetime.fromtimestamp(at, UTC))


def _whole(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.isdigit() else default
