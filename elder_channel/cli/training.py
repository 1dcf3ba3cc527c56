"""`elder-channel dialects train`: heads from labelled recordings, compared with those in use."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dialects.catalogue import load_catalogue
from dialects.errors import TrainingDataError
from dialects.evaluate import single_source
from dialects.head_store import HeadStore
from dialects.utterances import utterances_of
from elder_channel.cli.progress import bar, told
from elder_channel.state import HEADS_FOLDER, state_folder

if TYPE_CHECKING:
    from dialects.retrain import Recordings

EXIT_WORSE = 1
"""Exit code when the new head is worse and was not put in use."""

_Manifests = Annotated[
    list[Path], typer.Option("--manifest", help="Tab-separated list of recordings; give several to train on all.")
]


def train(
    manifest: _Manifests,
    out: Annotated[Path, typer.Option(help="Folder for the heads, their hashes, figures and comparison.")],
    no_join: Annotated[
        bool, typer.Option("--no-join", help="Take every clip alone; short ones are joined otherwise.")
    ] = False,
    frozen: Annotated[
        Path | None,
        typer.Option(help="Manifest of the frozen set: the new head is compared with the one in use on it."),
    ] = None,
    frozen_split: Annotated[
        str | None, typer.Option(help="Rows of this split of the frozen set only; all rows otherwise.")
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Put the new heads in use here, unless they are worse; wants --frozen.")
    ] = False,
    force: Annotated[
        str, typer.Option(metavar="REASON", help="Put them in use although they are worse; the reason is recorded.")
    ] = "",
    new_frozen: Annotated[
        str, typer.Option(metavar="REASON", help="Compare on another frozen set from now on; the reason is recorded.")
    ] = "",
) -> None:
    """Train both heads on the `train` split of manifests, and on nothing else of them.

    Prints what heads are worth on sources left out of training, and with --frozen how they compare with those in use.
    """
    from dialects.head_files import measurable_clips  # the model is loaded for this command only
    from dialects.recognizers.sound_features import SoundFeatures
    from dialects.retrain import gather, refuse_other_frozen, train_and_compare
    from dialects.train import Recipe, hearings

    store = HeadStore(state_folder(os.environ) / HEADS_FOLDER)
    with told():
        _check_options(frozen, replace=replace, force=force, new_frozen=new_frozen)
        with bar("comparing recordings") as counting:
            recordings = gather(manifest, frozen, frozen_split=frozen_split, progress=counting.step)
        if replace and not new_frozen.strip():
            refuse_other_frozen(recordings.frozen_digest, store)
        maker = SoundFeatures()
        with bar("hearing") as hearing:
            join = not no_join
            trained_on = hearings(recordings.training, Recipe(), join=join)
            alone = len(measurable_clips(recordings.training)) if join else 0
            hearing.total(trained_on + alone + len(utterances_of(recordings.frozen, join=join)))
            figures, comparisons = train_and_compare(
                recordings, maker, out, store, catalogue=load_catalogue(), join=join, progress=hearing.step
            )
        _tell(figures, comparisons, recordings, out)
        if replace:
            _put_in_use(store, recordings, comparisons, out, force=force.strip(), new_frozen=new_frozen.strip())


def _tell(figures: Mapping[str, Any], comparisons: Mapping[str, Any], recordings: Recordings, out: Path) -> None:
    """What was trained, what it is worth on left-out sources, and beside the heads in use."""
    from dialects.retrain import refusals

    for name, of_head in figures.items():
        print(f"{name}: {json.dumps(of_head['leave_one_source_out'], ensure_ascii=False)}")
    if recordings.repeated:
        print(f"{recordings.repeated} recordings stood in several manifests and count once")
    alone = ", ".join(single_source(recordings.training)) or "none"
    print(f"written to {out}; single-source classes, which cannot be known: {alone}")
    for name, one in comparisons.items():
        show_comparison(name, one)
    for reason in refusals(comparisons):
        print(f"worse: {reason}")


def _put_in_use(
    store: HeadStore,
    recordings: Recordings,
    comparisons: Mapping[str, Any],
    out: Path,
    *,
    force: str,
    new_frozen: str,
) -> None:
    """Put the new heads in use; exit code 1, and nothing changed, when they are worse and no reason is given."""
    from dialects.retrain import record_of, refusals

    worse = refusals(comparisons)
    if worse and not force:
        print("The heads in use stay. --force REASON puts the new ones in use all the same.")
        raise typer.Exit(EXIT_WORSE)
    now = datetime.now(UTC)
    if store.frozen_digest() != recordings.frozen_digest:
        store.fix_frozen(recordings.frozen_digest, at=now, reason=new_frozen or "first comparison")
    forced = force if worse else ""
    record = record_of(recordings, comparisons, trained_at=now, forced=forced)
    reason = f"forced although worse: {forced}" if forced else "not worse on the frozen set"
    version = store.install(out, record, at=now, reason=reason)
    print(f"in use from the recognizer's next start, where recognition.acoustic_head is site: {version}")


def _check_options(frozen: Path | None, *, replace: bool, force: str, new_frozen: str) -> None:
    if replace and frozen is None:
        raise TrainingDataError("--replace wants --frozen: heads are put in use only when compared with those in use.")
    if (force or new_frozen) and not replace:
        raise TrainingDataError("--force and --new-frozen go with --replace.")


def show_comparison(name: str, one: dict[str, Any]) -> None:
    """Both heads on the frozen set: top-1, top-3, calibration, per dialect with 95% intervals."""
    print(f"{name} on the frozen set, {one['n']} utterances that count; in use {one['in_use']}, new {one['candidate']}")
    for warning in one["warnings"]:
        print(f"  note: {warning}")
    for key in ("old", "new"):
        of = one[key]
        low, high = of["top1_interval"]
        print(
            f"  {'in use' if key == 'old' else 'new':7} top-1 {_share(of['top1'])} ({_share(low)} to {_share(high)}), "
            f"top-3 {_share(of['top3'])}, calibration error {of['ece']}"
        )
    for key, unit in (("top1", ""), ("log_likelihood", " nats")):
        change = one["difference"][key]
        words = key.replace("_", "-").replace("top1", "top-1")
        print(f"  change of {words}: {change['mean']:+.3f} ({change['low']:+.3f} to {change['high']:+.3f}){unit}")
    for dialect_id, change in one["per_dialect"].items():
        old, new = (one[key]["per_dialect"][dialect_id] for key in ("old", "new"))
        low, high = new["top1_interval"]
        print(
            f"  {dialect_id:16} {change['n']:5}  top-1 {old['top1']:5.0%} -> {new['top1']:5.0%} "
            f"({low:.0%} to {high:.0%}), top-3 {old['top3']:.0%} -> {new['top3']:.0%}"
        )


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


def register(app: typer.Typer) -> None:
    """Put the command under `elder-channel dialects`."""
    app.command(name="train")(train)
