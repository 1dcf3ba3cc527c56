"""What the books keep of TaskRouter, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from elder_channel.storage.engine import Databases
from elder_channel.storage.tasks import CallTask, KeptObject, SqlTaskStore

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
TASK = CallTask("WT1", "CA1", NOW)
WORKER = KeptObject("worker", "lin.xiulan", "WK1", made_by_us=True)


def test_an_object_is_kept_by_kind_and_name(databases: Databases) -> None:
    """Kept again it is replaced; forgotten it is gone; what a worker was told is kept with it."""
    store = SqlTaskStore(databases.calls)
    store.keep_object(WORKER)
    store.keep_object(replace(WORKER, kind="workflow"))
    store.worker_told("lin.xiulan", "Absent", at=NOW)
    assert store.objects("worker") == {"lin.xiulan": replace(WORKER, told="Absent", told_at=NOW)}
    store.keep_object(replace(WORKER, sid="WK2"))
    assert store.objects("worker")["lin.xiulan"].sid == "WK2"
    store.forget_object("worker", "lin.xiulan")
    assert store.objects("worker") == {}
    assert set(store.objects("workflow")) == {"lin.xiulan"}


def test_a_task_is_known_once_and_goes_its_way(databases: Databases) -> None:
    """Word of it may come twice, and in any order."""
    store = SqlTaskStore(databases.calls)
    assert store.add(TASK)
    assert not store.add(replace(TASK, call_sid="CA9"))
    assert store.of_calls(["CA1", "CA2"]) == {"CA1"}
    store.reserve("WT1", "lin-xiulan", "WR1", accepted_at=None)
    assert not store.released("WT1", "WR0")
    assert store.released("WT1", "WR1")
    store.reserve("WT1", "lin-xiulan", "WR2", accepted_at=None)
    store.accepted("WT1", at=NOW)
    store.told("WT1", "a hash")
    assert store.get("WT1") == replace(
        TASK, agent_id="lin-xiulan", reservation_sid="WR2", accepted_at=NOW, told="a hash"
    )
    assert store.over("WT1", at=NOW)
    assert not store.over("WT1", at=NOW)
    assert (store.open_tasks(), store.of_calls(["CA1"])) == ([], set())


def test_tasks_that_are_over_are_forgotten_after_a_while(databases: Databases) -> None:
    """Open ones never."""
    store = SqlTaskStore(databases.calls)
    store.add(TASK)
    store.add(replace(TASK, sid="WT2"))
    store.over("WT1", at=NOW)
    assert store.forget_over_before(NOW + timedelta(days=7)) == 1
    assert [task.sid for task in store.open_tasks()] == ["WT2"]
