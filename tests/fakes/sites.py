"""Three sites with people, for tests of who is open and of the switches."""

from __future__ import annotations

from pathlib import Path

SITES = """schema: 1
sites:
  - id: fuzhou
    name: 福州中心
    provinces: [福建]
    hours: [{opens: "08:00", closes: "20:00"}]
    holidays: ["2026-11-25", "2026-10-01"]
  - {id: chengdu, name: 成都中心, provinces: [四川, 重庆]}
  - {id: beijing, name: 北京中心, provinces: [北京], night: true}
"""
AGENTS = """schema: 1
agents:
  - {id: fu, name: 福, contact: "client:fu", dialects: {fuzhou: 5}, site: fuzhou}
  - {id: cheng, name: 成, contact: "client:cheng", dialects: {fuzhou: 5}, site: chengdu}
  - {id: yu, name: 渝, contact: "client:yu", dialects: {chongqing: 5}, site: chengdu}
  - {id: bei, name: 北, contact: "client:bei", dialects: {beijing: 5}, site: beijing, hunt_group: true}
"""


def write_sites(folder: Path) -> None:
    """Put sites and agents into the site's folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sites.yaml").write_text(SITES, encoding="utf-8")
    (folder / "agents.yaml").write_text(AGENTS, encoding="utf-8")
