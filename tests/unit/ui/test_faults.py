"""Faults in the log."""

from __future__ import annotations

import pytest

from ui.faults import where_raised


def test_a_fault_is_located_without_its_text() -> None:
    """Law 7: the log says where a fault came from, not what it says, which may quote a caller."""
    with pytest.raises(OSError, match="hello") as fault:
        raise OSError("139****5678 said hello")
    assert where_raised(fault.value).startswith("test_faults.py:")
    assert "hello" not in where_raised(fault.value)
    assert where_raised(OSError("never raised")) == ""
