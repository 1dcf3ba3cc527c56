"""The catalogue holds 42 dialects, keeps its codes as text, and refuses what cannot be true."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
import yaml
from ruamel.yaml import YAML

from dialects.catalogue import PUTONGHUA, Catalogue, load_catalogue
from dialects.errors import CatalogueInvalidError, CatalogueUnreadableError, UnknownDialectError


def test_there_are_42_dialects_and_putonghua_beside_them(catalogue: Catalogue) -> None:
    """A posterior is over 43 classes; Putonghua is not one of the dialects."""
    assert len(catalogue.dialects) == 42
    assert catalogue.classes == (*catalogue.dialects, PUTONGHUA)
    assert PUTONGHUA not in catalogue.dialects


def test_the_catalogue_is_read_once() -> None:
    """Whoever asks again gets the same one, so asking costs nothing."""
    assert load_catalogue() is load_catalogue()


@pytest.mark.parametrize("class_id", ["minnan", "chaoshan"])
def test_southern_min_keeps_its_code(catalogue: Catalogue, class_id: str) -> None:
    """The language code `nan` is text everywhere, never "not a number"."""
    assert catalogue.dialects[class_id].iso639_3 == "nan"
    assert catalogue.bcp47(class_id).startswith("nan-x-")
    assert json.loads(json.dumps({"iso639_3": catalogue.dialects[class_id].iso639_3})) == {"iso639_3": "nan"}


@pytest.mark.parametrize("loader", [yaml.SafeLoader, yaml.CSafeLoader, yaml.BaseLoader])
def test_nan_survives_every_yaml_reader(catalogue_folder: Path, loader: type) -> None:
    """PyYAML reads `nan` as text, fast or slow."""
    text = (catalogue_folder / "dialects" / "minnan.yaml").read_text(encoding="utf-8")
    assert yaml.load(text, Loader=loader)["iso639_3"] == "nan"
    assert 'iso639_3: "nan"' in text


def test_nan_survives_a_round_trip(catalogue_folder: Path, tmp_path: Path) -> None:
    """The library that writes site files keeps `nan` text too."""
    yaml_12 = YAML()
    content = yaml_12.load(catalogue_folder / "dialects" / "minnan.yaml")
    yaml_12.dump(content, tmp_path / "again.yaml")
    assert yaml_12.load(tmp_path / "again.yaml")["iso639_3"] == "nan"


def test_shares_sum_to_one_in_every_area_code(catalogue: Catalogue) -> None:
    """320 area codes, and everybody in each of them speaks something."""
    assert len(catalogue.area_codes) == 320
    for area in catalogue.area_codes.values():
        assert math.isclose(sum(area.shares.values()), 1.0)


def test_every_class_has_a_name_a_group_and_a_tag_of_its_own(catalogue: Catalogue) -> None:
    """Nothing shown to staff or sent to a carrier is missing."""
    assert len({catalogue.name(class_id) for class_id in catalogue.classes}) == 43
    assert len({catalogue.bcp47(class_id) for class_id in catalogue.classes}) == 43
    assert {catalogue.group_of(class_id) for class_id in catalogue.classes} == set(catalogue.groups)


def test_a_branch_holds_those_who_follow_each_other_best(catalogue: Catalogue) -> None:
    """Chaozhou is nearer to Xiamen than Fuzhou is, though all are Min; Putonghua stands for itself."""
    assert catalogue.branch_of("minnan") == catalogue.branch_of("chaoshan") != catalogue.branch_of("fuzhou")
    assert catalogue.branch_of("sichuan") == catalogue.branch_of("guiliu") != catalogue.branch_of("henan")
    assert catalogue.branch_of(PUTONGHUA) == PUTONGHUA
    groups = {catalogue.branch_of(id_): catalogue.group_of(id_) for id_ in catalogue.classes}
    assert all(groups[catalogue.branch_of(id_)] == catalogue.group_of(id_) for id_ in catalogue.classes)


def test_neighbours_are_the_rest_of_the_group(catalogue: Catalogue) -> None:
    """Widening from Shanghainese finds the other Wu dialects."""
    assert set(catalogue.neighbours("shanghai")) == {"suzhou", "hangzhou", "ningbo", "wenzhou", "jinhua"}
    assert PUTONGHUA in catalogue.neighbours("beijing")
    assert catalogue.neighbours("hakka") == ()


def test_every_dialect_has_the_key_phrases_and_says_who_checked_it(catalogue: Catalogue) -> None:
    """What a caller must be understood in at once is there in every dialect, with its review status."""
    wanted = {"transfer_human", "human_service", "cant_understand", "help", "report_claim", "english"}
    for dialect in catalogue.dialects.values():
        assert set(dialect.phrases) >= wanted
        assert set(dialect.review) >= {"cues", "phrases", "pronunciation", "asr"}
        assert dialect.recognizers_recommended
        assert dialect.recognizer_quality


def test_an_unknown_id_is_refused(catalogue: Catalogue) -> None:
    """A typing error in a dialect id is told, not passed on."""
    with pytest.raises(UnknownDialectError, match="'cantonese'"):
        catalogue.name("cantonese")


SPOILED = {
    "a group nobody knows": ("dialects/fuzhou.yaml", "group: min", "group: minn", r"fuzhou\.yaml: fuzhou: .*minn"),
    "a code that became a number": (
        "dialects/minnan.yaml",
        '"nan"',
        ".nan",
        r"minnan\.yaml: minnan: iso639_3 must be text",
    ),
    "a malformed Glottocode": (
        "dialects/hakka.yaml",
        "glottocode: yuet1238",
        "glottocode: yuet",
        r"hakka\.yaml.*glottocode",
    ),
    "shares beyond one": (
        "dialects/puxian.yaml",
        "share: 1.0",
        "share: 0.8",
        r"puxian\.yaml: area code 0594: .*0\.800",
    ),
    "a share of nothing": ("dialects/puxian.yaml", "share: 1.0", "share: 0", r"puxian\.yaml: puxian: .*0594"),
    "an area code without quotes": ("dialects/puxian.yaml", '"0594"', "594", r"puxian\.yaml: puxian: 594 .*quote"),
    "an id twice": ("dialects/puxian.yaml", "id: puxian", "id: fuzhou", r"fuzhou"),
    "a file named otherwise": (
        "dialects/puxian.yaml",
        "id: puxian",
        "id: putian",
        r"puxian\.yaml: putian: the file is not named",
    ),
    "a tag of another language": ("dialects/puxian.yaml", "bcp47: cpx-", "bcp47: cdo-", r"puxian\.yaml: puxian: bcp47"),
    "a tag twice": ("dialects/guiliu.yaml", "xina1239-gl", "xina1239-cq", r"cmn-x-xina1239-cq"),
    "a key missing": ("dialects/puxian.yaml", "classification:", "klass:", r"puxian\.yaml: puxian: a key is missing"),
    "a cue too heavy": ("dialects/puxian.yaml", "weight: 1,", "weight: 3,", r"puxian\.yaml: puxian: the cue 伓是"),
    "an alias to nowhere": (
        "catalogue.yaml",
        '"0634": "0531"',
        '"0634": "0800"',
        r"retired_code_aliases: 0634 leads to '0800'",
    ),
    "an order without a dialect": ("catalogue.yaml", "siyi, pinghua,", "siyi,", r"catalogue\.yaml: order: .*pinghua"),
}


@pytest.mark.parametrize(("file", "old", "new", "sentence"), SPOILED.values(), ids=SPOILED.keys())
def test_a_spoiled_catalogue_is_refused_by_name(
    catalogue_folder: Path, file: str, old: str, new: str, sentence: str
) -> None:
    """The sentence says which file and which dialect or key is wrong."""
    path = catalogue_folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CatalogueInvalidError, match=sentence):
        load_catalogue(catalogue_folder)


def test_41_dialects_are_refused(catalogue_folder: Path) -> None:
    """A lost file does not pass for a smaller catalogue."""
    (catalogue_folder / "dialects" / "puxian.yaml").unlink()
    with pytest.raises(CatalogueInvalidError, match="exactly 42 dialects, these are 41"):
        load_catalogue(catalogue_folder)


@pytest.mark.parametrize("content", ["id: [", "- a list", ""], ids=["not YAML", "a list", "empty"])
def test_a_file_that_is_no_catalogue_is_refused_by_name(catalogue_folder: Path, content: str) -> None:
    """A damaged file is named."""
    (catalogue_folder / "dialects" / "hakka.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(CatalogueUnreadableError, match=r"hakka\.yaml"):
        load_catalogue(catalogue_folder)
