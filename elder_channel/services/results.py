"""What somebody had worked out last, kept for them; long work goes on while its page is left, and is found again.

A result lies where drafts lie: its owner alone sees it, it ends as they do, and it holds no person's data. Work under
way lives in this process; when that ends in the middle, what was asked is still there and said to be broken off.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import structlog

from elder_channel.bootstrap import Line
from elder_channel.drafts.model import FormDraft, Value
from elder_channel.services.accounts import Account
from elder_channel.services.corrections import AccountDirectory, allowed_role
from elder_channel.services.drafts import ANYBODY, MAX_DRAFT_CHARACTERS, NOBODY
from elder_channel.services.errors import ResultRefusedError, ServiceError
from elder_channel.storage.form_drafts import SqlFormDrafts

log = structlog.get_logger()

KIND: Final = "result"
"""How the names of results begin among the drafts; these are not listed as unfinished."""
AT_ONCE: Final = 1
"""Long works at a time: the console's processor serves everybody who looks at it."""
Progress = Callable[[float], object]
Starter = Callable[[Callable[[], None]], object]


class ResultState(StrEnum):
    """How work stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    BROKEN_OFF = "broken_off"  # the console ended in the middle


@dataclass(frozen=True)
class Result:
    """What was asked for last, and what came of it."""

    state: ResultState
    asked: Mapping[str, Any]
    """As it was filled in."""
    told: str
    """The result as its maker writes it; empty until there is one."""
    code: str
    """Why there is none, a code of a ServiceError or `failed`; empty otherwise."""
    at: datetime
    """When it was worked out; while it runs, when it was begun."""
    progress: float = 0.0
    """How far it is, in the unit of its maker."""


@dataclass
class _Work:
    token: str
    progress: float = 0.0


def in_a_thread(work: Callable[[], None]) -> None:
    """Do it aside; a process that ends does not wait for it."""
    threading.Thread(target=work, name="result", daemon=True).start()


class Results:
    """The last result of each kind and person."""

    def __init__(self, line: Line, accounts: AccountDirectory, *, start: Starter = in_a_thread) -> None:
        """`start` does a piece of work aside."""
        self._line = line
        self._accounts = accounts
        self._books = SqlFormDrafts(line.databases.calls)
        self._start = start
        self._works: dict[tuple[str, str], _Work] = {}
        self._lock = threading.Lock()
        self._turn = threading.Semaphore(AT_ONCE)

    def find(self, name: str, *, by: Account) -> Result | None:
        """This person's last; None where there is none, or it is too old."""
        allowed_role(self._accounts, by, ANYBODY)
        kept = self._books.find(by.username, _form(name))
        days = self._line.settings.privacy.keep_drafts_days
        if kept is None or kept.saved_at <= self._line.clock() - timedelta(days=days):
            return None
        return self._result(kept, self._works.get((by.username, name)))

    def keep(self, name: str, asked: Mapping[str, Any], told: str, *, by: Account) -> None:
        """Keep what was worked out at once."""
        allowed_role(self._accounts, by, ANYBODY)
        self._write(name, by, {**_begun(asked, ""), "state": ResultState.DONE, "told": _fitting(told)})

    def begin(self, name: str, asked: Mapping[str, Any], work: Callable[[Progress], str], *, by: Account) -> None:
        """Have something worked out aside; what `work` gives back is kept as the result, and what it raises is told.

        Raises ResultRefusedError while this person's last of the kind still runs.
        """
        allowed_role(self._accounts, by, ANYBODY)
        mine = _Work(uuid.uuid4().hex)
        with self._lock:
            if (by.username, name) in self._works:
                raise ResultRefusedError("result_running", "It is being worked out already.")
            self._works[by.username, name] = mine
        try:
            self._write(name, by, _begun(asked, mine.token))
            self._start(lambda: self._carry_out(name, by, mine, work))
        except BaseException:
            self._works.pop((by.username, name), None)
            raise

    def _carry_out(self, name: str, by: Account, mine: _Work, work: Callable[[Progress], str]) -> None:
        def tell(progress: float) -> None:
            mine.progress = progress

        try:
            with self._turn:
                came = _attempt(work, tell)
            self._write(name, by, came)
        except Exception as error:  # noqa: BLE001 - the way in of a thread; without the books it counts as broken off
            log.error("result.not_kept", result=name, error=type(error).__name__)
        finally:
            self._works.pop((by.username, name), None)

    def _write(self, name: str, by: Account, fields: Mapping[str, Value]) -> None:
        self._books.keep(by.username, _form(name), fields, base="", about=NOBODY, at=self._line.clock())

    def _result(self, kept: FormDraft, work: _Work | None) -> Result:
        fields = kept.fields
        state = ResultState(str(fields["state"]))
        runs = work is not None and work.token == fields["work"]
        if state is ResultState.RUNNING and not runs:
            state = ResultState.BROKEN_OFF
        progress = work.progress if work is not None and runs else 0.0
        asked: Mapping[str, Any] = json.loads(str(fields["asked"]))
        return Result(state, asked, str(fields["told"]), str(fields["code"]), kept.saved_at, progress)


def _attempt(work: Callable[[Progress], str], tell: Progress) -> dict[str, Value]:
    """What is to be kept of the work's end."""
    try:
        return {"state": ResultState.DONE, "told": _fitting(work(tell))}
    except ServiceError as error:
        return {"state": ResultState.FAILED, "code": error.code}
    except Exception as error:  # the way in of a thread: whatever is wrong, its page says so
        log.error("result.failed", error=type(error).__name__, exc_info=error)
        return {"state": ResultState.FAILED, "code": "failed"}


def _begun(asked: Mapping[str, Any], token: str) -> dict[str, Value]:
    written = json.dumps(dict(asked), ensure_ascii=False)
    return {"asked": _fitting(written), "state": ResultState.RUNNING, "told": "", "code": "", "work": token}


def _fitting(text: str) -> str:
    if len(text) > MAX_DRAFT_CHARACTERS:
        raise ResultRefusedError("result_too_long", f"A result has at most {MAX_DRAFT_CHARACTERS} characters.")
    return text


def _form(name: str) -> str:
    return f"{KIND}:{name}"[:120]
