"""The demonstration: fictitious customers, and three calls that show the three ways in.

Real recordings are used where reference data lie beside the checkout; otherwise synthetic voices, called so on screen.
No dialect voice is imitated.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import yaml

from elder_channel.customers.model import Customer
from elder_channel.placing import CallOrder, read_sound
from elder_channel.storage.customers import SqlCustomerStore

REFERENCE_VARIABLE = "ELDER_CHANNEL_REFERENCE"
_DATA = resources.files("elder_channel") / "data" / "demo"
_CHECKOUT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class DemoCall:
    """One call of the demonstration."""

    title: str
    voice: str
    """Whose voice it is, for the screen."""
    order: CallOrder


def load_customers(store: SqlCustomerStore) -> int:
    """Put the fictitious customers into the books; how many there are."""
    rows = yaml.safe_load((_DATA / "customers.yaml").read_text(encoding="utf-8"))
    return store.load(Customer(**{**row, "numbers": tuple(row["numbers"])}) for row in rows)


def demo_calls(env: Mapping[str, str]) -> Iterator[DemoCall]:
    """The three calls: a known elder, a caller who just speaks, an English speaker."""
    recordings = reference_recordings(env, ("guangzhou", "shanghai"))
    yield _call(
        "A known elder calls: no prompt at all. 一线即通",
        "+862000000101",
        recordings.get("guangzhou"),
        "zh_policy_question.flac",
    )
    yield _call(
        "A caller who is not known just speaks. 一声直达",
        "+862100000104",
        recordings.get("shanghai"),
        "zh_accident_claim.flac",
    )
    yield _call("A caller from abroad speaks English.", "+14155550100", None, "en_policy_help.flac")


def _call(title: str, number: str, recording: Path | None, synthetic: str) -> DemoCall:
    if recording:
        voice = f"a real recording ({recording.name})"
        return DemoCall(title, voice, CallOrder(number, sound=read_sound(recording)))
    sound = read_sound(_file(_DATA / synthetic))
    return DemoCall(title, f"a synthetic voice ({synthetic})", CallOrder(number, sound=sound))


def _file(packaged: Traversable) -> Path:
    return Path(str(packaged))


def reference_recordings(env: Mapping[str, str], dialects: tuple[str, ...]) -> dict[str, Path]:
    """One spoken sentence of 4 to 7 s for each of the dialects that the reference data have; empty without them."""
    folder = reference_folder(env)
    if folder is None:
        return {}
    found: dict[str, Path] = {}
    with (folder / "manifest.tsv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE):
            fits = row["unit"] == "sentence" and 4.0 <= float(row["seconds"]) <= 7.0
            if fits and row["dialect_id"] in dialects and row["dialect_id"] not in found:
                found[row["dialect_id"]] = folder / row["file"]
    return found


def reference_folder(env: Mapping[str, str]) -> Path | None:
    """Where the reference recordings lie: named by `ELDER_CHANNEL_REFERENCE`, or beside the checkout; None without."""
    named = env.get(REFERENCE_VARIABLE)
    data = Path(named) if named else _CHECKOUT.parent / "shared" / "data"
    folder = data / "speech"
    return folder if (folder / "manifest.tsv").is_file() else None
