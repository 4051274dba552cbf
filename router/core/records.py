"""
How the core declares its records: commands, events, policy, state.

Immutable to the type checker and cheap at run time: a real frozen dataclass pays one `object.__setattr__`
for each field of each event, which is most of what the desk costs.
"""

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True)
def record(cls: type[T]) -> type[T]:
    """Make `cls` a slotted dataclass that mypy treats as frozen; nobody may assign to its fields."""
    return dataclass(slots=True)(cls)
