"""How the parts of a work order are called, for screens and commands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dialects.needs import load_needs, need_name
from elder_channel.bootstrap import Line
from elder_channel.services.order_rules import rules_of
from elder_channel.workorders.opening import Rules


@dataclass(frozen=True)
class OrderNames:
    """Chinese and English names; an id that is not known any more is its own name."""

    rules: Rules
    dialect: Callable[[str], str]
    """Dialect id to its Chinese name."""
    owners: tuple[str, ...]
    """Desks and people of the departments."""

    def type(self, id_: str) -> tuple[str, str]:
        """A type's names."""
        found = next((each for each in self.rules.types if each.id == id_), None)
        return (found.zh, found.en) if found else (id_, "")

    def department(self, id_: str) -> tuple[str, str]:
        """A department's names."""
        found = next((each for each in self.rules.departments if each.id == id_), None)
        return (found.zh, found.en) if found else (id_, "")

    def need(self, id_: str) -> tuple[str, str]:
        """A need's names."""
        found = load_needs().get(id_)
        return need_name(id_), found.en if found else ""


def names_of(line: Line) -> OrderNames:
    """The names in force."""
    rules = rules_of(line.settings)
    people = [name for each in rules.departments for name in (each.owner, each.supervisor, each.head)]
    return OrderNames(rules, line.catalogue.name, tuple(dict.fromkeys(people)))
