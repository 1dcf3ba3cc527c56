"""TaskRouter's JSON; fields as in twilio_taskrouter_v1.json."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from elder_channel.simulator.taskrouter.objects import (
    Activity,
    Reservation,
    Task,
    TaskQueue,
    Worker,
    Workflow,
    Workspace,
)

Json = dict[str, Any]


class Formats:
    """Renders what lies in workspaces; `base_url` is where this API is reached."""

    def __init__(self, account_sid: str, base_url: str) -> None:
        self._account_sid = account_sid
        self._base = base_url.rstrip("/")

    def workspace(self, each: Workspace) -> Json:
        """A workspace."""
        url = f"{self._base}/v1/Workspaces/{each.sid}"
        return {
            "account_sid": self._account_sid,
            "date_created": moment(each.created_at),
            "date_updated": moment(each.created_at),
            "default_activity_name": each.default_activity.name,
            "default_activity_sid": each.default_activity.sid,
            "event_callback_url": each.event_url,
            "events_filter": ",".join(sorted(each.events_filter)) or None,
            "friendly_name": each.name,
            "multi_task_enabled": True,
            "prioritize_queue_order": "FIFO",
            "sid": each.sid,
            "timeout_activity_name": each.timeout_activity.name,
            "timeout_activity_sid": each.timeout_activity.sid,
            "url": url,
            "links": {},
        }

    def activity(self, workspace: Workspace, each: Activity) -> Json:
        """An activity."""
        about = self._about(workspace, "Activities", each.sid, each.created_at)
        return {**about, "available": each.available, "friendly_name": each.name}

    def queue(self, workspace: Workspace, each: TaskQueue) -> Json:
        """A task queue."""
        return {
            **self._about(workspace, "TaskQueues", each.sid, each.created_at),
            "assignment_activity_name": None,
            "assignment_activity_sid": None,
            "friendly_name": each.name,
            "max_reserved_workers": each.max_reserved_workers,
            "reservation_activity_name": None,
            "reservation_activity_sid": None,
            "target_workers": each.target_workers,
            "task_order": "FIFO",
        }

    def worker(self, workspace: Workspace, each: Worker) -> Json:
        """A worker."""
        return {
            **self._about(workspace, "Workers", each.sid, each.created_at),
            "activity_name": each.activity.name,
            "activity_sid": each.activity.sid,
            "attributes": json.dumps(each.attributes, ensure_ascii=False),
            "available": each.activity.available,
            "date_status_changed": moment(each.activity_since),
            "friendly_name": each.name,
        }

    def workflow(self, workspace: Workspace, each: Workflow) -> Json:
        """A workflow."""
        return {
            **self._about(workspace, "Workflows", each.sid, each.created_at),
            "assignment_callback_url": each.assignment_url,
            "configuration": each.configuration,
            "document_content_type": "application/json",
            "fallback_assignment_callback_url": each.fallback_url,
            "friendly_name": each.name,
            "task_reservation_timeout": each.reservation_seconds,
        }

    def task(self, workspace: Workspace, each: Task) -> Json:
        """A task."""
        queue = workspace.queues.get(each.queue_sid or "")
        return {
            **self._about(workspace, "Tasks", each.sid, each.created_at),
            "addons": "{}",
            "age": int(each.age_seconds),
            "assignment_status": each.status.value,
            "attributes": json.dumps(each.attributes, ensure_ascii=False),
            "ignore_capacity": False,
            "priority": each.priority,
            "reason": each.reason,
            "routing_target": None,
            "task_channel_sid": None,
            "task_channel_unique_name": "voice",
            "task_queue_entered_date": moment(each.created_at),
            "task_queue_friendly_name": queue.name if queue else None,
            "task_queue_sid": queue.sid if queue else None,
            "timeout": int(each.ttl_seconds),
            "virtual_start_time": moment(each.virtual_start),
            "workflow_friendly_name": each.workflow.name,
            "workflow_sid": each.workflow.sid,
        }

    def reservation(self, workspace: Workspace, task: Task, each: Reservation) -> Json:
        """A reservation of a task."""
        return {
            **self._about(workspace, f"Tasks/{task.sid}/Reservations", each.sid, each.created_at),
            "reservation_status": each.status.value,
            "task_sid": task.sid,
            "worker_name": each.worker.name,
            "worker_sid": each.worker.sid,
        }

    def page(self, key: str, items: Sequence[Json], path: str, query: dict[str, str]) -> Json:
        """One page of a list; 50 unless asked, at most 1000."""
        size = min(max(_whole(query.get("PageSize"), 50), 1), 1000)
        number = _whole(query.get("Page"), 0)
        kept = {name: value for name, value in query.items() if name not in ("Page", "PageSize", "PageToken")}

        def url(page: int) -> str:
            return f"{self._base}{path}?{urlencode({**kept, 'PageSize': size, 'Page': page})}"

        more = len(items) > (number + 1) * size
        meta = {
            "first_page_url": url(0),
            "key": key,
            "next_page_url": url(number + 1) if more else None,
            "page": number,
            "page_size": size,
            "previous_page_url": url(number - 1) if number else None,
            "url": url(number),
        }
        return {"meta": meta, key: list(items[number * size : (number + 1) * size])}

    def _about(self, workspace: Workspace, kind: str, sid: str, created_at: float) -> Json:
        return {
            "account_sid": self._account_sid,
            "workspace_sid": workspace.sid,
            "sid": sid,
            "date_created": moment(created_at),
            "date_updated": moment(created_at),
            "url": f"{self._base}/v1/Workspaces/{workspace.sid}/{kind}/{sid}",
            "links": {},
        }


def moment(at: float) -> str:
    """A moment as TaskRouter writes it."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _whole(text: str | None, default: int) -> int:
    return int(text) if text is not None and text.isdigit() else default
