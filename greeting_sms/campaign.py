"""A campaign: whom it greets, when, with which words, and how much of it a day. What the YAML says, checked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from bilingual.messages import Language
from bilingual.salutation import Style
from greeting_sms.audience import Audience
from greeting_sms.errors import TemplateError
from greeting_sms.occasions import Calendar
from greeting_sms.templates import MAX_VALUE_CHARACTERS, Template, Variable, parse_template

EARLIEST = time(8, 0)
"""Before it no text goes out, whatever a campaign says (US 47 CFR 64.1200(c)(1), and the mainland's providers)."""
LATEST = time(21, 0)
"""The hard stop: after it none goes out (the same, and Huawei IoTCom's hours for marketing)."""
ID = r"^[a-z0-9][a-z0-9_-]{0,39}$"


def _clock(text: str) -> str:
    hours, _, minutes = text.partition(":")
    if not (len(text) == 5 and hours.isdigit() and minutes.isdigit() and int(hours) < 24 and int(minutes) < 60):
        raise ValueError(f'"{text[:12]}" is no time of day; write "09:00"')
    return text


def _day(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise ValueError(f'"{text[:16]}" is no day of the calendar; write "2027-01-31"') from None
    return text


Clock = Annotated[str, AfterValidator(_clock)]
Day = Annotated[str, AfterValidator(_day)]
Words = Annotated[str, Field(min_length=1, max_length=MAX_VALUE_CHARACTERS)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Window(_Part):
    """Between which hours a text may go out, on the recipient's own clock."""

    opens: Clock = Field("09:00", description="Not before; 08:00 at the earliest.")
    closes: Clock = Field("20:00", description="Not after; 21:00 at the latest.")

    @property
    def opens_at(self) -> time:
        """Local time of day."""
        return time.fromisoformat(self.opens)

    @property
    def closes_at(self) -> time:
        """Local time of day."""
        return time.fromisoformat(self.closes)

    @property
    def hours(self) -> float:
        """How long it is open."""
        opens, closes = self.opens_at, self.closes_at
        return closes.hour - opens.hour + (closes.minute - opens.minute) / 60

    @model_validator(mode="after")
    def _is_open(self) -> Window:
        if self.opens_at >= self.closes_at:
            raise ValueError(f"the window is empty: it opens at {self.opens} and closes at {self.closes}")
        if self.opens_at < EARLIEST:
            raise ValueError(f"opens before {EARLIEST:%H:%M}, when nobody may be texted")
        if self.closes_at > LATEST:
            raise ValueError(f"closes after {LATEST:%H:%M}, when nobody may be texted")
        return self


class Variant(_Part):
    """A share of the audience that gets words of its own, to see which are liked."""

    id: str = Field(pattern=r"^[A-Z][A-Z0-9]{0,7}$", description="`A`.")
    percent: int = Field(ge=1, le=100, description="Of those who are greeted at all.")


class Text(_Part):
    """One template of a campaign."""

    id: str = Field(pattern=ID, description="Unique in the campaign.")
    language: Language = Field(description="`zh` or `en`.")
    variant: str = Field("", description="For which variant; empty: for all that have no words of their own.")
    plain: bool = Field(
        False, description="Without variables, for whoever the others would be too long for; one a language."
    )
    provider_id: str = Field("", max_length=64, description="What the domestic provider calls it once approved.")
    text: str = Field(min_length=1, max_length=500, description="`{variable|fallback}` stands for what differs.")

    @model_validator(mode="after")
    def _is_sound(self) -> Text:
        try:
            template = parse_template(self.id, self.text)
        except TemplateError as error:
            raise ValueError(f"text: {error}") from None
        if self.plain and template.blanks:
            raise ValueError(f"text: template {self.id} is plain, so it has no variables")
        return self

    @property
    def template(self) -> Template:
        """The text cut at its variables."""
        return parse_template(self.id, self.text)


class Limits(_Part):
    """How much goes out; the sender keeps to it, the dry run tells when it will not do."""

    segments_per_second: float = Field(10.0, gt=0, le=2000, description="Throttle; segments, not texts.")
    messages_per_day: int | None = Field(None, ge=1, description="At most so many texts a day; none: no limit.")
    cost_per_day: float | None = Field(None, gt=0, description="At most so much a day, in the prices' currency.")
    per_number: int = Field(2, ge=1, le=20, description="At most so many texts to one number: households share phones.")
    per_number_days: int = Field(1, ge=1, le=366, description="In so many days, the birthday the last of them.")


class Campaign(_Part):
    """Whom the group greets, and how."""

    id: str = Field(pattern=ID, description="Never changes; a changed campaign is a new version of it.")
    title: str = Field(min_length=1, max_length=80, description="For people.")
    priority: int = Field(100, ge=0, le=1000, description="Whose audiences overlap: the higher decides, alone.")
    starts_on: Day | None = Field(None, description="First birthday greeted.")
    ends_on: Day | None = Field(None, description="Last birthday greeted.")
    calendars: tuple[Calendar, ...] = Field(
        tuple(Calendar), min_length=1, description="Birthdays of which calendars: `solar`, `lunar`."
    )
    audience: Audience = Field(default_factory=lambda: Audience(), description="Everybody, unless it says whom.")
    window: Window = Field(default_factory=lambda: Window(), description="On the recipient's clock.")
    sender: dict[Language, Words] = Field(description="Who signs, in each language; stands in 【】.")
    opt_out: dict[Language, Words] = Field(description="How to refuse, at the end of each text.")
    manner: Style = Field(Style.FORMAL, description="`formal` 先生 女士, or `familial` 叔叔 阿姨.")
    milestones: Literal["never", "nominal", "completed"] = Field(
        "never", description="Whether {age_words} is said at 60, 70 …, by nominal age (虚岁) or completed (周岁)."
    )
    company_names: dict[str, dict[Language, Words]] = Field(
        default_factory=dict, description="What {company} says, by the company's id."
    )
    variants: tuple[Variant, ...] = Field((), max_length=8, description="A/B; their percents make 100.")
    control_percent: int = Field(0, ge=0, le=50, description="Who gets nothing, so that the effect can be seen.")
    most_segments: int = Field(2, ge=1, le=8, description="What would be longer is said by the plain template.")
    limits: Limits = Field(default_factory=lambda: Limits(), description="Throttle and caps.")
    test_numbers: tuple[str, ...] = Field((), max_length=50, description="Who may get a test text, E.164.")
    templates: tuple[Text, ...] = Field(min_length=1, max_length=100, description="The words.")

    def texts(self, language: str, variant: str) -> tuple[Text, ...]:
        """The templates for these readers, the fitting first, the plain one last; none where nobody wrote any."""
        mine = [text for text in self.templates if text.language == language]
        fitting = [text for text in mine if not text.plain and text.variant == variant]
        common = [text for text in mine if not text.plain and not text.variant]
        return (*(fitting or common)[:1], *[text for text in mine if text.plain])

    def text(self, template_id: str) -> Text:
        """The template of this id. Raises TemplateError."""
        found = next((text for text in self.templates if text.id == template_id), None)
        if found is None:
            raise TemplateError(f"campaign {self.id} has no template {template_id}")
        return found

    def uses(self, variable: Variable) -> bool:
        """Whether any template asks for it."""
        return any(blank.variable is variable for text in self.templates for blank in text.template.blanks)

    def is_on(self, birthday_on: date) -> bool:
        """Whether birthdays of this day are greeted at all."""
        day = birthday_on.isoformat()
        return (self.starts_on or day) <= day <= (self.ends_on or day)

    @model_validator(mode="after")
    def _is_whole(self) -> Campaign:
        wrong = next(_contradictions(self), None)
        if wrong:
            raise ValueError(wrong)
        return self


def _contradictions(campaign: Campaign) -> Iterator[str]:
    """What one part says against another, the key first."""
    if campaign.starts_on and campaign.ends_on and campaign.starts_on > campaign.ends_on:
        yield f"ends_on: the campaign ends on {campaign.ends_on}, before it starts on {campaign.starts_on}"
    if repeated := _repeated(text.id for text in campaign.templates):
        yield f"templates: two templates are called {repeated}"
    if repeated := _repeated(variant.id for variant in campaign.variants):
        yield f"variants: two variants are called {repeated}"
    if campaign.variants and sum(variant.percent for variant in campaign.variants) != 100:
        yield f"variants: the percents make {sum(variant.percent for variant in campaign.variants)}, not 100"
    yield from _missing_words(campaign)
    for number in campaign.test_numbers:
        if not (number.startswith("+") and number[1:].isdigit() and 8 <= len(number) <= 16):
            yield f"test_numbers: {number[:20]} is no number in E.164 (+8659100000102)"


def _missing_words(campaign: Campaign) -> Iterator[str]:
    variants = {variant.id for variant in campaign.variants}
    for text in campaign.templates:
        if text.variant and text.variant not in variants:
            yield f"templates: template {text.id} is for variant {text.variant}, which does not exist"
    for language in dict.fromkeys(text.language for text in campaign.templates):
        if language not in campaign.sender:
            yield f"sender: nobody signs in {language}, and there are templates in it"
        if language not in campaign.opt_out:
            yield f"opt_out: nothing says in {language} how to refuse, and there are templates in it"
        own = [text for text in campaign.templates if text.language == language]
        if sum(text.plain for text in own) > 1:
            yield f"templates: there are two plain templates in {language}"
        for variant in variants or {""}:
            if not any(not text.plain and text.variant in ("", variant) for text in own):
                yield f"templates: nobody wrote words in {language} for {f'variant {variant}' if variant else 'all'}"
        if repeated := _repeated(text.variant for text in own if not text.plain):
            yield f"templates: two templates in {language} are for variant {repeated}"
        elif len([text for text in own if not text.plain and not text.variant]) > 1:
            yield f"templates: two templates in {language} are for all; give them variants"


def _repeated(names: Any) -> str | None:
    seen: set[str] = set()
    return next((name for name in names if name in seen or seen.add(name)), None)  # type: ignore[func-returns-value]
