"""
How many of each shift cover what is required, at the least cost: an integer programme, solved by HiGHS.

Numbers only. Rows are what is required (of some agents, in some interval), columns are shifts; what they stand for is
known where they are made.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp  # type: ignore[import-untyped]  # scipy ships no types
from scipy.sparse import csc_array, eye_array, hstack  # type: ignore[import-untyped]  # scipy ships no types

from sim.laws import Floats, Ints

OPTIMAL, OUT_OF_TIME = 0, 1


class NoCover(Exception):
    """No number of shifts within the limits covers what is required, or none was found in time."""


@dataclass(frozen=True, slots=True)
class Covering:
    """`counts` of each column, what they cost, the least that any covering costs, and what each row lacks."""

    counts: Ints
    cost: float
    least: float
    lacking: Floats

    @property
    def optimal(self) -> bool:
        """Whether nothing can be cheaper."""
        return self.cost <= self.least * (1 + 1e-6) + 1e-6


def cover(
    columns: Any,
    required: Sequence[float] | Floats,
    costs: Sequence[float] | Floats,
    *,
    most: Sequence[float] | Floats | None = None,
    limits: tuple[Any, Sequence[float] | Floats] | None = None,
    lack_cost: float | None = None,
    spare_cost: float = 0.0,
    seconds: float = 20.0,
    gap: float = 0.0,
) -> Covering:
    """
    The least-cost whole numbers x >= 0 with `columns` x >= `required`; G. B. Dantzig, Operations Research 2 (1954).

    `columns` is a rows x columns matrix: how many of a row's agents one shift gives. x is at most `most`, and for
    `limits` (matrix, ends) matrix x <= ends. With a `lack_cost` a row may lack agents at so much each; `spare_cost` is
    that of one more than is required. The search ends within `gap` of the optimum, or after `seconds` with the best
    that was found. Raises `NoCover`.
    """
    matrix = csc_array(columns, dtype=np.float64)
    rows, shifts = matrix.shape
    needed = np.asarray(required, dtype=np.float64)
    parts, prices = [matrix], [np.asarray(costs, dtype=np.float64)]
    if lack_cost is not None:
        parts.append(eye_array(rows))
        prices.append(np.full(rows, lack_cost))
    if spare_cost:
        parts.append(-eye_array(rows))
        prices.append(np.full(rows, spare_cost))
    price = np.concatenate(prices)
    ends = np.full(rows, np.inf) if not spare_cost else needed
    constraints = [LinearConstraint(hstack(parts, format="csc"), needed, ends)]
    if limits is not None:
        bounded = csc_array(limits[0], dtype=np.float64)
        rest = csc_array((bounded.shape[0], len(price) - shifts))
        constraints.append(LinearConstraint(hstack([bounded, rest], format="csc"), -np.inf, np.asarray(limits[1])))
    upper = np.full(len(price), np.inf)
    if most is not None:
        upper[:shifts] = most
    whole = np.zeros(len(price))
    whole[:shifts] = 1
    found = milp(
        price,
        integrality=whole,
        bounds=Bounds(0, upper),
        constraints=constraints,
        options={"time_limit": seconds, "mip_rel_gap": gap},
    )
    if found.x is None:
        raise NoCover("nothing covers it" if found.status != OUT_OF_TIME else f"nothing was found in {seconds:g} s")
    counts = np.rint(found.x[:shifts]).astype(np.int64)
    least = found.mip_dual_bound if found.mip_dual_bound is not None else found.fun
    return Covering(counts, float(found.fun), float(least), np.maximum(needed - matrix @ counts, 0.0))
