"""Calls that wait in a workflow: `<Enqueue workflowSid>` with its `<Task>`.

Source: twilio.com/docs/taskrouter/twiml-queue-calls.
"""

from __future__ import annotations

import json
import re
from typing import Any

from elder_channel.simulator.call import Call
from elder_channel.simulator.taskrouter.objects import DAY_SECONDS, Task
from elder_channel.simulator.twiml import Verb

_BIG = re.compile(r"(?<!^)(?=[A-Z])")


def why_not(verb: Verb, call: Call) -> str | None:
    """Why the call cannot become a task of its workflow; None when it can."""
    if call.troubles.taskrouter_refuses:
        return "TaskRouter refuses the call (a fault of the plan)"
    if call.exchange.taskrouter.find_workflow(verb.attributes["workflowSid"]) is None:
        return f"there is no workflow {verb.attributes['workflowSid']}"
    try:
        _given(verb)
    except ValueError as error:
        return f"the <Task> is no JSON object: {error}"
    return None


def make_task(verb: Verb, call: Call) -> Task:
    """The task of a call that has entered its workflow's queue: the call's own attributes, and those of `<Task>`."""
    router = call.exchange.taskrouter
    found = router.find_workflow(verb.attributes["workflowSid"])
    assert found is not None
    workspace, workflow = found
    noun = next(iter(verb.named("Task")), None)
    task = Task(
        workflow,
        {**_own(call), **_given(verb)},
        priority=int(noun.number("priority", default=0)) if noun else 0,
        ttl_seconds=noun.number("timeout", default=DAY_SECONDS) if noun else DAY_SECONDS,
        call=call,
    )
    router.add_task(workspace, task)
    return task


def _given(verb: Verb) -> dict[str, Any]:
    noun = next(iter(verb.named("Task", "TaskAttributes")), None)
    value = json.loads(noun.text) if noun and noun.text else {}
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


def _own(call: Call) -> dict[str, str]:
    """The call's standard parameters, `CallSid` as `call_sid`."""
    return {_BIG.sub("_", name).lower(): value for name, value in call.fields().items()}
