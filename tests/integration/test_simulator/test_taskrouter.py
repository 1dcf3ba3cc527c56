"""The simulated TaskRouter, spoken to by the real twilio client and answered by a small service."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from tests.integration.test_simulator.conftest import Service, Simulator

LONG_WAIT = '<Response><Gather timeout="30"><Say>请稍等</Say></Gather></Response>'
SERVED = "<Response><Dial><Client>quick</Client></Dial></Response>"


@dataclass
class Space:
    """A workspace with its two activities."""

    api: Any
    sid: str
    ready: str
    away: str

    def queue(self, name: str, expression: str) -> str:
        """A task queue's SID."""
        return str(self.api.task_queues.create(friendly_name=name, target_workers=expression).sid)

    def worker(self, name: str, **attributes: object) -> str:
        """A worker at work; its SID."""
        text = json.dumps(attributes)
        return str(self.api.workers.create(friendly_name=name, attributes=text, activity_sid=self.ready).sid)

    def workflow(self, service: Service, targets: list[dict[str, object]], **more: object) -> str:
        """A workflow of one filter for every task; its SID."""
        routing = {"filters": [{"filter_friendly_name": "all", "expression": "1 == 1", "targets": targets}]}
        made = self.api.workflows.create(
            friendly_name="w",
            configuration=json.dumps({"task_routing": routing}),
            assignment_callback_url=f"{service.base}/assign",
            **more,
        )
        return str(made.sid)


@pytest.fixture
def space(carrier: Client, service: Service) -> Space:
    """A workspace of the test's own, whose events come to the service."""
    made = carrier.taskrouter.v1.workspaces.create(friendly_name="s", event_callback_url=f"{service.base}/event")
    api = carrier.taskrouter.v1.workspaces(made.sid)
    named = {each.friendly_name: each.sid for each in api.activities.list()}
    return Space(api, made.sid, named["Available"], named["Offline"])


def enqueue(workflow: str, attributes: dict[str, object], priority: int = 0) -> str:
    """A document that has the call wait in the workflow."""
    task = f'<Task priority="{priority}">{json.dumps(attributes)}</Task>'
    return f'<Response><Enqueue workflowSid="{workflow}" waitUrl="/wait" action="/left">{task}</Enqueue></Response>'


def redirecting(service: Service) -> Any:
    """Answers an assignment by moving the call to `/connect`."""

    def answer(form: dict[str, str]) -> tuple[int, str]:
        call_sid = json.loads(form["TaskAttributes"])["call_sid"]
        told = {"instruction": "redirect", "call_sid": call_sid, "url": f"{service.base}/connect", "accept": True}
        return 200, json.dumps(told)

    return answer


def test_a_call_becomes_a_task_and_its_worker_gets_it(space: Space, service: Service, simulator: Simulator) -> None:
    """Enqueue, reservation, assignment callback, redirect; the events in between."""
    worker = space.worker("lin", dialects=["minnan"])
    workflow = space.workflow(service, [{"queue": space.queue("all", "dialects HAS 'minnan'")}])
    service.replies |= {"/voice": enqueue(workflow, {"dialect": "minnan"}, 3), "/wait": LONG_WAIT, "/connect": SERVED}
    service.replies["/assign"] = redirecting(service)
    record, _ = simulator.call()
    assert record["answered_by"] == "client:quick"
    (asked,) = service.forms("/assign")
    assert (asked["WorkerSid"], asked["WorkerName"], asked["TaskPriority"]) == (worker, "lin", "3")
    attributes = json.loads(asked["TaskAttributes"])
    assert (attributes["dialect"], attributes["from"]) == ("minnan", "+8613800000000")
    kinds = [form["EventType"] for form in service.forms("/event")]
    assert [kind for kind in kinds if kind.startswith(("task.", "reservation."))] == [
        "task.created", "reservation.created", "reservation.accepted",
    ]  # fmt: skip
    task = space.api.tasks(asked["TaskSid"]).fetch()
    assert task.assignment_status == "assigned"
    space.api.tasks(task.sid).update(assignment_status="completed", reason="done")
    with pytest.raises(TwilioRestException, match="because it is completed"):
        space.api.tasks(task.sid).update(priority=1)


def test_the_workflow_widens_by_its_timeouts(space: Space, service: Service, simulator: Simulator) -> None:
    """A second for who speaks the dialect, then anybody."""
    space.worker("wang", dialects=["dongbei"])
    everybody = space.queue("all", "1 == 1")
    targets = [
        {"queue": everybody, "expression": "task.dialect IN worker.dialects", "timeout": 1},
        {"queue": everybody},
    ]
    service.replies |= {"/voice": enqueue(space.workflow(service, targets), {"dialect": "minnan"}), "/wait": LONG_WAIT}
    service.replies |= {"/assign": redirecting(service), "/connect": SERVED}
    _, events = simulator.call()
    (reserved,) = [event for event in events if event["name"] == "task.reserved"]
    assert reserved["seconds"] >= 1


