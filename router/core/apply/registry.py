"""Which function applies which event; filled when the modules of this package are imported."""

from collections.abc import Callable
from typing import TypeVar, cast

from router.core.events import Event
from router.core.state import APPLIERS, DeskState

E = TypeVar("E")


def applies(kind: type[E]) -> Callable[[Callable[[DeskState, E], None]], Callable[[DeskState, E], None]]:
    """Register the decorated function as the one that applies events of this class."""

    def register(function: Callable[[DeskState, E], None]) -> Callable[[DeskState, E], None]:
        APPLIERS[kind] = cast("Callable[[DeskState, Event], None]", function)
        return function

    return register
