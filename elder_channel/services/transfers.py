"""Passing a live call on to a sister company, a colleague or a queue: nobody hangs up, and nothing is said twice."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from elder_channel.agents.model import Presence
from elder_channel.agents.switches import switches_on
from elder_channel.bootstrap import Line
from elder_channel.calls.model import Call, CallState, PassedOn
from elder_channel.services.accounts import Account, Role
from elder_channel.services.errors import NotAllowedError, TransferRefusedError
from elder_channel.services.knowing import Knowing
from elder_channel.services.situation import INTERPRETERS, SHARED, people_of, workforce_of
from elder_channel.services.still_wanted import not_queued_yet
from elder_channel.telephony.errors import CallGoneError, CarrierError

log = structlog.get_logger()

MAX_NOTE_CHARACTERS = 500
_MAY_PASS_ANY = frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR})


@dataclass(frozen=True)
class TransferTarget:
    """Somewhere a call can be passed on to."""

    to: str
    """`company:life`, `agent:lin-xiulan` or `queue:shanghai`."""
    zh: str
    en: str
    at_work: int
    free: int


@dataclass(frozen=True)
class TransferChoices:
    """All of them, for the desk."""

    companies: tuple[TransferTarget, ...]
    agents: tuple[TransferTarget, ...]
    queues: tuple[TransferTarget, ...]


class Transfers:
    """Takes a call out of an agent's leg and lets it wait for the next."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._knowing = Knowing(line)

    def choices(self, call_sid: str) -> TransferChoices:
        """Where the call can go, with how many people are at work and free there; without the agent who has it.

        Raises `TransferRefusedError` for a call nobody knows.
        """
        call, settings = self._call(call_sid), self._line.settings
        on = switches_on(self._line.switches.on())
        force = workforce_of(self._line, now=self._line.clock(), on=on)
        free = {each.definition.id for each in force.free}
        others = force.at_work - {call.agent_id}

        def target(to: str, zh: str, en: str, people: frozenset[str]) -> TransferTarget:
            return TransferTarget(to, zh, en, len(people & others), len(people & others & free))

        everybody = frozenset(agent.id for agent in settings.agents)
        companies = [
            target(f"company:{each.id}", each.zh, each.en, people_of(each.id, settings.companies, settings.agents))
            for each in settings.companies
        ]
        agents = [
            target(f"agent:{each.id}", each.name, each.name, frozenset({each.id}))
            for each in settings.agents
            if each.id in others
        ]
        interpreters = frozenset(agent.id for agent in settings.agents if agent.interpreter)
        queues = [
            target(f"queue:{SHARED}", "全体坐席", "everybody", everybody),
            target(f"queue:{INTERPRETERS}", "翻译坐席", "interpreters", interpreters),
        ]
        for site in settings.sites:
            there = frozenset(agent.id for agent in settings.agents if agent.site == site.id)
            queues.append(target(f"queue:{site.id}", site.name, site.id, there))
        return TransferChoices(tuple(companies), tuple(agents), tuple(queues))

    def transfer(
        self,
        call_sid: str,
        *,
        by: Account,
        as_agent: str | None = None,
        to_company: str | None = None,
        to_agent: str | None = None,
        to_queue: str | None = None,
        note: str = "",
    ) -> PassedOn:
        """Pass the call on; the caller hears one sentence and waits in the old place, the agent's leg ends.

        Exactly one of `to_company`, `to_agent` and `to_queue` (`shared`, `interpreters` or a site's id) is given.
        `as_agent` is the agent the account belongs to: an agent passes on the own call only, others any.
        Raises `TransferRefusedError`, `NotAllowedError`, and the carrier's errors, after which the agent still has the
        call; `CallGoneError` when the caller has left.
        """
        call = self._call(call_sid)
        to = self._target(call, to_company=to_company, to_agent=to_agent, to_queue=to_queue)
        if call.state is not CallState.TALKING or call.agent_id is None:
            raise TransferRefusedError("not_talking", "nobody is talking on this call")
        if by.role not in _MAY_PASS_ANY and call.agent_id != as_agent:
            raise NotAllowedError("An agent passes on the own call only.")
        passed = PassedOn(self._line.clock(), call.agent_id, by.username, to, _checked(note))
        company = to_company or (None if to_queue == SHARED else call.company)
        if not self._line.passing.pass_on(call_sid, passed, company=company):
            raise TransferRefusedError("not_talking", "nobody is talking on this call any more")
        log.info("call.passed_on", call=call_sid, agent=passed.from_agent, to=to)
        self._move(call, passed)
        self._knowing.write_note(call_sid)
        return passed

    def _move(self, call: Call, passed: PassedOn) -> None:
        """Take the caller out of the agent's leg: redirecting the parent of a `<Dial>` ends its other leg."""
        url = self._line.addresses.url("/voice/passed-on")
        try:
            self._line.carrier.redirect(call.sid, url, still_wanted=lambda: not_queued_yet(self._line, call.sid))
        except CallGoneError:
            raise  # the carrier's word of the end closes the books, and an unserved caller is called back
        except CarrierError:
            if self._line.passing.stays_after_all(call, passed):
                raise
            log.warning("call.moved_otherwise", call=call.sid)  # the router gave it to somebody meanwhile

    def _call(self, sid: str) -> Call:
        call = self._line.calls.get(sid)
        if call is None:
            raise TransferRefusedError("no_such_call", "there is no such call")
        return call

    def _target(self, call: Call, *, to_company: str | None, to_agent: str | None, to_queue: str | None) -> str:
        """Where it goes, in the words of the books."""
        given = {"company": to_company, "agent": to_agent, "queue": to_queue}
        named = [(kind, id_) for kind, id_ in given.items() if id_]
        if len(named) != 1:
            raise TransferRefusedError("one_target", "name one company, one agent or one queue")
        kind, id_ = named[0]
        settings = self._line.settings
        known = {
            "company": [each.id for each in settings.companies],
            "agent": [each.id for each in settings.agents],
            "queue": [SHARED, INTERPRETERS, *(site.id for site in settings.sites)],
        }[kind]
        if id_ not in known:
            raise TransferRefusedError("no_such_target", f"there is no {kind} with the id {id_[:32]}")
        if kind == "agent":
            self._may_take(call, id_)
        return f"{kind}:{id_}"

    def _may_take(self, call: Call, agent_id: str) -> None:
        if agent_id == call.agent_id:
            raise TransferRefusedError("same_agent", "this agent has the call")
        state = self._line.agents.states().get(agent_id)
        if state is None or state.presence is Presence.ABSENT:
            raise TransferRefusedError("nobody_there", "this agent is not at work")


def _checked(note: str) -> str:
    text = " ".join(note.split())
    if len(text) > MAX_NOTE_CHARACTERS:
        raise TransferRefusedError("note_too_long", f"the note has more than {MAX_NOTE_CHARACTERS} characters")
    return text
