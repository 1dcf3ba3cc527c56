"""The demonstration: fictitious people and three calls."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from dialects.area import AreaKind, locate
from elder_channel.customers.model import is_elder
from elder_channel.demo import demo_calls, reference_folder, reference_recordings
from elder_channel.placing import as_carrier_sends
from tests.fakes.line import open_test_line

NOTHING = {"ELDER_CHANNEL_REFERENCE": "/nowhere"}
COLUMNS = ("file", "dialect_id", "unit", "seconds")


def manifest(folder: Path, *rows: tuple[str, str, str, str]) -> dict[str, str]:
    """Reference data that have these recordings, as an environment."""
    (folder / "speech").mkdir(parents=True)
    with (folder / "speech" / "manifest.tsv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, delimiter="\t").writerows([COLUMNS, *rows])
    return {"ELDER_CHANNEL_REFERENCE": str(folder)}


def test_without_reference_recordings_every_voice_is_called_synthetic() -> None:
    """No dialect is imitated: Mandarin and English only."""
    calls = list(demo_calls(NOTHING))
    assert len(calls) == 3
    assert all("synthetic" in call.voice for call in calls)
    assert all(call.order.sound and 1 < call.order.sound.seconds < 10 for call in calls)


def test_the_three_calls_show_the_three_ways_in() -> None:
    """A known elder, somebody who speaks, somebody from abroad."""
    numbers = [call.order.from_number for call in demo_calls(NOTHING)]
    assert [as_carrier_sends(number) for number in numbers] == numbers
    assert [locate(number).kind for number in numbers] == [AreaKind.LANDLINE, AreaKind.LANDLINE, AreaKind.FOREIGN]


def test_a_reference_recording_is_a_sentence_of_a_few_seconds(tmp_path: Path) -> None:
    """The first that fits, of the dialects asked for; words, other dialects and long ones are passed over."""
    env = manifest(
        tmp_path,
        ("word.flac", "guangzhou", "word", "5"),
        ("short.flac", "guangzhou", "sentence", "1.5"),
        ("long.flac", "guangzhou", "sentence", "20"),
        ("other.flac", "wenzhou", "sentence", "5"),
        ("fits.flac", "guangzhou", "sentence", "4.5"),
        ("later.flac", "guangzhou", "sentence", "5"),
        ('quoted "x.flac', "shanghai", "sentence", "4.5"),
    )
    found = reference_recordings(env, ("guangzhou", "shanghai", "suzhou"))
    assert found["guangzhou"] == tmp_path / "speech" / "fits.flac"
    assert set(found) == {"guangzhou", "shanghai"}


def test_reference_data_that_are_not_there_are_no_fault(tmp_path: Path) -> None:
    """Named but absent, or a folder with something else in it."""
    assert reference_folder(NOTHING) is None
    assert reference_recordings({"ELDER_CHANNEL_REFERENCE": str(tmp_path)}, ("guangzhou",)) == {}


@pytest.mark.parametrize(
    ("number", "elder"),
    [("+862000000101", True), ("+8659100000102", True), ("+862100000103", False)],
)
def test_the_books_of_the_demonstration(tmp_path: Path, number: str, elder: bool) -> None:
    """Two elders and somebody younger, each with a number that rings nobody."""
    at = open_test_line(tmp_path)
    customer = at.line.customers.at_number(number).owner
    at.line.databases.dispose()
    assert customer
    assert is_elder(customer, today=at.clock().date(), elder_age=60) is elder
    assert "示例" in customer.name
    subscriber = number.removeprefix("+86").removeprefix("591").removeprefix("20").removeprefix("21")
    assert subscriber.startswith("0"), "no subscriber number in China begins with 0"
