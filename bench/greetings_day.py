"""A day on which a million customers have their birthday, planned and sent to the end: seconds and memory.

Everything a day does to our books, without a carrier: the plan of the day from the index of the birthdays, and every
row claimed, checked, attempted and marked. A tenth of it is done in a process of its own before, so that the memory
tells whether it grows with the day. `python -m bench.greetings_day --customers N` is one such process.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.apart import told_apart
from bench.greeting_books import grow, open_books
from bench.greetings import BATCH, claim_and_mark, shipped_campaign
from elder_channel.reports import result
from greeting_sms.day_plan import plan_day
from greeting_sms.outbox import Outbox
from greeting_sms.planning import LiveCampaign

DAY = date(2026, 11, 22)
NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
SIZES = (100_000, 1_000_000)
MEMORY_REACH = 2.0
"""Ten times the customers need not take more than so many times the memory."""


def run() -> list[dict[str, Any]]:
    """Measure both, in some minutes; a list of `{name, value, unit, reach, ok}`."""
    days = [told_apart("bench.greetings_day", "--customers", str(size)) for size in SIZES]
    growth = days[-1]["peak_mb"] / days[0]["peak_mb"]
    told = []
    for day in days:
        size = day["customers"]
        told += [
            result(f"greetings.day_sent[{size}]", day["sent"], "greetings", reach=size, ok=day["sent"] == size),
            result(f"greetings.day_plan_seconds[{size}]", day["plan_seconds"], "s"),
            result(f"greetings.day_claim_mark_seconds[{size}]", day["claim_mark_seconds"], "s"),
            result(f"greetings.day_peak_memory_mb[{size}]", day["peak_mb"], "MB"),
        ]
    reach = f"<= {MEMORY_REACH:g}"
    return [
        *told,
        result("greetings.day_memory_growth", round(growth, 2), "times", reach=reach, ok=growth <= MEMORY_REACH),
    ]


def one_day(customers: int) -> dict[str, float]:
    """Plan and send the day in this process."""
    with tempfile.TemporaryDirectory() as folder, open_books(Path(folder), "") as engine:
        grow(engine, 0, customers, at=NOON - timedelta(days=2), born_on=DAY)
        began = time.perf_counter()
        campaign = LiveCampaign(shipped_campaign(), 1)
        evening = NOON - timedelta(days=1)
        plan_day(engine, DAY, [campaign], now=evening, channel_of=lambda _: "loopback", outbox=Outbox(engine))
        planned = time.perf_counter()
        _, sent = claim_and_mark(engine, customers, BATCH, now=NOON)
        return {
            "customers": customers,
            "sent": sent,
            "plan_seconds": round(planned - began, 1),
            "claim_mark_seconds": round(time.perf_counter() - planned, 1),
            "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        }


def main() -> None:
    """One day, told as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.greetings_day", description=__doc__)
    parser.add_argument("--customers", type=int, default=SIZES[0])
    print(json.dumps(one_day(parser.parse_args().customers)))


if __name__ == "__main__":
    main()
