"""What the campaigns' part of the greetings shows; knows nothing of Streamlit or HTML."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import groupby

from elder_channel.services.campaign_drafts import CheckedDraft
from elder_channel.services.campaign_trials import Examples, TrialFigures
from greeting_sms.campaign_books import IN_FORCE, CampaignChange, CampaignState, CampaignVersion
from greeting_sms.campaign_drafts import CampaignDraft
from greeting_sms.lint import Finding
from ui.greeting_cards import CountLine, count_lines
from ui.words import Text, say, say_value


@dataclass(frozen=True)
class VersionCard:
    """One version."""

    version: int
    etag: str
    state_id: str
    state: Text
    made_by: str
    facts: tuple[Text, ...]


@dataclass(frozen=True)
class CampaignCard:
    """One campaign with all its versions, the newest first."""

    id: str
    title: str
    state_id: str
    """Of the version that counts, else of the newest."""
    state: Text
    facts: tuple[Text, ...]
    versions: tuple[VersionCard, ...]
    proposed: VersionCard | None
    """Waits for a decision."""
    words: tuple[tuple[str, str, str], ...]
    """Template, language and text of the version that counts."""

    @property
    def is_in_force(self) -> bool:
        """Whether it may be paused, resumed or cancelled."""
        return self.state_id in IN_FORCE


@dataclass(frozen=True)
class CheckLines:
    """What a check says, each where it belongs."""

    problems: tuple[Text, ...]
    general: tuple[Text, ...]
    by_template: Mapping[str, tuple[Text, ...]]
    sizes: Mapping[str, Text]
    may_be_proposed: bool


@dataclass(frozen=True)
class TrialCard:
    """A dry run in words."""

    told: Text
    kinds: tuple[CountLine, ...]
    left_out: tuple[CountLine, ...]
    warnings: tuple[Text, ...]


def present_campaigns(
    versions: Sequence[CampaignVersion], drafts: Sequence[CampaignDraft], *, zone: tzinfo
) -> list[CampaignCard]:
    """One card a campaign, in the order given; versions come by campaign, the newest first."""
    saved = {draft.campaign_id: draft for draft in drafts}
    return [_card(list(of), saved.get(id_), zone) for id_, of in groupby(versions, key=lambda each: each.campaign.id)]


def present_history(changes: Sequence[CampaignChange], *, zone: tzinfo) -> tuple[Text, ...]:
    """A line for each change, newest first."""
    return tuple(_change(each, zone) for each in reversed(changes))


def present_check(checked: CheckedDraft) -> CheckLines:
    """Findings by template, the rest in general."""
    by_template: dict[str, list[Text]] = {}
    for finding in checked.findings:
        by_template.setdefault(finding.template, []).append(_finding(finding))
    general = tuple(by_template.pop("", ()))
    return CheckLines(
        tuple(
            say("editor.checks.problem", line=each.line or "–", place=each.key, reason=each.reason)
            for each in checked.problems
        ),
        general,
        {template: tuple(lines) for template, lines in by_template.items()},
        {
            size.template: say(
                "editor.size",
                home=size.mainland_segments,
                home_cost=_money(size.mainland_cost),
                abroad=size.foreign_segments,
                abroad_cost=_money(size.foreign_cost),
            )
            for size in checked.sizes
        },
        checked.may_be_proposed,
    )


def present_examples(examples: Examples) -> list[tuple[Text, str, str]]:
    """Facts, words and language of each example."""
    return [
        (
            say(
                "editor.preview.facts",
                person=each.person,
                number=each.number,
                template=each.template,
                segments=each.segments,
                cost=_money(each.cost),
            ),
            each.body,
            each.language,
        )
        for each in examples.shown
    ]


def present_trial(told: TrialFigures) -> TrialCard:
    """A dry run in words."""
    return TrialCard(
        say(
            "editor.dry.told",
            due=f"{told.due:,}",
            planned=f"{told.planned:,}",
            segments=f"{told.segments:,}",
            cost=_money(told.cost),
        ),
        tuple(CountLine(Text(name, ""), count) for name, count in sorted(told.kinds.items())),
        count_lines(told.left_out, "left_out"),
        (
            *(say("editor.dry.over", told=each) for each in told.over_limits),
            *(
                say("editor.dry.overlap", people=each.people, decides=each.decides, gives_way=each.gives_way)
                for each in told.overlaps
            ),
        ),
    )


def difference(theirs: str, mine: str) -> str:
    """Line by line what two people wrote differently; empty where nothing is."""
    lines = difflib.unified_diff(theirs.splitlines(), mine.splitlines(), lineterm="", n=1)
    return "\n".join(line for line in lines if not line.startswith(("---", "+++")))


def _card(versions: list[CampaignVersion], draft: CampaignDraft | None, zone: tzinfo) -> CampaignCard:
    counts = next((each for each in versions if each.state in IN_FORCE), versions[0])
    proposed = next((each for each in versions if each.state is CampaignState.PROPOSED), None)
    campaign = counts.campaign
    facts = [
        say("campaign.version", version=counts.version),
        say("campaign.window", opens=campaign.window.opens, closes=campaign.window.closes),
        say("campaign.texts", count=len(campaign.templates)),
    ]
    if proposed is not None and proposed is not counts:
        waits, state = say("campaign.version", version=proposed.version), say("campaign.state.proposed")
        facts.append(Text(f"{waits.zh}：{state.zh}", f"{waits.en}: {state.en}"))
    if draft is not None:
        facts.append(say("campaigns.draft", who=draft.saved_by, time=_moment(draft.saved_at, zone)))
    return CampaignCard(
        campaign.id,
        campaign.title,
        counts.state,
        say_value("campaign.state", counts.state),
        tuple(facts),
        tuple(_version(each, zone) for each in versions),
        None if proposed is None else _version(proposed, zone),
        tuple((text.id, str(text.language), text.text) for text in (proposed or counts).campaign.templates),
    )


def _version(version: CampaignVersion, zone: tzinfo) -> VersionCard:
    facts = [say("campaign.made", who=version.made_by, time=_moment(version.made_at, zone))]
    if version.approved_by and version.approved_at:
        facts.append(say("campaign.approved", who=version.approved_by, time=_moment(version.approved_at, zone)))
    return VersionCard(
        version.version,
        version.etag,
        version.state,
        say_value("campaign.state", version.state),
        version.made_by,
        tuple(facts),
    )


def _change(change: CampaignChange, zone: tzinfo) -> Text:
    before = say_value("campaign.state", change.before or "none")
    after = say_value("campaign.state", change.after)
    key = "campaign.history.why" if change.reason else "campaign.history.line"
    fields = {
        "time": _moment(change.changed_at, zone),
        "version": change.version,
        "who": change.changed_by,
        **({"reason": change.reason} if change.reason else {}),
    }
    return Text(
        say(key, before=before.zh, after=after.zh, **fields).zh, say(key, before=before.en, after=after.en, **fields).en
    )


def _finding(finding: Finding) -> Text:
    key, rule = f"editor.lint.{finding.rule.severity}", finding.rule
    return Text(say(key, text=rule.zh, found=finding.found).zh, say(key, text=rule.en, found=finding.found).en)


def _moment(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _money(amount: float) -> str:
    return f"{amount:,.2f}"
