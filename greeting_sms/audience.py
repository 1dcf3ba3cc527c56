"""Whom a campaign greets: a small structure, compiled to SQL expressions. No text of anybody's ever becomes SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import sqlalchemy as sa
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from bilingual.messages import Language
from dialects.catalogue import load_catalogue
from greeting_sms.tables import recipients


def _is_dialect(class_id: str) -> str:
    if class_id not in load_catalogue().classes:
        raise ValueError(f"{class_id[:40]} is no dialect of the catalogue")
    return class_id


def _is_group(group_id: str) -> str:
    known = load_catalogue().groups
    if group_id not in known:
        raise ValueError(f"{group_id[:40]} is no group of dialects; there are {', '.join(known)}")
    return group_id


CompanyId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,23}$")]
Region = Annotated[str, Field(min_length=1, max_length=16)]
DialectId = Annotated[str, AfterValidator(_is_dialect)]
GroupId = Annotated[str, AfterValidator(_is_group)]


class AgeRange(BaseModel):
    """Years completed on the birthday that is greeted; whose year of birth is unknown is not in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at_least: int | None = Field(None, ge=0, le=130, description="From this age.")
    at_most: int | None = Field(None, ge=0, le=130, description="To this age, itself included.")

    @model_validator(mode="after")
    def _is_a_range(self) -> AgeRange:
        if self.at_least is None and self.at_most is None:
            raise ValueError("give at_least, at_most or both")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError(f"nobody is at least {self.at_least} and at most {self.at_most}")
        return self


class Group(BaseModel):
    """People who fit everything that is said; of a list, any."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    companies: tuple[CompanyId, ...] = Field((), description="Customers of any of these.")
    regions: tuple[Region, ...] = Field((), description="Provinces as in the books: 福建.")
    languages: tuple[Language, ...] = Field((), description="`zh`, `en`.")
    dialects: tuple[DialectId, ...] = Field((), description="Ids of the catalogue: fuzhou.")
    dialect_groups: tuple[GroupId, ...] = Field((), description="Ids of its groups: min.")
    age: AgeRange | None = Field(None, description="Years completed on the birthday.")

    def clause(self, *, greeting_year: int) -> sa.ColumnElement[bool]:
        """True for rows of `recipients` that fit; unknown where a row says nothing of what is asked."""
        columns = recipients.c
        spoken = [*self.dialects, *[one for group in self.dialect_groups for one in load_catalogue().members(group)]]
        parts: list[sa.ColumnElement[bool]] = []
        if self.companies:
            listed = sa.literal(",") + columns.companies + sa.literal(",")
            parts.append(sa.or_(*[listed.contains(f",{company},", autoescape=True) for company in self.companies]))
        if self.regions:
            parts.append(columns.region.in_(self.regions))
        if self.languages:
            parts.append(columns.language.in_([str(language) for language in self.languages]))
        if spoken:
            parts.append(columns.dialect.in_(spoken))
        return sa.and_(sa.true(), *parts, *self._age_parts(greeting_year))

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked, so that everybody fits."""
        lists: Sequence[Sequence[object]] = (
            self.companies, self.regions, self.languages, self.dialects, self.dialect_groups
        )  # fmt: skip
        return not any(lists) and self.age is None

    def _age_parts(self, greeting_year: int) -> list[sa.ColumnElement[bool]]:
        if self.age is None:
            return []
        parts: list[sa.ColumnElement[bool]] = [recipients.c.birth_year.is_not(None)]
        if self.age.at_least is not None:
            parts.append(recipients.c.birth_year <= greeting_year - self.age.at_least)
        if self.age.at_most is not None:
            parts.append(recipients.c.birth_year >= greeting_year - self.age.at_most)
        return parts


class Audience(Group):
    """Whom a campaign greets, and who of them is left out again."""

    besides: Group | None = Field(None, description="Left out: who fits all of this.")

    def clause(self, *, greeting_year: int) -> sa.ColumnElement[bool]:
        """True for rows of `recipients` in the audience, never unknown."""
        fits = sa.func.coalesce(super().clause(greeting_year=greeting_year), sa.false())
        if self.besides is None:
            return fits
        left_out = sa.func.coalesce(self.besides.clause(greeting_year=greeting_year), sa.false())
        return sa.and_(fits, sa.not_(left_out))

    @model_validator(mode="after")
    def _leaves_somebody(self) -> Audience:
        if self.besides is not None and self.besides.is_empty:
            raise ValueError("besides: it says nothing, so it would leave everybody out")
        return self
