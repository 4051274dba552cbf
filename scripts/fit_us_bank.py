"""
Fit the demand of `scenarios/us-bank-monday.yaml` from call counts: `python scripts/fit_us_bank.py COUNTS.csv`.

The counts are those of a US bank's call centre, 2003 (public data, 5-minute cells from 07:00 to 21:05 on weekdays), as
a CSV file with the columns `timestamp` (`2003-03-03 07:00`) and `calls`. Prints the profile as the scenario holds it:
the mean number of calls per hour in each half hour of the chosen weekday.
"""

import csv
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path

MONDAY = 0
OPENS, CLOSES = 7 * 60, 21 * 60
"""Minutes after midnight. The cell at 21:00 is left out: its half hour has no other."""
INTERVAL = 30


def fit(path: Path, weekday: int = MONDAY) -> tuple[list[float], int]:
    """Mean calls per hour of each half hour, rounded to one decimal, and how many days they come from."""
    counts: dict[int, float] = defaultdict(float)
    days: dict[str, None] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            day, clock = row["timestamp"].split(" ")
            if date.fromisoformat(day).weekday() != weekday:
                continue
            days[day] = None
            hour, minute = clock.split(":")
            counts[(int(hour) * 60 + int(minute)) // INTERVAL * INTERVAL] += float(row["calls"])
    if not days:
        raise ValueError(f"{path} holds no day of weekday {weekday} (0 is Monday)")
    halves = range(OPENS, CLOSES, INTERVAL)
    return [round(counts[half] / len(days) * 60 / INTERVAL, 1) for half in halves], len(days)


def main(arguments: list[str]) -> int:
    """Print the fit; returns the exit code."""
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    rates, days = fit(Path(arguments[0]))
    print(f"    # Mean of {days} Mondays.")
    print("    monday:")
    print(f'      starts: "{OPENS // 60:02d}:{OPENS % 60:02d}"')
    print(f"      every: {INTERVAL} min")
    print("      per_hour:")
    for first in range(0, len(rates), 7):
        text = ", ".join(f"{rate:g}" for rate in rates[first : first + 7])
        print(f"        {'[' if first == 0 else ' '}{text}{']' if first + 7 >= len(rates) else ','}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
