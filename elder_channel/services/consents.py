"""Customers' consent to keeping sound for training: recorded with who, when and on what basis; withdrawn at once."""

from __future__ import annotations

import structlog

from elder_channel.bootstrap import Line
from elder_channel.learning.model import Consent
from elder_channel.services.accounts import Account
from elder_channel.services.accounts_file import Role
from elder_channel.services.corrections import AccountDirectory, allowed_role
from elder_channel.services.errors import ConsentRefusedError
from elder_channel.services.sound_keeping import SoundKeeping

log = structlog.get_logger()

MAY_RECORD = frozenset({Role.AGENT, Role.SUPERVISOR, Role.ADMINISTRATOR})
MAX_BASIS_CHARACTERS = 200


class Consents:
    """Takes a customer's yes or no."""

    def __init__(self, line: Line, accounts: AccountDirectory) -> None:
        self._line = line
        self._accounts = accounts
        self._sound = SoundKeeping(line)

    def record(self, customer_id: int, *, given: bool, basis: str, by: Account) -> tuple[Consent, int]:
        """Keep what the customer said; a no deletes every kept utterance at once. Returns it and how many were deleted.

        Consent counts for what is said from now on. Raises `NotAllowedError`, and `ConsentRefusedError` when there is
        no such customer or no basis for a yes.
        """
        role = allowed_role(self._accounts, by, MAY_RECORD)
        told = " ".join(basis.split())
        if given and not told:
            raise ConsentRefusedError("consent_basis", "A consent needs its basis: a form, a date, a call.")
        if len(told) > MAX_BASIS_CHARACTERS:
            raise ConsentRefusedError("consent_basis", f"The basis has at most {MAX_BASIS_CHARACTERS} characters.")
        if given and not self._line.customers.exists(customer_id):  # a no is taken from whoever was in the books
            raise ConsentRefusedError("consent_customer", f"There is no customer {customer_id}.")
        consent = self._line.sound_clips.record_consent(
            customer_id, given=given, basis=told, by=by.username, role=role, at=self._line.clock()
        )
        deleted = 0 if given else self._sound.forget_customer(customer_id)
        log.info("consent.recorded", given=given, role=role, deleted=deleted)
        return consent, deleted

    def kept_of(self, customer_id: int, *, by: Account) -> int:
        """How many utterances of the customer a no would delete now. Raises `NotAllowedError`."""
        allowed_role(self._accounts, by, MAY_RECORD)
        return len(self._line.sound_clips.of_customer(customer_id))

    def newest(self) -> dict[int, Consent]:
        """The newest word of every customer who was asked."""
        return self._line.sound_clips.all_consents()


class ShellOperator:
    """Whoever may open the state folder at a shell may do what an administrator may."""

    ACCOUNT = Account("operator", Role.ADMINISTRATOR)

    def find(self, username: str) -> Account | None:
        """The operator's account; nobody else's."""
        return self.ACCOUNT if username == self.ACCOUNT.username else None
