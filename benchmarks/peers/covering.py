"""
A day's shifts as pyworkforce finds them; run in its own environment (`make peers`), data in and out as JSON.

    python -m benchmarks.peers.covering < day.json

`day.json` has `contacts` of each interval of `interval_min`, `aht_min`, `within_min`, `level`, and `shifts` by name:
which intervals each covers, and its `hours`. Prints what Erlang C requires in each interval, how many work each shift,
what that costs in hours, and what the solver says of it.
"""

import json
import sys
from typing import Any

_SEARCH_S = 60.0


def covered(day: dict[str, Any]) -> dict[str, Any]:
    """Erlang C for each interval, and the fewest paid hours that cover all of them."""
    from pyworkforce.queuing import ErlangC
    from pyworkforce.scheduling import MinRequiredResources

    required = []
    for contacts in day["contacts"]:
        line = ErlangC(contacts, day["aht_min"], day["within_min"], day["interval_min"])
        required.append(line.required_positions(service_level=day["level"])["positions"])
    shifts = day["shifts"]
    most = 10 * max(required)
    found = MinRequiredResources(
        num_days=1,
        periods=len(required),
        shifts_coverage={name: one["covers"] for name, one in shifts.items()},
        required_resources=[required],
        max_period_concurrency=most,
        max_shift_concurrency=most,
        cost_dict={name: one["hours"] for name, one in shifts.items()},
        max_search_time=_SEARCH_S,
    ).solve()
    counts = {one["shift"]: one["resources"] for one in found["resources_shifts"] if one["resources"]}
    return {"required": required, "shifts": counts, "hours": found["cost"], "status": found["status"]}


if __name__ == "__main__":
    json.dump(covered(json.load(sys.stdin)), sys.stdout)
