"""What holds of a call after several verdicts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from elder_channel.learning.model import Correction, standing_of

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def verdict(number: int, dialect: str | None, need: str | None = None, *, somebody_else: bool = False) -> Correction:
    """A verdict on a call the line took for Fuzhou."""
    return Correction(
        call_sid="CA1", number=number, corrected_at=NOW, corrected_by="lin", role="agent", customer_id=7,
        somebody_else=somebody_else, from_dialect="fuzhou", from_probability=0.8, from_abstained=False,
        to_dialect=dialect, from_need=None, to_need=need,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        pytest.param([verdict(1, "minnan")], ("minnan", None, 1), id="one"),
        pytest.param([verdict(1, "minnan"), verdict(2, "puxian")], ("puxian", None, 2), id="the later word counts"),
        pytest.param([verdict(2, "puxian"), verdict(1, "minnan")], ("puxian", None, 2), id="in whatever order"),
        pytest.param(
            [verdict(1, "minnan"), verdict(2, None, "pay")], ("minnan", "pay", 2), id="a need leaves the dialect"
        ),
    ],
)
def test_the_latest_word_on_each_question_holds(
    history: list[Correction], expected: tuple[str | None, str | None, int]
) -> None:
    """Dialect and need are judged apart."""
    standing = standing_of(history)
    assert standing
    assert (standing.dialect, standing.need, standing.number) == expected


def test_nothing_said_is_nothing_standing() -> None:
    """Before the first verdict."""
    assert standing_of([]) is None


def test_agreeing_is_told_apart_from_correcting() -> None:
    """The same dialect as the line's first is a confirmation."""
    assert verdict(1, "fuzhou").confirms
    assert not verdict(1, "minnan").confirms
    assert not verdict(1, None, "pay").confirms
