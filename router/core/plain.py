"""
Records as plain data and back: dicts of fields, lists, strings, integers, booleans and None.

What is read back was written by somebody else, perhaps by another program: every value is held against the type that
its field declares, and nothing is guessed.
"""

from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, Final, Literal, NewType, get_args, get_origin, get_type_hints

Read = Callable[[Any], Any]
"""Turns plain data into a field's value; raises ValueError or TypeError when it does not fit."""

_ATOMS: Final = (int, str, bool)


def plain(value: Any) -> Any:
    """Records as dicts of their fields, tuples and lists as lists, the rest as it is."""
    if value.__class__ in _ATOMS:
        return value
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return value


def reader(hint: Any) -> Read:
    """The strict way back for values of a declared type. Raises TypeError for a type that has no plain form."""
    origin = get_origin(hint)
    if isinstance(hint, NewType):
        return reader(hint.__supertype__)
    if origin is Literal:
        return _one_of(get_args(hint))
    if origin is tuple:
        return _tuple_of(get_args(hint))
    if hint in _ATOMS:
        return _exactly(hint)
    if isinstance(hint, type) and is_dataclass(hint):
        return _record_of(hint)
    raise TypeError(f"a record may not have a field of {hint!r}")


def _exactly(cls: type) -> Read:
    def read(value: Any) -> Any:
        if type(value) is not cls:
            raise TypeError(f"{value!r} is not {cls.__name__}")
        return value

    return read


def _one_of(choices: tuple[Any, ...]) -> Read:
    def read(value: Any) -> Any:
        if value not in choices:
            raise ValueError(f"{value!r} is none of {choices}")
        return value

    return read


def _tuple_of(items: tuple[Any, ...]) -> Read:
    each = reader(items[0])
    length = None if items[1:] == (...,) else len(items)

    def read(value: Any) -> Any:
        if type(value) is not list or (length is not None and len(value) != length):
            raise TypeError(f"{value!r} is not an array" + (f" of {length}" if length is not None else ""))
        return tuple([each(item) for item in value])

    return read


def _record_of(cls: type) -> Read:
    """A record inside another one is a dict with the names of its fields; what came later has a default."""
    hints = get_type_hints(cls)
    readers = {field.name: reader(hints[field.name]) for field in fields(cls)}
    needed = {field.name for field in fields(cls) if field.default is MISSING}

    def read(value: Any) -> Any:
        if type(value) is not dict or not needed <= value.keys() <= readers.keys():
            raise TypeError(f"{cls.__name__} needs the fields {list(readers)}")
        return cls(**{name: readers[name](part) for name, part in value.items()})

    return read
