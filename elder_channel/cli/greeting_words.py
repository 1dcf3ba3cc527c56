"""Plans and previews of greetings, for people and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from elder_channel.cli.greeting_reasons import meaning
from elder_channel.cli.tables import console, table
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.services.greeting_plans import Preview
from greeting_sms.day_plan import DayPlan
from greeting_sms.greeting import PlannedGreeting
from greeting_sms.overlaps import Overlap

Bodies = Sequence[tuple[PlannedGreeting, str]]


def plan_as_json(
    told: DayPlan,
    overlapping: Sequence[Overlap] = (),
    bodies: Bodies = (),
    *,
    over: Sequence[str] = (),
    dry: bool = False,
) -> dict[str, Any]:
    """One object: what was planned, or would be."""
    plain: dict[str, Any] = {
        "day": told.day.isoformat(),
        "dry_run": dry,
        "campaigns": list(told.campaigns),
        "due": told.due,
        "greetings": told.planned,
        "segments": told.segments,
        "cost": round(told.cost, 2),
        "by_kind": [
            {**vars(shelf), "greetings": count} for shelf, count in told.greetings.most_common()
        ],
        "left_out": dict(told.left_out.most_common()),
    }  # fmt: skip
    if not dry:
        return {**plain, "new": told.new, "already": told.already}
    return {
        **plain,
        "over_limits": list(over),
        "overlaps": [vars(each) for each in overlapping],
        "examples": [{**_times(greeting), "body": body} for greeting, body in bodies],
    }


def tell_plan(
    told: DayPlan,
    overlapping: Sequence[Overlap] = (),
    bodies: Bodies = (),
    *,
    over: Sequence[str] = (),
    dry: bool = False,
) -> None:
    """Print a plan for people."""
    print(f"birthdays of {told.day}; campaigns: {', '.join(told.campaigns) or 'none is approved for this day'}")
    print(f"{told.due:,} people, {told.planned:,} greetings, {told.segments:,} segments, cost {told.cost:,.2f}")
    if not dry:
        print(f"{told.new:,} new in the outbox, {told.already:,} were there already")
    _tell_kinds(told)
    for sentence in over:
        print(f"more than the limits let through: {sentence}")
    for each in overlapping:
        print(
            f"{each.people:,} people are in the audience of both {each.decides} and {each.gives_way}:"
            f" {each.decides} decides alone (priority, then id)"
        )
    for greeting, body in bodies:
        print(f"\n{greeting.group_customer_id}  {_window(greeting)}")
        print(f"  {body}")


def preview_as_json(seen: Preview) -> dict[str, Any]:
    """One object: what a customer gets, or why nothing."""
    greeting: dict[str, Any] | None = None
    if seen.greeting:
        greeting = {
            **_times(seen.greeting),
            "template": seen.greeting.template,
            "variant": seen.greeting.variant,
            "channel": seen.greeting.channel,
            "segments": seen.greeting.segments,
            "body": seen.body,
        }
    birthday_on = seen.birthday_on.isoformat() if seen.birthday_on else None
    plain = {key: value for key, value in vars(seen).items() if key not in ("greeting", "body", "birthday_on")}
    return {**plain, "birthday_on": birthday_on, "greeting": greeting}


def tell_preview(seen: Preview) -> None:
    """Print a preview for people."""
    if seen.birthday_on is None:
        print(f"{seen.group_customer_id} gets no greeting: {_why(seen.left_out)}")
        return
    print(f"next birthday {seen.birthday_on}, greeting year {seen.greeting_year}")
    if seen.in_outbox:
        print(f"in the outbox already: {seen.in_outbox}")
    if seen.greeting is None:
        print(f"gets no greeting: {_why(seen.left_out)}" + (f" (campaign {seen.campaign})" if seen.campaign else ""))
        return
    greeting = seen.greeting
    print(f"campaign {seen.campaign}, template {greeting.template}, channel {greeting.channel}")
    print(f"{_window(greeting)}, segments: {greeting.segments}")
    print(f"  {seen.body}")


def _tell_kinds(told: DayPlan) -> None:
    kinds = table("campaign", "variant", "language", "template", "channel", "segments", "price", "greetings")
    for shelf, count in told.greetings.most_common():
        kinds.add_row(
            f"{shelf.campaign_id} v{shelf.campaign_version}",
            shelf.variant,
            shelf.language,
            shelf.template,
            shelf.channel,
            str(shelf.segments),
            f"{shelf.segment_price:g}",
            f"{count:,}",
        )
    reasons = table("left out because", "people", "what it says")
    for reason, count in told.left_out.most_common():
        reasons.add_row(reason, f"{count:,}", meaning(reason))
    for made in (kinds, reasons):
        if made.row_count:
            console().print(made)


def _times(greeting: PlannedGreeting) -> dict[str, str]:
    return {
        "group_customer_id": greeting.group_customer_id,
        "not_before": greeting.not_before.isoformat(timespec="minutes"),
        "not_after": greeting.not_after.isoformat(timespec="minutes"),
    }


def _window(greeting: PlannedGreeting) -> str:
    """When it may go, by the hotline's clock."""
    opens, closes = (each.astimezone(HOTLINE_ZONE) for each in (greeting.not_before, greeting.not_after))
    return f"{opens:%Y-%m-%d %H:%M} to {closes:%Y-%m-%d %H:%M} by the hotline's clock"


def _why(reason: str) -> str:
    said = meaning(reason)
    return f"{reason}, {said}" if said else reason
