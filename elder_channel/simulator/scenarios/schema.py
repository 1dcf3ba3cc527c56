"""The JSON schema of scenario files, for editors; kept in the package and compared with the format by a test.

`python -m elder_channel.simulator.scenarios.schema` writes it anew.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from elder_channel.simulator.scenarios.format import Scenario

FILE = Path(__file__).parents[2] / "data" / "simulate" / "scenario.schema.json"


def schema() -> dict[str, Any]:
    """The schema as the format is now."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Scenario.model_json_schema(by_alias=True)}


def text() -> str:
    """The schema as it is written to the file."""
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
