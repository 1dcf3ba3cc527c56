"""What if this number called then and said this: the whole decision with its reasons, nothing kept, nobody rung.

The line itself decides, on books in memory that hold what it would read of that number: the functions are those of
real calls, so what is told here is what would happen. Left out is only who else is waiting at that moment.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from dialects.area import AreaKind, locate
from elder_channel.agents.model import Answer
from elder_channel.bootstrap import Line, line_aside
from elder_channel.services.accounts import Account
from elder_channel.services.accounts_file import Role
from elder_channel.services.corrections import AccountDirectory, allowed_role
from elder_channel.services.errors import WhatIfRefusedError
from elder_channel.services.line import normal_number
from elder_channel.services.what_if_ear import LineHears, MakeHears, sound_of
from elder_channel.services.what_if_model import Decision, People, Question
from elder_channel.services.what_if_telling import tell
from elder_channel.services.what_if_trial import MovingClock, Trial
from elder_channel.storage.aside import books_aside, copy_about

log = structlog.get_logger()

MAY_ASK = frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR, Role.APPROVER, Role.EDITOR})
"""Whoever leads or writes; a number typed here tells what the books say of it."""
MAX_WORDS_CHARACTERS = 500
KEYS = ("0", "8", "9", "5")
"""Keys that can be tried: a person, loud and slow, English, and a wrong one."""


@dataclass(frozen=True)
class Dialled:
    """A number that callers may have dialled."""

    number: str
    kind: str
    """`hotline`, `dedicated` or `company`."""
    name: str = ""
    """Of the company."""


class WhatIf:
    """Answers what the line would do."""

    def __init__(self, line: Line, accounts: AccountDirectory, hears: MakeHears = LineHears) -> None:
        self._line = line
        self._accounts = accounts
        self._hears = hears(line)

    def dialled(self) -> tuple[Dialled, ...]:
        """The numbers the line answers."""
        settings = self._line.settings
        return (
            Dialled(settings.line.hotline_number, "hotline"),
            *(Dialled(number, "dedicated") for number in settings.line.dedicated_numbers),
            *(Dialled(number, "company", each.zh) for each in settings.companies for number in each.numbers),
        )

    def decide(self, question: Question, *, by: Account, recording: bytes | None = None) -> Decision:
        """What the line would do with this call.

        Raises `NotAllowedError`, `WhatIfRefusedError` for what cannot be a call, and `RecognitionUnavailableError`
        where nobody can listen to the recording.
        """
        allowed_role(self._accounts, by, MAY_ASK)
        _check(question)
        sound = sound_of(recording) if recording is not None else None
        self._line.source.reload()  # what was just changed in the settings counts
        self._line.catalogues.reload()  # and words just added to a dialect
        at = question.at or self._line.clock()
        with structlog.contextvars.bound_contextvars(what_if=by.username), books_aside() as books:
            clock = MovingClock(at)
            line = line_aside(self._line, books, clock)
            as_they_are = question.people is People.NOW
            real = self._line.databases.calls
            copy_about(normal_number(question.number), real, books.calls, agents_too=as_they_are)
            _people_to_work(line, question.people)
            played = Trial(line, clock, question, sound, self._hears).play()
            return tell(line, question, played, viewer=by.username, cut=sound is not None and sound.cut, began=at)


def _check(question: Question) -> None:
    if question.number and locate(normal_number(question.number)).kind is AreaKind.INVALID:
        raise WhatIfRefusedError("what_if_number", "This is no telephone number.")
    if len(question.words) > MAX_WORDS_CHARACTERS:
        raise WhatIfRefusedError("what_if_words", f"At most {MAX_WORDS_CHARACTERS} characters are said.")
    if question.key and question.key not in KEYS:
        raise WhatIfRefusedError("what_if_key", "There is no such key.")


def _people_to_work(line: Line, people: People) -> None:
    """As they are, or everybody free; whose shift it is not is left out by the router in either case."""
    agents = line.settings.agents
    at_desks = [agent.id for agent in agents if agent.answer is Answer.DESK and people is People.NOW]
    line.agents.sync((agent.id for agent in agents), at=line.clock(), at_desks=at_desks)
