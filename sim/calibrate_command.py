"""`ringback calibrate`: what the command does, without the parsing of its arguments."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console

from sim.calibrate import contacts_report, report
from sim.calibrate.contacts import are_contacts, read_contacts, split
from sim.calibrate.counts import read_counts
from sim.calibrate.demand import fit_demand
from sim.calibrate.patience import FEWEST_LEFT, fit_patience
from sim.calibrate.section import write_section
from sim.calibrate.work import fit_handled, fit_levels
from sim.command import BAD_INPUT, DONE, FAILED, Unusable, attempted, errors
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
    Fit a file, print the answer, and write what a scenario takes to `out`.

    Counts give demand; single contacts (a table with `wait_s`, or a journal) give patience and handle times. `days` are
    weekdays, `mon,tue` or `mon-fri`; empty for all. Returns the exit code: 0 done, 1 the file cannot be written, 2 the
    input cannot be used; both are said on standard error.
    """
    told = errors()

    def fitted() -> _Answer:
        try:
            return _contacts(path) if are_contacts(path) else _counts(path, every, days, product, language, scale)
        except OSError as problem:
            raise Unusable(f"{path}: cannot be read: {problem.strerror}") from None

    found = attempted(told, fitted)
    if isinstance(found, int):
        return found
    write, show, data = found
    if as_json:
        sys.stdout.write(json.dumps(data) + "\n")
    else:
        show(Console(highlight=False, markup=False, soft_wrap=True))
    if out is not None:
        try:
            write(out)
        except ValueError:
            told.print(f"'{product}' and '{language}' make no stream: they are names like expense and en")
            return BAD_INPUT
        except OSError as problem:
            told.print(f"{out}: cannot be written: {problem.strerror}")
            return FAILED
        told.print(f"written to {out}")
    return DONE


_Answer = tuple[Callable[[Path], None], Callable[[Console], None], dict[str, Any]]
"""What writes the sections, what shows the answer, and the answer as JSON."""


def _counts(path: Path, every: int, days: str, product: str, language: str, scale: float) -> _Answer:
    found = fit_demand(read_counts(path, every, chosen(days)))
    return (
        lambda out: write_section(out, found, path.name, product, language, scale),
        lambda console: report.show(found, console),
        report.to_json(found),
    )


def _contacts(path: Path) -> _Answer:
    contacts = read_contacts(path)
    waits, left = split(contacts.waits)
    # Where hardly anybody leaves, the handle times are worth telling all the same.
    patience = fit_patience(waits, left) if sum(left) >= FEWEST_LEFT or not contacts.handled else None
    handled, levels = fit_handled(contacts.handled), fit_levels(contacts.levels)
    sections = contacts_report.sections(patience, handled, levels)
    return (
        lambda out: contacts_report.write_sections(out, path.name, sections),
        lambda console: contacts_report.show(patience, handled, levels, console),
        contacts_report.to_json(patience, handled, levels),
    )


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
