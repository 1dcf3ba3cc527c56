"""`elder-channel doctor` says whether the operator's translator can be made."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from elder_channel.findings import State
from elder_channel.translator_checks import check_translator


class Named:
    """A translator as far as its name goes."""

    name = "engine of a test"


def test_without_a_translator_there_is_nothing_to_say() -> None:
    """The default."""
    assert check_translator("") == []


def test_one_that_loads_is_named_with_what_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who reads this knows where callers' words go."""
    module = ModuleType("translator_of_the_doctor_s_test")
    module.make = Named  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    [finding] = check_translator(f"{module.__name__}:make")
    assert finding.state is State.OK
    assert "engine of a test" in finding.text
    assert "what callers say" in finding.text


@pytest.mark.parametrize("entry_point", ["no_such_module_at_all:make", "sys:no_such_factory", "sys:exit_code_of_it"])
def test_one_that_does_not_is_wrong_and_does_not_stop_the_line(entry_point: str) -> None:
    """With the entry point and the reason."""
    [finding] = check_translator(entry_point)
    assert finding.state is State.WRONG
    assert not finding.fatal
    assert entry_point in finding.text
