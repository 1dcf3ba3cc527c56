"""Every word that a plan or the outbox says is explained to whoever reads the table."""

from __future__ import annotations

from elder_channel.cli.greeting_reasons import REASONS, STATES, meaning
from greeting_sms.last_checks import Held
from greeting_sms.planning import LeftOut
from greeting_sms.recipients import HeldBack
from greeting_sms.states import GreetingState


def test_every_reason_and_state_has_a_sentence() -> None:
    """A new one must be given its own."""
    assert {*LeftOut, *HeldBack, *Held} <= set(REASONS)
    assert set(GreetingState) == set(STATES)


def test_a_carrier_s_code_stands_for_itself() -> None:
    """There are hundreds; an unknown word says nothing wrong."""
    assert (meaning("carrier_30003"), meaning("else")) == ("the carrier's code 30003", "")
