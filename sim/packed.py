"""
Many arrays as one address: how compiled functions hand a large state to each other for the price of one number.

A `NamedTuple` of arrays that is an argument is taken apart, so that a call with fifty arrays copies hundreds of words.
Packed, its arrays stand in one small table (`pack`), compiled code is handed the address of that (`unpacked`), and
`state.name` reads from it what it needs of an array, where it needs it. Nothing else enters: no model, no numbers.

The fields are annotated with their dtype and number of dimensions: `Annotated[Ints, np.int64, 2]`. A field may be such
a `NamedTuple` itself. Whoever packs keeps the arrays alive and in their place while compiled code may run.
"""

# mypy: disable-error-code="no-untyped-call, untyped-decorator, misc, override, unused-ignore"
# numba has no types.

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints
from zlib import crc32

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.core.typing.templates import AttributeTemplate
from numba.extending import infer_getattr, intrinsic, lower_getattr_generic, models, register_model
from numba.np import arrayobj, numpy_support

from sim.laws import Ints

_WORD = ir.IntType(64)


class Packed(types.Type):
    """The address of a packed state, as compiled code knows it."""

    def __init__(self, form: type) -> None:
        """`form`: the annotated `NamedTuple`."""
        self.fields = dict(_fields(form, 0))
        # A short name: it is part of the names of all functions that are handed one.
        super().__init__(f"{form.__qualname__}{crc32(str(self.fields).encode()):x}")


Field = tuple[Any, int]
"""What compiled code sees there, and the first word of its place in the table."""


def _fields(form: type, word: int) -> Iterator[tuple[str, Field]]:
    for name, hint in _hints(form).items():
        if get_origin(hint) is Annotated:
            _, dtype, dimensions = get_args(hint)
            array = types.Array(numpy_support.from_dtype(np.dtype(dtype)), dimensions, "C")
            yield name, (array, word)
            word += 1 + dimensions
        else:
            inner = [field for _, field in _fields(hint, word)]
            yield name, (types.NamedTuple([array for array, _ in inner], hint), word)
            word += sum(1 + array.ndim for array, _ in inner)


@cache
def _hints(form: Any) -> dict[str, Any]:
    return get_type_hints(form, include_extras=True)


def pack(state: Any) -> Ints:
    """
    The table of a state's arrays: for each its address and its shape. Its own address is what `unpacked` is handed.

    Raises ValueError for an array that is not as its annotation says.
    """
    return np.array(list(_words(state)), np.int64)


def _words(state: Any) -> Iterator[int]:
    for name, hint in _hints(state.__class__).items():
        value = getattr(state, name)
        if get_origin(hint) is not Annotated:
            yield from _words(value)
            continue
        _, dtype, dimensions = get_args(hint)
        if value.dtype != np.dtype(dtype) or value.ndim != dimensions or not value.flags.c_contiguous:
            raise ValueError(f"'{name}' is a {value.ndim}-dimensional {value.dtype}, not what its annotation says")
        yield value.ctypes.data
        yield from value.shape


def unpacked(form: type) -> Any:
    """The function that makes of an address, in compiled code, the state of this form."""
    packed = Packed(form)

    @intrinsic
    def at(_context: Any, _address: Any) -> Any:
        return packed(types.int64), lambda _context, builder, _signature, arguments: builder.inttoptr(
            arguments[0], _WORD.as_pointer()
        )

    return at


@register_model(Packed)
class _Address(models.OpaqueModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        models.PrimitiveModel.__init__(self, manager, kind, _WORD.as_pointer())


@infer_getattr
class _Attributes(AttributeTemplate):
    key = Packed

    def generic_resolve(self, packed: Packed, name: str) -> Any:
        return packed.fields[name][0] if name in packed.fields else None


@lower_getattr_generic(Packed)
def _get(context: Any, builder: Any, packed: Packed, address: Any, name: str) -> Any:
    kind, word = packed.fields[name]
    if isinstance(kind, types.Array):
        return _array(context, builder, kind, address, word)
    arrays = []
    for array in kind.types:
        arrays.append(_array(context, builder, array, address, word))
        word += 1 + array.ndim
    return context.make_tuple(builder, kind, arrays)


def _array(context: Any, builder: Any, kind: Any, address: Any, word: int) -> Any:
    """An array that owns nothing, of what stands in the table from that word on."""

    def read(place: int) -> Any:
        found = builder.load(builder.gep(address, [ir.Constant(_WORD, place)]))
        # The table does not change while compiled code runs, so what was read once need not be read again.
        found.set_metadata("invariant.load", builder.module.add_metadata([]))
        return found

    array = arrayobj.make_array(kind)(context, builder)
    size = context.get_abi_sizeof(context.get_data_type(kind.dtype))
    shape = [read(word + 1 + axis) for axis in range(kind.ndim)]
    strides = [ir.Constant(_WORD, size)]
    for extent in shape[:0:-1]:
        strides.insert(0, builder.mul(strides[0], extent))
    arrayobj.populate_array(
        array,
        data=builder.inttoptr(read(word), array.data.type),
        shape=cgutils.pack_array(builder, shape),
        strides=cgutils.pack_array(builder, strides),
        itemsize=ir.Constant(_WORD, size),
        meminfo=None,
    )
    return array._getvalue()