def test_who_rejects_is_passed_over(space: Space, service: Service, simulator: Simulator) -> None:
    """The worker goes into the activity named, and the next is found."""
    first, _second = space.worker("first"), space.worker("second")
    workflow = space.workflow(service, [{"queue": space.queue("all", "1 == 1")}])
    redirect = redirecting(service)

    def answer(form: dict[str, str]) -> tuple[int, str]:
        if form["WorkerName"] == "first":
            return 200, json.dumps({"instruction": "reject", "activity_sid": space.away})
        return tuple(redirect(form))

    service.replies |= {"/voice": enqueue(workflow, {}), "/wait": LONG_WAIT, "/assign": answer, "/connect": SERVED}
    record, _ = simulator.call()
    assert record["served"]
    assert space.api.workers(first).fetch().activity_name == "Offline"


def test_a_reservation_nobody_answers_runs_out(space: Space, service: Service, simulator: Simulator) -> None:
    """The worker goes into the timeout activity, and the task is offered to the next."""
    first, _second = space.worker("first"), space.worker("second")
    workflow = space.workflow(service, [{"queue": space.queue("all", "1 == 1")}], task_reservation_timeout=1)
    redirect = redirecting(service)
    service.replies |= {"/voice": enqueue(workflow, {}), "/wait": LONG_WAIT, "/connect": SERVED}
    service.replies["/assign"] = lambda form: (200, "{}") if form["WorkerName"] == "first" else tuple(redirect(form))
    record, _ = simulator.call()
    assert record["served"]
    assert space.api.workers(first).fetch().activity_name == "Offline"
    assert "reservation.timeout" in [form["EventType"] for form in service.forms("/event")]


def test_what_is_known_later_sends_the_task_on_its_way_again(
    space: Space, service: Service, simulator: Simulator
) -> None:
    """A task that no worker fits is told a dialect, and found one."""
    space.worker("lin", dialects=["minnan"])
    everybody = space.queue("all", "1 == 1")
    targets = [{"queue": everybody, "expression": "task.dialect IN worker.dialects"}]
    service.replies |= {"/voice": enqueue(space.workflow(service, targets), {"dialect": None}), "/wait": LONG_WAIT}
    service.replies |= {"/assign": redirecting(service), "/connect": SERVED}
    sid = simulator.place()
    simulator.follow(sid, until="queue.entered")
    (task,) = space.api.tasks.list()
    told = {**json.loads(task.attributes), "dialect": "minnan"}
    space.api.tasks(task.sid).update(attributes=json.dumps(told))
    simulator.follow(sid)
    assert simulator.record(sid)["served"]


def test_a_caller_who_hangs_up_cancels_the_task(space: Space, service: Service, simulator: Simulator) -> None:
    """Nobody is offered a call that is over."""
    workflow = space.workflow(service, [{"queue": space.queue("all", "1 == 1")}])
    service.replies |= {"/voice": enqueue(workflow, {}), "/wait": LONG_WAIT}
    simulator.call(hang_up_after_seconds=1)
    (task,) = space.api.tasks.list()
    assert (task.assignment_status, task.reason) == ("canceled", "hangup")


def test_a_workflow_nobody_knows_takes_no_call(service: Service, simulator: Simulator) -> None:
    """The action hears of it and goes on."""
    service.replies |= {"/voice": enqueue("WW" + "f" * 32, {}), "/left": SERVED}
    record, _ = simulator.call()
    assert service.forms("/left")[0]["QueueResult"] == "system-error"
    assert record["served"]


@pytest.mark.parametrize(
    ("targets", "problem"),
    [
        ([{"queue": "WQ" + "0" * 32}], "a queue that is not there"),
        ([{"timeout": 5}], "names a queue"),
        ([{"queue": "Q", "expression": "a-b == 1"}], "hyphens"),
        ([{"queue": "Q", "timeout": 0}], "positive whole number"),
        ([{"queue": "Q", "time_out": 5}], "no key of a target"),
        ([{"queue": "Q", "order_by": "level UP"}], "orders nothing"),
    ],
)
def test_a_wrong_workflow_is_refused_with_the_reason(
    space: Space, service: Service, targets: list[dict[str, object]], problem: str
) -> None:
    """Before a call needs it."""
    queue = space.queue("all", "1 == 1")
    given = [{**target, "queue": queue} if target.get("queue") == "Q" else target for target in targets]
    with pytest.raises(TwilioRestException, match=problem):
        space.workflow(service, given)


def test_what_is_too_long_or_no_json_is_refused(space: Space) -> None:
    """4,096 characters; an object."""
    with pytest.raises(TwilioRestException, match="4096"):
        space.worker("a", skills=["x" * 5000])
    with pytest.raises(TwilioRestException, match="valid JSON"):
        space.api.workers.create(friendly_name="b", attributes="{")
    space.worker("c")
    with pytest.raises(TwilioRestException, match="exists already"):
        space.worker("C")
