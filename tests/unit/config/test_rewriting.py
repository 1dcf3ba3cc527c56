"""Other values are written into a settings file, and everything else of it stays byte for byte."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.errors import ConfigError
from config.reading import read_yaml
from config.rewriting import rewritten

LINE = """\
# 本热线的设置
schema: 1

# agreed with the branch in May
elder_age:   65   # not 60
dedicated_numbers:
  - "+862100000061"   # the village
  # two for the town
  - "+862100000062"
prompts: {say: "您好", loud: true}
questions:
  default: ["a"]
  # loans ask more
  loan:
    - "b"
    - "c"
"""


def values(**changed: object) -> dict[str, object]:
    """What the file says, with something else; None takes a key out."""
    told = {**yaml.safe_load(LINE), **changed}
    return {key: value for key, value in told.items() if value is not None}


@pytest.mark.parametrize(
    ("wanted", "gone", "new"),
    [
        (values(), "", ""),
        (values(elder_age=70), "elder_age:   65   # not 60", "elder_age:   70   # not 60"),
        (values(elder_age=None), "elder_age:   65   # not 60\n", ""),
        (values(keys_heeded=3), "", "\nkeys_heeded: 3"),
        (values(dedicated_numbers=["+862100000062"]), '  - "+862100000061"   # the village\n', ""),
        (
            values(dedicated_numbers=["+862100000061", "+862100000062", "+862100000063"]),
            "",
            '  - "+862100000063"\n',
        ),
        (
            values(dedicated_numbers=[]),
            '\n  - "+862100000061"   # the village\n  # two for the town\n  - "+862100000062"',
            " []",
        ),
        (values(prompts={"say": "您好", "loud": False}), "loud: true", "loud: false"),
        (values(prompts={"say": "您好"}), '{say: "您好", loud: true}', '{"say": "您好"}'),
        (values(questions={"default": ["a"], "loan": ["b", "d"]}), '    - "c"\n', '    - "d"\n'),
        (values(questions={"default": ["a"]}), '  loan:\n    - "b"\n    - "c"\n', ""),
        (
            values(questions={"default": ["a"], "loan": ["b", "c"], "yes": ["z"]}),
            "",
            '\n  "yes": ["z"]',
        ),
        (values(steps=[{"match": "exact", "seconds": 7}]), "", '\nsteps:\n  - {"match": "exact", "seconds": 7}'),
    ],
)
def test_only_what_changes_is_touched(wanted: dict[str, object], gone: str, new: str) -> None:
    """Comments, blank lines and quotes of the rest stand as they stood."""
    told = rewritten(LINE, wanted)
    assert yaml.safe_load(told) == wanted
    if gone and new:
        assert told == LINE.replace(gone, new)
    elif gone:
        assert told == LINE.replace(gone, "")
    elif new:
        assert told.replace(new, "", 1) == LINE


SITES = """\
schema: 1
sites:
  # the first one
  - id: fuzhou
    name: 福州中心   # by the river
    provinces: [福建]

  - {id: chengdu, name: 成都中心, provinces: [四川, 重庆]}   # since 2019
  - id: beijing
    hours:
      - {opens: "08:00", closes: "20:00"}
    name: 北京中心
"""


def test_an_item_of_a_list_is_changed_by_its_id() -> None:
    """The other rows, and the other keys of the row, are not touched."""
    tree = yaml.safe_load(SITES)
    tree["sites"][0]["night"] = True
    tree["sites"][1]["name"] = "成都"
    told = rewritten(SITES, tree)
    expected = SITES.replace("name: 成都中心", 'name: "成都"').replace(
        "    provinces: [福建]\n", "    provinces: [福建]\n    night: true\n"
    )
    assert told == expected


def test_items_come_and_go() -> None:
    """In their own lines."""
    tree = yaml.safe_load(SITES)
    tree["sites"] = [tree["sites"][0], {"id": "xian", "name": "西安"}, tree["sites"][2]]
    told = rewritten(SITES, tree)
    assert yaml.safe_load(told) == tree
    assert "by the river" in told
    assert '  - {"id": "xian", "name": "西安"}\n  - id: beijing' in told


@pytest.mark.parametrize("text", ["schema: 1\na: 1", "\ufeffschema: 1\na: 1\n", "---\nschema: 1\r\na: 1\r\n"])
def test_files_of_other_editors_are_taken(text: str) -> None:
    """Without a last line end, with a byte order mark, with the line ends of Windows."""
    told = rewritten(text, {"schema": 1, "a": 2, "b": "x"})
    assert yaml.safe_load(told) == {"schema": 1, "a": 2, "b": "x"}


def test_a_file_nobody_could_read_is_not_written_into() -> None:
    """It is told what is wrong with it instead."""
    with pytest.raises(ConfigError, match="twice"):
        rewritten("schema: 1\na: 1\na: 2\n", {"schema": 1, "a": 3})


LEAVES = st.sampled_from(["", "a b", "中", "x: #y", "- z", "'", "07", True, False, 3, -2, 0.5])
KEYS = st.sampled_from(["a", "b", "yes", "+852"])
INNER = st.one_of(LEAVES, st.lists(LEAVES, max_size=3), st.dictionaries(KEYS, LEAVES, max_size=2))
TREES = st.one_of(INNER, st.lists(INNER, max_size=3), st.dictionaries(KEYS, INNER, max_size=3))
FILES = st.dictionaries(KEYS, TREES, max_size=3).map(lambda tree: {"schema": 1, **tree})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(before=FILES, after=FILES, style=st.sampled_from([None, True, False]))
def test_whatever_is_asked_for_is_what_the_file_says(
    before: dict[str, object], after: dict[str, object], style: bool | None
) -> None:
    """In every style; a file that would say anything else is never the result."""
    text = yaml.safe_dump(before, allow_unicode=True, sort_keys=False, default_flow_style=style)
    if read_yaml(text.encode(), source="file").problems or read_yaml(_plain(after), source="file").problems:
        return  # the strict reader refuses such a file, or such a value, to begin with
    assert yaml.safe_load(rewritten(text, after)) == after


def _plain(values: dict[str, object]) -> bytes:
    return yaml.safe_dump(values, allow_unicode=True, default_flow_style=True, default_style=None).encode()
