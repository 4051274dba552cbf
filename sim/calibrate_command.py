"""`ringback calibrate`: what the command does, without the parsing of its arguments."""

import json
import sys
from pathlib import Path

from rich.console import Console

from sim.calibrate.counts import read_counts
from sim.calibrate.demand import fit_demand
from sim.calibrate.report import show, to_json
from sim.calibrate.section import write_section
from sim.command import BAD_INPUT, DONE, FAILED, errors
from sim.demand.profile import WEEKDAYS, Weekday


def calibrate(
    path: Path,
    *,
    every: int = 30,
    days: str = "",
    out: Path | None = None,
    product: str = "expense",
    language: str = "en",
    scale: float = 1.0,
    as_json: bool = False,
) -> int:
    """
    Fit the demand of a file of counts, print the answer, and write the section to `out`.

    `days` are weekdays, `mon,tue` or `mon-fri`; empty for all. Returns the exit code: 0 done, 1 the section cannot be
    written, 2 the input cannot be used; both are said on standard error.
    """
    told = errors()
    try:
        found = fit_demand(read_counts(path, every, chosen(days)))
    except ValueError as problem:
        told.print(str(problem))
        return BAD_INPUT
    except OSError as problem:
        told.print(f"{path}: cannot be read: {problem.strerror}")
        return BAD_INPUT
    if as_json:
        sys.stdout.write(json.dumps(to_json(found)) + "\n")
    else:
        show(found, Console(highlight=False, markup=False, soft_wrap=True))
    if out is not None:
        try:
            write_section(out, found, path.name, product, language, scale)
        except ValueError:
            told.print(f"'{product}' and '{language}' make no stream: they are names like expense and en")
            return BAD_INPUT
        except OSError as problem:
            told.print(f"{out}: cannot be written: {problem.strerror}")
            return FAILED
        told.print(f"written to {out}")
    return DONE


def chosen(days: str) -> list[Weekday]:
    """The weekdays of `mon,tue` or `sun-thu`, in the order of the week. Raises ValueError."""
    if not days:
        return list(WEEKDAYS)
    known = {str(day): place for place, day in enumerate(WEEKDAYS)}
    places: list[int] = []
    for part in days.split(","):
        first, dash, last = part.strip().partition("-")
        if first not in known or (dash and last not in known):
            raise ValueError(f"'{part}' is no weekday; write them like mon,tue or mon-fri")
        count = (known[last] - known[first]) % 7 if dash else 0
        places += [(known[first] + each) % 7 for each in range(count + 1)]
    return [day for place, day in enumerate(WEEKDAYS) if place in places]
