"""The words of a greeting: a text with variables, each with what stands there when nothing is known."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from greeting_sms.errors import TemplateError

APART = "\x1f"
"""Between the filled-in words as the outbox keeps them; a value never holds a control character."""
MAX_NAME_CHARACTERS = 20
MAX_VALUE_CHARACTERS = 24
MAX_FILLED_CHARACTERS = 80
"""All filled-in words of one greeting with what keeps them apart: the column of the outbox."""

_PIECE = re.compile(r"\{([^{}]*)\}")
_NAME = re.compile(rf"(?:[^\W\d_]|[·•・'’\- ]|\.(?= |$)){{1,{MAX_NAME_CHARACTERS}}}")
"""Letters of any script and what stands in names. A dot only where an initial ends, so that no name is a link."""


class Variable(StrEnum):
    """What a template may ask for."""

    SALUTATION = "salutation"  # 陈阿姨, Ms Chan: by language, dialect, region and gender
    NAME = "name"  # the whole name
    COMPANY = "company"  # the company of the group that the recipient knows
    AGE_WORDS = "age_words"  # 七十: only at milestones, only where the campaign asks for it


@dataclass(frozen=True)
class Blank:
    """A variable in a text."""

    variable: Variable
    fallback: str
    """What is said when the value is unknown or not fit to be printed; may be empty."""


@dataclass(frozen=True)
class Template:
    """A text, cut at its variables."""

    id: str
    literals: tuple[str, ...]
    """What stands before, between and after the blanks: one more than there are blanks."""
    blanks: tuple[Blank, ...]

    def fill(self, values: Mapping[Variable, str]) -> tuple[str, ...]:
        """The words for the blanks in their order; the fallback where a value is missing or empty.

        Raises TemplateError for a value that may not be printed: values are cleaned where they are made.
        """
        filled = tuple(values.get(blank.variable) or blank.fallback for blank in self.blanks)
        for blank, word in zip(self.blanks, filled, strict=True):
            if len(word) > MAX_VALUE_CHARACTERS or not is_printable_value(word):
                raise TemplateError(f"template {self.id}: the value of {{{blank.variable}}} cannot be printed")
        return filled

    def text(self, filled: Sequence[str]) -> str:
        """The text with its blanks filled. Raises TemplateError when there are not as many words as blanks."""
        if len(filled) != len(self.blanks):
            raise TemplateError(f"template {self.id} has {len(self.blanks)} blanks, not {len(filled)}")
        return "".join(part for pair in zip(self.literals, (*filled, ""), strict=True) for part in pair)


def parse_template(id_: str, text: str) -> Template:
    """Read `{variable|fallback}` out of a text.

    Raises TemplateError for an unknown variable, one without a fallback, and a stray brace, naming template and place.
    """
    literals, blanks, end = [], [], 0
    for match in _PIECE.finditer(text):
        literals.append(text[end : match.start()])
        blanks.append(_read_blank(id_, match[1]))
        end = match.end()
    literals.append(text[end:])
    for literal in literals:
        if brace := re.search(r"[{}]", literal):
            raise TemplateError(f"template {id_}: a {brace[0]} stands alone; variables are written {{name|fallback}}")
    return Template(id_, tuple(literals), tuple(blanks))


def clean_name(name: str) -> str:
    """The name as it may be printed, or nothing when it cannot be a name: digits, links, brackets, too long."""
    tidy = " ".join(name.split())
    return tidy if _NAME.fullmatch(tidy) else ""


def is_printable_value(word: str) -> bool:
    """Whether a filled-in word is harmless: no control characters, no brackets of a signature, no braces."""
    return word.isprintable() and not any(mark in word for mark in "【】{}")


def pack(filled: Sequence[str]) -> str:
    """The filled-in words as the outbox keeps them, for `unpack`; at most `MAX_FILLED_CHARACTERS`."""
    packed = APART.join(filled)
    if len(packed) > MAX_FILLED_CHARACTERS:
        raise TemplateError(f"the words for the blanks have {len(packed)} characters together, too many")
    return packed


def unpack(template: Template, packed: str) -> tuple[str, ...]:
    """The words that `pack` kept for this template."""
    return tuple(packed.split(APART)) if template.blanks else ()


def _read_blank(id_: str, inside: str) -> Blank:
    name, bar, fallback = inside.partition("|")
    try:
        variable = Variable(name)
    except ValueError:
        known = ", ".join(f"{{{each}}}" for each in Variable)
        raise TemplateError(f"template {id_}: there is no variable {{{name[:30]}}}; there are {known}") from None
    if not bar:
        raise TemplateError(f"template {id_}: {{{name}}} has no fallback; write {{{name}|…}}, which may be empty")
    if not is_printable_value(fallback) or len(fallback) > MAX_VALUE_CHARACTERS:
        raise TemplateError(f"template {id_}: the fallback of {{{name}}} cannot be printed")
    return Blank(variable, fallback)
