"""
Durations drawn by their full key, of any law a scenario can name.

Laws with two numbers are those of `sim.draws`, compiled; a law as it was seen is a table, which is looked up here with
the uniform of the same key.
"""

import numpy as np

from sim.draws import draw_ms, fill_durations, fill_uniforms, uniform_of, whole_ms
from sim.durations import LawNumbers
from sim.laws import Ints


def drawn_ms(start: np.uint64, customer: int, k: int, law: LawNumbers) -> int:
    """One duration in whole milliseconds; `start` is the `sim.draws.prefix`."""
    if law.table is None:
        return draw_ms(start, customer, k, law.law, law.a, law.b)
    return whole_ms(law.table.at(uniform_of(start, customer, k)))


def fill_drawn(start: np.uint64, first_customer: int, law: LawNumbers, out: Ints) -> None:
    """Durations of consecutive customers into `out`, with k = 0."""
    if law.table is None:
        fill_durations(start, first_customer, 0, int(law.law), law.a, law.b, out)
        return
    uniforms = np.empty(len(out))
    fill_uniforms(start, first_customer, 0, uniforms)
    out[:] = np.rint(law.table.all_at(uniforms))
