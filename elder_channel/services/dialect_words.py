"""Words a site adds to a dialect: tried on the stored sentences first, then kept with who and why, and taken back."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from dialects.additions import NOTE_CHARACTERS, REASONS, Addition, Additions, Kind, TakenBack, addition, with_additions
from dialects.additions import wrong_with as wrong_with_addition
from dialects.catalogue import Catalogue
from dialects.dialect import Dialect
from dialects.errors import CatalogueError
from dialects.sentence_trials import Change, changes, load_sentences
from elder_channel.bootstrap import Line
from elder_channel.services.accounts import Account
from elder_channel.services.accounts_file import Role
from elder_channel.services.corrections import AccountDirectory, allowed_role
from elder_channel.services.errors import ChangedMeanwhileError, DialectRefusedError

log = structlog.get_logger()

MAY_ADD = frozenset({Role.EDITOR, Role.APPROVER, Role.ADMINISTRATOR})
"""What a word says moves callers: those who write what callers hear."""


_TRIED_KEPT = 4


@dataclass(frozen=True)
class Wish:
    """A word somebody wants to add."""

    dialect: str
    kind: Kind
    text: str
    weight: float | None = None
    need: str | None = None
    note: str = ""


@dataclass(frozen=True)
class Words:
    """What a site has added to a dialect."""

    additions: Additions
    etag: str
    problem: str | None = None
    """Why the file is not in use as it is now: the path, and what is wrong."""


@dataclass(frozen=True)
class Trial:
    """What would become of the stored sentences."""

    changes: tuple[Change, ...]
    sentences: int
    """How many were tried."""

    @property
    def worse(self) -> int:
        """How many are answered wrongly that were not before."""
        return sum(change.is_worse for change in self.changes)

    @property
    def better(self) -> int:
        """How many are answered rightly that were not before."""
        return sum(change.is_better for change in self.changes)


class DialectWords:
    """Adds words to dialects and takes them back."""

    def __init__(self, line: Line, accounts: AccountDirectory) -> None:
        self._line = line
        self._accounts = accounts
        self._made: dict[object, Catalogue] = {}
        """Catalogues that were tried, by what they say: trying and keeping ask the same one."""

    def words(self, dialect_id: str) -> Words:
        """What was added to a dialect, in the file as it is now. Raises DialectRefusedError for an unknown dialect."""
        dialect = self._dialect(dialect_id)
        try:
            return Words(*self._line.dialect_additions.read(dialect))
        except CatalogueError as error:
            return Words(Additions(), "", str(error))

    def wrong_with(self, wish: Wish) -> str | None:
        """Why a wish cannot be, as the code of `DialectRefusedError`; None when it can."""
        try:
            self._checked(wish, by="")
        except DialectRefusedError as error:
            return error.code
        return None

    def trial(self, wish: Wish) -> Trial:
        """What would become of the stored sentences; nothing is kept. Raises DialectRefusedError."""
        standing, new = self._checked(wish, by="")
        return self._tried(wish.dialect, standing.additions.added, (*standing.additions.added, new))

    def trial_without(self, dialect_id: str, gone: Addition) -> Trial:
        """The same for taking one back."""
        added = self._readable(dialect_id).additions.added
        return self._tried(dialect_id, added, tuple(each for each in added if not each.is_like(gone)))

    def add(self, wish: Wish, *, seen: str, by: Account, even_if_worse: bool = False) -> Words:
        """Keep a word on top of the file that was `seen`; calls use it within seconds.

        Raises NotAllowedError, DialectRefusedError (also where sentences get worse and nobody said that this is
        known), and ChangedMeanwhileError where somebody else has changed the dialect since.
        """
        role = allowed_role(self._accounts, by, MAY_ADD)
        standing, new = self._checked(wish, by=by.username)
        tried = self._tried(wish.dialect, standing.additions.added, (*standing.additions.added, new))
        if tried.worse and not even_if_worse:
            raise DialectRefusedError("dialect_worse", f"{tried.worse} stored sentences would be answered wrongly.")
        wanted = standing.additions.model_copy(update={"added": (*standing.additions.added, new)})
        kept = self._replace(wish.dialect, wanted, seen=seen)
        log.info("dialect.word_added", dialect=wish.dialect, kind=new.kind, by=by.username, role=role)
        return kept

    def take_back(self, dialect_id: str, gone: Addition, *, reason: str, seen: str, by: Account) -> Words:
        """Use a word no longer; it stays in the file with who took it back and why. Raises as `add`."""
        role = allowed_role(self._accounts, by, MAY_ADD)
        if not reason.strip() or len(reason) > NOTE_CHARACTERS:
            raise DialectRefusedError("dialect_reason", f"A reason has 1 to {NOTE_CHARACTERS} characters.")
        standing = self._readable(dialect_id).additions
        found = next((each for each in standing.added if each.is_like(gone)), None)
        if found is None:
            raise DialectRefusedError("dialect_gone", "The word has been taken back already.")
        record = TakenBack(addition=found, by=by.username, at=self._line.clock(), reason=reason.strip())
        left = tuple(each for each in standing.added if each is not found)
        wanted = standing.model_copy(update={"added": left, "taken_back": (*standing.taken_back, record)})
        kept = self._replace(dialect_id, wanted, seen=seen)
        log.info("dialect.word_taken_back", dialect=dialect_id, kind=found.kind, by=by.username, role=role)
        return kept

    def _dialect(self, dialect_id: str) -> Dialect:
        dialect = self._line.catalogues.base.dialects.get(dialect_id)
        if dialect is None:
            raise DialectRefusedError("dialect_unknown", f"There is no dialect {dialect_id[:32]!r}.")
        return dialect

    def _readable(self, dialect_id: str) -> Words:
        words = self.words(dialect_id)
        if words.problem:  # writing anew would throw away what somebody meant to say there
            raise DialectRefusedError("dialect_file", words.problem)
        return words

    def _checked(self, wish: Wish, *, by: str) -> tuple[Words, Addition]:
        standing = self._readable(wish.dialect)
        more = {"weight": wish.weight, "need": wish.need, "note": wish.note.strip()}
        new = addition(wish.kind, wish.text, by=by, at=self._line.clock(), **more)
        wrong = wrong_with_addition(new, self._dialect(wish.dialect), standing.additions.added)
        if wrong:
            raise DialectRefusedError(f"dialect_{wrong}", f"{new.text[:40]}: {REASONS[wrong]}.")
        return standing, new

    def _tried(self, dialect_id: str, before: tuple[Addition, ...], after: tuple[Addition, ...]) -> Trial:
        return Trial(changes(self._with(dialect_id, before), self._with(dialect_id, after)), len(load_sentences()))

    def _with(self, dialect_id: str, added: tuple[Addition, ...]) -> Catalogue:
        current = self._line.catalogues.additions
        if added == current.get(dialect_id, ()):
            return self._line.catalogue  # what is in use has been asked before
        wanted = {**current, dialect_id: added}
        said = tuple((id_, *map(_what_it_says, wanted[id_])) for id_ in sorted(wanted))
        if said not in self._made:
            while len(self._made) >= _TRIED_KEPT:
                self._made.pop(next(iter(self._made)))
            self._made[said] = with_additions(self._line.catalogues.base, wanted)
        return self._made[said]

    def _replace(self, dialect_id: str, wanted: Additions, *, seen: str) -> Words:
        try:
            etag = self._line.dialect_additions.replace(self._dialect(dialect_id), wanted, seen=seen)
        except OSError as error:
            raise DialectRefusedError(
                "dialect_not_written", f"{self._line.dialect_additions.folder}: {error}"
            ) from error
        if etag is None:
            raise ChangedMeanwhileError("Somebody else has changed the words of this dialect meanwhile; look again.")
        self._line.catalogues.reload()
        return Words(wanted, etag)


def _what_it_says(each: Addition) -> tuple[object, ...]:
    return each.kind, each.text, each.weight, each.need
