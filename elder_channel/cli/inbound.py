"""`elder-channel inbound`: replies to greetings: what they want, and how well that is understood."""

from __future__ import annotations

import json
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from elder_channel.cli.books import open_books, operator
from elder_channel.clock import HOTLINE_ZONE
from elder_channel.demo import REFERENCE_VARIABLE
from elder_channel.logs import mask_number
from elder_channel.reports import merge_report, result
from elder_channel.services.consents import ShellOperator
from elder_channel.services.replies import Replies
from greeting_sms.inbound.classify import classify
from greeting_sms.inbound.evaluate import PER, OrdinaryFigures, SetFigures, measure_ordinary, measure_set, read_set
from greeting_sms.inbound.labels import Label
from greeting_sms.inbound.ordinary_texts import FILE, ordinary_texts

app = typer.Typer(help="Replies to greetings.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
_CHECKOUT = Path(__file__).parents[2]
OPT_OUT_RECALL, URGENT_RECALL, FALSE_OPT_OUTS = 0.99, 0.98, 5.0
"""What is to be reached."""


class FrozenSet(StrEnum):
    """A frozen set of labelled replies, by its version."""

    V1 = "v1"  # written before any rule; misses of it have been looked into since
    V2 = "v2"  # written by somebody who knew neither rules nor the first set
    V3 = "v3"  # its author knew neither rules nor the other sets; nobody who works on the classifier reads it

    @property
    def file(self) -> Path:
        """Where the set lies in a checkout."""
        return _CHECKOUT / f"tests/data/inbound/frozen_{self}.csv"


@app.command("classify")
def classify_text(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A reply; - reads it from standard input.")],
    as_json: AsJson = False,
) -> None:
    """Tell what a reply is taken for, and who says so: a rule, the model, or that a person must read it."""
    made = classify(sys.stdin.read() if text == "-" else text)
    told = {
        "label": made.label,
        "decided_by": made.decided_by,
        "probability": None if made.probability is None else round(made.probability, 3),
        "guess": made.guess,
        "held": made.holds,
    }
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
        return
    sure = "" if made.probability is None else f", probability {made.probability:.2f}"
    guess = f" (perhaps {made.guess})" if made.guess else ""
    held = "; nothing is sent to the number until somebody has read it" if made.holds else ""
    print(f"{made.label or 'a person must read it'}{guess}: {made.decided_by}{sure}{held}")


@app.command("list")
def list_texts(
    label: Annotated[Label | None, typer.Option(help="Only these.", show_default=False)] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """The newest replies, with what they were taken for; numbers are masked."""
    replies = Replies(open_books(os.environ))
    found = replies.newest(label=label, limit=limit)
    held = replies.held(found)
    for each in found:
        row: dict[str, Any] = {
            "id": each.sid,
            "received_at": each.received_at.astimezone(HOTLINE_ZONE).isoformat(timespec="seconds"),
            "number": mask_number(each.number),
            "label": each.corrected_to or each.label,
            "decided_by": "person" if each.corrected_to else each.decided_by,
            "held": "held" if each.sid in held else "",
            "text": each.body,
        }
        print(json.dumps(row, ensure_ascii=False) if as_json else "  ".join(map(str, row.values())))


@app.command()
def correct(
    text_id: Annotated[str, typer.Argument(metavar="ID", help="The carrier's id of the text.")],
    label: Annotated[Label, typer.Argument(help="What it is.")],
) -> None:
    """Say what a reply is; what follows from that is done."""
    kept = Replies(open_books(os.environ)).correct(text_id, label, by=ShellOperator.ACCOUNT, accounts=ShellOperator())
    print(f"{kept.sid}: {kept.corrected_to}, said by {operator().username}")


@app.command()
def evaluate(
    chosen: Annotated[
        FrozenSet, typer.Option("--set", help="Which frozen set; the newest unless told.")
    ] = FrozenSet.V3,
    frozen: Annotated[
        Path | None, typer.Option(help="A labelled set of your own, in place of a frozen one.", show_default=False)
    ] = None,
    report: Annotated[
        bool, typer.Option("--report", help="Merge the figures into build/reports/greetings.json.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Measure recall on a frozen set, and false opt-outs among ordinary texts where the reference is at hand."""
    if report and frozen:
        raise typer.BadParameter("the report tells of a frozen set: leave out --frozen or --report")
    digest, messages = read_set(frozen or chosen.file)
    figures = measure_set(digest, messages)
    archive = _reference() / FILE
    ordinary = measure_ordinary(ordinary_texts(archive), messages) if archive.exists() else None
    if report:
        merge_report(
            "greetings", _results(figures, ordinary), command=f"elder-channel inbound evaluate --set {chosen} --report"
        )
    if as_json:
        told = {"set": str(frozen or chosen), **_as_json(figures, ordinary)}
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        print(f"set {frozen or chosen}, ", end="")
        _tell(figures, ordinary)


def _reference() -> Path:
    named = os.environ.get(REFERENCE_VARIABLE)
    return Path(named) if named else _CHECKOUT.parent / "shared" / "data"


def _results(figures: SetFigures, ordinary: OrdinaryFigures | None) -> list[dict[str, Any]]:
    opt_out, urgent = figures.opt_out_stopped.value, figures.urgent_at_once.value
    results = [
        result("inbound.optout_recall", opt_out, "", reach=OPT_OUT_RECALL, ok=opt_out >= OPT_OUT_RECALL),
        result("inbound.urgent_recall", urgent, "", reach=URGENT_RECALL, ok=urgent >= URGENT_RECALL),
        result("inbound.optout_acted_on_without_a_person", figures.recall[Label.OPT_OUT].value, ""),
        result("inbound.urgent_rung_without_a_person", figures.recall[Label.URGENT].value, ""),
        result("inbound.harmless_held", figures.harmless_held.value, ""),
    ]
    if ordinary:
        wrong = ordinary.opt_outs.value * PER
        results.append(
            result(
                "inbound.false_optouts_per_10000", wrong, "", reach=f"<= {FALSE_OPT_OUTS:g}", ok=wrong <= FALSE_OPT_OUTS
            )
        )
        for name, share in (
            ("false_optouts_not_wished", ordinary.opt_outs_not_wished),
            ("ordinary_held", ordinary.held),
            ("ordinary_read_at_once", ordinary.perhaps_urgent),
            ("ordinary_read", ordinary.to_a_person),
            ("ordinary_rung", ordinary.urgent),
        ):
            results.append(result(f"inbound.{name}_per_10000", share.value * PER, ""))
    return results


def _as_json(figures: SetFigures, ordinary: OrdinaryFigures | None) -> dict[str, Any]:
    told: dict[str, Any] = {"frozen": figures.digest}
    for name in ("recall", "precision"):
        told[name] = {str(label): share.as_json() for label, share in getattr(figures, name).items()}
    for name in (
        "urgent_real",
        "opt_out_real",
        "urgent_new",
        "opt_out_new",
        "urgent_seen",
        "opt_out_seen",
        "urgent_at_once",
        "opt_out_stopped",
        "harmless_held",
        "to_a_person",
        "false_opt_outs",
    ):
        told[name] = getattr(figures, name).as_json()
    if ordinary:
        told["ordinary"] = {name: share.as_json() for name, share in vars(ordinary).items()}
    return told


def _tell(figures: SetFigures, ordinary: OrdinaryFigures | None) -> None:
    print(f"digest {figures.digest[:12]}, 95% intervals (Wilson)")
    for label, share in figures.recall.items():
        low, high = share.interval
        precise = figures.precision[label]
        print(
            f"  {label:13} recall {share.value:.3f} ({low:.3f} to {high:.3f}, {share.right} of {share.count})"
            f"  precision {precise.value:.3f} ({precise.right} of {precise.count})"
        )
    for words, share in (
        ("opt-outs after which nothing more is sent: labelled, or held until read", figures.opt_out_stopped),
        ("opt-outs labelled or given to a person", figures.opt_out_seen),
        ("urgent labelled or given to a person", figures.urgent_seen),
        ("urgent labelled or before a person at once", figures.urgent_at_once),
        ("opt-outs in words no seed has, recall", figures.opt_out_new),
        ("urgent in words no seed has, recall", figures.urgent_new),
        ("opt-outs in real style, recall", figures.opt_out_real),
        ("urgent in real style, recall", figures.urgent_real),
        ("hard cases labelled rightly", figures.hard_right),
        ("given to a person", figures.to_a_person),
        ("false opt-outs among the harmless", figures.false_opt_outs),
        ("held until read, among the harmless but for wrong numbers", figures.harmless_held),
    ):
        low, high = share.interval
        print(f"  {words}: {share.value:.3f} ({low:.3f} to {high:.3f}, {share.right} of {share.count})")
    if ordinary is None:
        print("  ordinary texts: not at hand (ELDER_CHANNEL_REFERENCE)")
        return
    for words, share in (
        ("taken for opt-outs with nobody reading them, of ordinary texts nobody looked at", ordinary.opt_outs),
        ("the same without texts the frozen set labels as opt-outs", ordinary.opt_outs_not_wished),
        ("taken for opt-outs, of those looked at", ordinary.opt_outs_looked_at),
        ("taken for opt-outs, of those whose totals chose the points", ordinary.opt_outs_choosing),
        ("taken for urgent", ordinary.urgent),
        ("given to a person at once as perhaps urgent", ordinary.perhaps_urgent),
        ("held until a person has read them", ordinary.held),
        ("given to a person, at once or not", ordinary.to_a_person),
    ):
        low, high = share.interval
        print(
            f"  {words}: {share.value * PER:.1f} of 10,000 ({low * PER:.1f} to {high * PER:.1f}, "
            f"{share.right} of {share.count})"
        )
