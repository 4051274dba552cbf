"""
Commands, events and states as bytes: what lies in the journal, and what two runs are compared by.

A command is a compact JSON array, its kind and then its fields in the order of `router.core.commands`; whoever adds,
drops or moves a field counts `COMMAND_VERSION` up and keeps reading the older ones. No text, name or number of a person
enters here.
"""

from collections.abc import Callable
from dataclasses import fields
from hashlib import sha256
from operator import attrgetter
from typing import Any, Final, cast, get_type_hints

from pydantic_core import from_json, to_json

from router.core.commands import COMMANDS, Command, PolicyChanged, PostMessage
from router.core.events import Event
from router.core.plain import reader
from router.wire.policy import PolicyDocument, compile_policy

COMMAND_VERSION: Final = 2
"""The form of commands written today; it travels as the entry's `v`."""


class UnknownEntry(Exception):
    """An entry this version cannot understand. Folding past it would be guessing, so whoever reads it must stop."""

    def __init__(self, offset: int, why: str) -> None:
        super().__init__(f"entry {offset} of the journal is not understood: {why}")
        self.offset = offset


def encode_command(command: Command) -> bytes:
    """The journal's bytes for a command; equal commands have equal bytes."""
    if command.__class__ is PostMessage:
        # What the serializer writes, at half its cost; most commands are messages.
        return f'["PostMessage",{command.contact_id},"{command.party}",{command.person_id}]'.encode()
    return to_json((type(command).__name__, *_values_of(command)))


def decode_command(data: bytes, version: int, offset: int) -> Command:
    """The command in an entry. Raises `UnknownEntry`, naming the offset, for an unknown kind, version or shape."""
    if version not in (1, COMMAND_VERSION):
        raise UnknownEntry(offset, f"its version is {version}, this program reads versions 1 to {COMMAND_VERSION}")
    try:
        kind, *values = from_json(data)
        make = _READERS.get(kind)
    except (ValueError, TypeError) as error:
        raise UnknownEntry(offset, f"it is not a JSON array that begins with a kind: {error}") from error
    if make is None:
        raise UnknownEntry(offset, f"there is no command {kind!r}")
    try:
        if version == 1:
            values = upgraded(kind, values)
        return cast(Command, make(values))
    except (ValueError, TypeError) as error:
        raise UnknownEntry(offset, f"{kind} has other fields than this program knows: {error}") from error


def event_bytes(event: Event) -> bytes:
    """One line for an event: its kind, then its fields in order; two runs are the same if their lines are."""
    return to_json((type(event).__name__, *_values_of(event)), bytes_mode="hex") + b"\n"


def state_bytes(snapshot: object) -> bytes:
    """The canonical bytes of `Desk.snapshot()`. Order is part of the state, so nothing is sorted here."""
    return to_json(snapshot, bytes_mode="hex")


def state_hash(snapshot: object) -> str:
    """A short name for a state: SHA-256 of its canonical bytes, in hexadecimal."""
    return sha256(state_bytes(snapshot)).hexdigest()


# --- writing: one attrgetter for each class, made when the class is first met

_getters: dict[type, Callable[[Any], tuple[Any, ...]]] = {}


def _values_of(record: object) -> tuple[Any, ...]:
    get = _getters.get(type(record))
    if get is None:
        get = _getters[type(record)] = _getter(type(record))
    return get(record)


def _getter(cls: type) -> Callable[[Any], tuple[Any, ...]]:
    names = [field.name for field in fields(cls)]
    if len(names) >= 2:
        return cast(Callable[[Any], tuple[Any, ...]], attrgetter(*names))
    return lambda record: tuple(getattr(record, name) for name in names)


# --- reading: one strict reader for each class, made from its annotations


def _record_reader(cls: type) -> Callable[[list[Any]], Any]:
    hints = get_type_hints(cls)
    readers = [reader(hints[field.name]) for field in fields(cls)]

    def make(values: list[Any]) -> Any:
        return cls(*[read(value) for read, value in zip(readers, values, strict=True)])

    return make


# --- what earlier versions wrote


def upgraded(kind: str, values: list[Any]) -> list[Any]:
    """
    The fields of a command of version 1 in today's form.

    Since then commands got fields at their end, which have defaults, and the policy's document got sections: a policy
    is compiled anew from the document that stands beside it. Raises ValueError for a document that says nothing.
    """
    if kind == PolicyChanged.__name__:
        old = from_json(values[1])
        limit = old.pop("queue_limit", None)
        document = PolicyDocument.model_validate_json(
            to_json({**old, **({"routing": {"queue_limit": limit}} if limit is not None else {})})
        )
        return [from_json(to_json(compile_policy(document))), document.model_dump_json()]
    cls = next(command for command in COMMANDS if command.__name__ == kind)
    added = [field.default for field in fields(cls)[len(values) :]]
    return [*values, *(list(value) if isinstance(value, tuple) else value for value in added)]


_READERS: Final[dict[str, Callable[[list[Any]], Any]]] = {cls.__name__: _record_reader(cls) for cls in COMMANDS}
