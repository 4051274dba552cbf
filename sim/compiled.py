"""
The one doorway to numba: functions written in Python, compiled on first use, cached on disk.

Nothing else enters: no model, no numbers. The wrapper exists because numba's own decorator is untyped.
"""

from collections.abc import Callable
from typing import TypeVar, cast

import numba

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """Compile a function in nopython mode, without the interpreter lock, and keep the machine code on disk."""
    return cast(Function, numba.njit(cache=True, nogil=True)(function))
