"""Which column of a source is which field of a customer: by the site's mapping, else by well-known headers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from greeting_sms.errors import ColumnsError


class Field(StrEnum):
    """What an import can take of a customer."""

    GROUP_CUSTOMER_ID = "group_customer_id"
    REFERENCE = "reference"  # the company's own number of the customer
    COMPANY = "company"
    NAME = "name"
    GENDER = "gender"
    NUMBER = "number"
    LANGUAGE = "language"
    DIALECT = "dialect"
    REGION = "region"
    ZONE = "zone"
    BIRTHDAY = "birthday"
    CALENDAR = "calendar"
    LEAP = "leap"
    IDENTITY_NUMBER = "identity_number"  # read for the birthday, never kept
    STATUS = "status"
    CONSENTED = "consented"


class ColumnNames(BaseModel):
    """A file of column names."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: dict[Field, tuple[str, ...] | str]

    def headers(self) -> dict[str, Field]:
        """Folded header to field."""
        listed = {field: (names,) if isinstance(names, str) else names for field, names in self.columns.items()}
        return {folded(name): field for field, names in listed.items() for name in names}


_NOT_COUNTED = re.compile(r"[\s_\-]+")


def folded(header: str) -> str:
    """A header as it is compared."""
    return _NOT_COUNTED.sub("", header.lstrip("\ufeff")).casefold()


def known_headers() -> Mapping[str, Field]:
    """Every header an import knows without a mapping."""
    return _known_headers()


@cache
def _known_headers() -> dict[str, Field]:
    text = (resources.files("greeting_sms") / "data" / "customer_columns.yaml").read_text(encoding="utf-8")
    named = ColumnNames.model_validate(yaml.safe_load(text)).headers()
    return named | {folded(field): field for field in Field}


def read_column_names(path: Path) -> ColumnNames:
    """A site's own mapping. Raises ColumnsError naming the file and what is wrong in it."""
    try:
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        return ColumnNames.model_validate(content)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ColumnsError(path.name, f"cannot be read: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ColumnsError(path.name, f"{place or 'the file'}: {first['msg']}") from error


def match_columns(
    headers: Sequence[str], *, source: str, names: ColumnNames | None = None, company_given: bool = False
) -> dict[Field, int]:
    """Field to place in a row. Raises ColumnsError where a needed column is missing, or one is there twice."""
    own = names.headers() if names else {}
    _all_named_are_there(own, headers, source)
    places: dict[Field, int] = {}
    for place, header in enumerate(headers):
        field = own.get(folded(header)) or (known_headers().get(folded(header)) if header else None)
        if field is None or (field in own.values() and folded(header) not in own):
            continue
        if field in places:
            raise ColumnsError(source, f"columns {headers[places[field]]!r} and {header!r} are both the {field}")
        places[field] = place
    _has_what_is_needed(places, headers, source, company_given=company_given)
    return places


def _all_named_are_there(own: Mapping[str, Field], headers: Iterable[str], source: str) -> None:
    present = {folded(header) for header in headers}
    for field in dict.fromkeys(own.values()):
        if not any(header in present for header, of in own.items() if of == field):
            raise ColumnsError(source, f"no column has the name the mapping gives for {field}")


def _has_what_is_needed(
    places: Mapping[Field, int], headers: Sequence[str], source: str, *, company_given: bool
) -> None:
    missing = [Field.REFERENCE] if Field.REFERENCE not in places else []
    if Field.COMPANY not in places and not company_given:
        missing.append(Field.COMPANY)
    if Field.BIRTHDAY not in places and Field.IDENTITY_NUMBER not in places and Field.NUMBER not in places:
        missing.append(Field.BIRTHDAY)
    if missing:
        seen = ", ".join(header[:24] for header in headers[:20])
        raise ColumnsError(source, f"no column for {' and '.join(missing)}; there are: {seen}")
