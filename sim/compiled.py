"""
The one doorway to numba: functions written in Python, compiled on first use, cached on disk.

Nothing else enters: no model, no numbers. The wrappers exist because numba's own decorator is untyped.
"""

from collections.abc import Callable
from typing import TypeVar, cast

import numba

_njit = cast(Callable[..., Callable[[object], object]], numba.njit)
"""Some of its options have no types, so the whole of it has none here."""

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """Compile a function in nopython mode, without the interpreter lock, and keep the machine code on disk."""
    return cast(Function, numba.njit(cache=True, nogil=True)(function))


def part(function: Function) -> Function:
    """
    Compile a function that only other compiled functions call, into each of them.

    It makes no arrays, so that nobody need count who uses one. It is kept on disk only as a part of its callers.
    """
    return cast(Function, _part(function))


_part = _njit(
    # Only compiled code calls it, so that no doors to Python have to be built, which take longer than all the rest.
    nogil=True,
    error_model="numpy",
    _nrt=False,
    no_cpython_wrapper=True,
    no_cfunc_wrapper=True,
)


def whole(function: Function) -> Function:
    """Compile a function that is made of parts and makes no arrays either, and keep the machine code on disk."""
    return cast(Function, _njit(cache=True, nogil=True, error_model="numpy", _nrt=False)(function))
