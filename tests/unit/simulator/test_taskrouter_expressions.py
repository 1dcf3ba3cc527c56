"""TaskRouter's expressions, as its documentation has them."""

from __future__ import annotations

from typing import Any

import pytest

from elder_channel.simulator.taskrouter.expressions import ExpressionError, compiled

WORKER = {"skills": ["support"], "languages": ["english", "french"], "rating": 5.1, "tier": {"levels": ["a", "b", "c"]}}


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        ("1 == 1", True),
        ("0 != 1", True),
        ('"apple" != "orange"', True),
        ("rating > 1", True),
        ("(skills HAS 'support') AND (languages HAS 'english')", True),
        ("languages HAS 'german' OR rating >= 5.1", True),
        ("languages has 'french'", True),
        ("tier.levels[2] == 'c'", True),
        ("tier.levels[9] == 'c'", False),
        ("'english' IN languages", True),
        ("'english' NOT IN languages", False),
        ("'german' NOT IN languages", True),
        ("'a' IN ['a', 'b']", True),
        ("'a' NOT IN []", True),
        ("missing == null", True),
        ("rating != null", True),
        ("languages == 'english'", False),  # a scalar operator on an array
        ("rating HAS 5", False),  # an array operator on scalars
        ("rating > 'five'", False),  # unlike types
        ("'support call' CONTAINS 'call'", True),
        ("1 == 1 AND 1 == 2 OR 1 == 1", True),
        ("1 == 2 AND (1 == 2 OR 1 == 1)", False),
        ("'AND' == 'AND'", True),
    ],
)
def test_an_expression_says_what_the_documentation_says(expression: str, holds: bool) -> None:
    """Comparisons, arrays, references, and which of AND and OR binds more."""
    assert compiled(expression)(WORKER) is holds


@pytest.mark.parametrize("names", [{"worker": {"site": "a"}, "task": {"near": ["a"]}}])
def test_a_target_compares_worker_and_task(names: dict[str, Any]) -> None:
    """Both sides are named by their prefix."""
    assert compiled("worker.site IN task.near")(names)
    assert not compiled("worker.site IN task.far")(names)


@pytest.mark.parametrize(
    "expression",
    ["", "1 ==", "== 1", "(1 == 1", "1 == 1)", "a b", "skills HAS 'x-y'", "a = 1", "1 == 1 AND", "[1, 2", "NOT a"],
)
def test_what_is_no_expression_is_refused(expression: str) -> None:
    """Hyphens too, which the documentation excludes."""
    with pytest.raises(ExpressionError):
        compiled(expression)
