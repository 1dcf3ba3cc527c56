"""Read a TwiML document into a list of verbs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from elder_channel.simulator.errors import DocumentError


@dataclass(frozen=True)
class Verb:
    """One element of a document: a verb, or a noun inside one."""

    name: str
    attributes: Mapping[str, str]
    text: str
    children: tuple[Verb, ...] = ()

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A true/false attribute."""
        value = self.attributes.get(name)
        return default if value is None else value.strip().lower() == "true"

    def number(self, name: str, *, default: float) -> float:
        """A numeric attribute; anything that is not a non-negative number counts as absent."""
        try:
            value = float(self.attributes[name])
        except (KeyError, ValueError):
            return default
        return value if value >= 0 else default

    def named(self, *names: str) -> tuple[Verb, ...]:
        """The children with one of these names."""
        return tuple(child for child in self.children if child.name in names)


def parse(text: str) -> tuple[Verb, ...]:
    """The verbs of a document, in order; raises DocumentError when it is no `<Response>`."""
    if not text.strip():
        raise DocumentError("the answer is empty")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise DocumentError("a TwiML document declares no types or entities")
    try:
        root = ET.fromstring(text.strip())  # noqa: S314 (declarations, where the danger lies, are refused above)
    except (ET.ParseError, ValueError) as error:
        raise DocumentError(f"not well-formed XML: {error}") from error
    if root.tag != "Response":
        raise DocumentError(f"the root element is <{root.tag}>, not <Response>")
    return tuple(_verb(element) for element in root)


def _verb(element: ET.Element) -> Verb:
    return Verb(
        name=str(element.tag),
        attributes=dict(element.attrib),
        text="".join(element.itertext()).strip(),
        children=tuple(_verb(child) for child in element),
    )
