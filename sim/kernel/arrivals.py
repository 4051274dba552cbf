"""All customers of a replication before it begins, in the order in which they ask: what the twin draws as it goes."""

import numpy as np

from sim.customers import Arrivals
from sim.demand.windows import asking
from sim.draws import NEVER_MS, Purpose, draw_ms, prefix, prefixes
from sim.kernel.layout import ARRIVALS, Table
from sim.laws import Ints
from sim.model import Model, StreamModel

_BLOCK = 8_192


def arrivals_of(model: Model, seed: int, replication: int) -> tuple[Table, Ints]:
    """A row of `layout.ARRIVALS` for each customer, stream by stream, backlog last; their order by (time, number)."""
    parts: list[Table] = []
    for place, stream in enumerate(model.streams):
        parts += _of_stream(model, place, stream, seed, replication)
    first = len(model.streams)
    for place, (stream, cases) in enumerate(model.backlog):
        parts.append(_of_backlog(first + place, stream, cases, seed, replication))
    everybody = np.concatenate(parts) if parts else np.zeros(0, ARRIVALS)
    if any(stream.windows for stream in model.streams):
        return everybody, np.lexsort((everybody["id"], everybody["at"]))
    # Whoever has a lower number stands first already, so that only times must be put in order.
    return everybody, np.argsort(everybody["at"], kind="stable")


def _of_stream(model: Model, place: int, stream: StreamModel, seed: int, replication: int) -> list[Table]:
    arrivals = Arrivals(model, stream, seed, replication)
    parts = []
    while (drawn := arrivals.draw(_BLOCK)) is not None:
        if stream.windows:
            rows = list(zip(*[column.tolist() for column in drawn], strict=True))
            now, later = asking(rows, stream.windows, prefixes(seed, replication))
            if not now and not later:
                continue
            drawn = tuple(np.array(column) for column in zip(*now, *later, strict=True))
        parts.append(_table(place, *drawn))
    return parts


def _table(place: int, *columns: np.ndarray) -> Table:
    times, numbers, patience, handle, wrap_up, choices, _silent, agreed = columns
    table = np.empty(len(times), ARRIVALS)
    table["at"], table["id"], table["stream"], table["joined"] = times, numbers, place, 0
    table["patience_ms"], table["handle_ms"], table["wrap_up_ms"] = patience, handle, wrap_up
    table["choice"], table["agreed"] = choices, agreed
    return table


def _of_backlog(place: int, stream: StreamModel, cases: int, seed: int, replication: int) -> Table:
    """Cases that are there at the start come in one turn."""
    table = np.zeros(cases, ARRIVALS)
    table["id"] = np.arange(stream.first_customer, stream.first_customer + cases)
    table["stream"], table["patience_ms"], table["joined"] = place, NEVER_MS, 1
    table["joined"][:1] = 0
    laws = (
        ("handle_ms", Purpose.HANDLE_TIME, stream.laws.handle_time),
        ("wrap_up_ms", Purpose.WRAP_UP, stream.laws.wrap_up),
    )
    for name, purpose, law in laws:
        start = prefix(seed, replication, purpose)
        table[name] = [draw_ms(start, ident, 0, law.law, law.a, law.b) for ident in table["id"].tolist()]
    return table
