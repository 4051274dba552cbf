"""A packed state: compiled code reads and writes the very arrays that were packed."""

from typing import Annotated, NamedTuple

import numpy as np
import pytest

from sim.compiled import part, whole
from sim.laws import Ints
from sim.packed import pack, unpacked
from sim.waits import FineWaits, tops_of


class Inner(NamedTuple):
    """Two arrays of their own."""

    first: Annotated[Ints, np.int64, 1]
    second: Annotated[Ints, np.int64, 1]


class Outer(NamedTuple):
    """An array of two dimensions, behind a nested pair."""

    inner: Inner
    table: Annotated[Ints, np.int64, 2]


_state = unpacked(Outer)


@part
def _exchange(state: Outer, row: int) -> int:
    found = state.table[row, 1] + state.table.shape[1] + state.inner.second[2]
    state.inner.first[row] = state.table[row, 0]
    return int(found)


@whole
def _run(address: int, row: int) -> int:
    return _exchange(_state(address), row)


def test_compiled_code_works_on_what_was_packed() -> None:
    """Values, shapes and rows are those of the arrays, and what is written is in them."""
    state = Outer(Inner(np.zeros(3, np.int64), np.arange(3) * 100), np.arange(12).reshape(3, 4))
    table = pack(state)

    assert _run(table.ctypes.data, 2) == 9 + 4 + 200
    assert state.inner.first.tolist() == [0, 0, 8]


def test_an_array_that_is_not_as_annotated_is_refused() -> None:
    """Compiled code would read it wrongly, and nobody would see it."""
    good = Outer(Inner(np.zeros(3, np.int64), np.zeros(3, np.int64)), np.zeros((2, 2), np.int64))

    with pytest.raises(ValueError, match="'table' is a 2-dimensional float64"):
        pack(good._replace(table=np.zeros((2, 2))))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="'table'"):
        pack(good._replace(table=np.zeros((2, 4), np.int64)[:, ::2]))


def test_classes_of_many_waits_are_those_of_each() -> None:
    """Around every power of two, where classes change their width."""
    waits = [max(2**bits + more, 0) for bits in range(33) for more in (-1, 0, 1, 3, 1_000)]
    one_by_one: list[int] = []
    for wait in waits:
        store = FineWaits()
        store.add(wait)
        one_by_one += store.counts

    assert tops_of(np.array(waits)).tolist() == one_by_one
