"""The JSON schemas of scenario files, for editors, and of results, for programs; a test compares them with the code.

`python -m elder_channel.simulator.scenarios.schema` writes both anew.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from elder_channel.simulator.scenarios.format import Scenario
from elder_channel.simulator.scenarios.results import Results

FOLDER = Path(__file__).parents[2] / "data" / "simulate"
DIALECT = {"$schema": "https://json-schema.org/draft/2020-12/schema"}


def schemas() -> dict[str, dict[str, Any]]:
    """The schemas as the code is now, by the names of their files."""
    return {
        "scenario.schema.json": {**DIALECT, **Scenario.model_json_schema(by_alias=True)},
        "results.schema.json": {**DIALECT, **Results.model_json_schema()},
    }


def text(schema: dict[str, Any]) -> str:
    """A schema as it is written to its file."""
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    for name, schema in schemas().items():
        (FOLDER / name).write_text(text(schema), encoding="utf-8")
