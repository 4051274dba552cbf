"""How a bug is planted, and how it is found."""

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from router.core import apply
from router.core.errors import Broken
from router.core.lines import Contact
from router.core.staff import Agent
from router.core.state import APPLIERS, DeskState
from tests.core.world import random_day

Patch = pytest.MonkeyPatch
Bug = Callable[[Patch], None]
Change = Callable[[DeskState, Any], None]

BUGS: list[Bug] = []
TESTS = Path(__file__).parents[1]


def bug(function: Bug) -> Bug:
    """Let the decorated function be planted with the others."""
    BUGS.append(function)
    return function


def found_by(days: int, steps: int = 150) -> str:
    """The law that the first of these days breaks, "" when none does; the days are the same every time."""
    for number in range(days):
        try:
            random_day(number, steps)
        except Broken as error:
            return f"day {number}: {str(error).partition(':')[0]}"
        except (AssertionError, AttributeError, LookupError, TypeError) as error:
            return f"day {number}: {_law(error)}"
    return ""


def _law(error: Exception) -> str:
    """What an assertion says, or the docstring of the function that makes it, or the error itself."""
    if not isinstance(error, AssertionError):
        return f"the desk does not stop ({error.__class__.__name__})"
    said = str(error).partition("\n")[0]
    if said and not said.startswith("assert"):
        return said
    frame = next(frame for frame, _ in reversed(list(traceback.walk_tb(error.__traceback__))) if _is_ours(frame))
    doc = getattr(getattr(frame.f_locals.get("self"), frame.f_code.co_name, None), "__doc__", None)
    return (doc or frame.f_code.co_name).strip().partition("\n")[0]


def _is_ours(frame: Any) -> bool:
    return TESTS in Path(frame.f_code.co_filename).parents


# --- ways to plant


def nothing(*_args: Any) -> None:
    """Left out."""


def before(patch: Patch, kind: type, change: Change) -> None:
    """Change something just before events of this kind are applied."""
    real = APPLIERS[kind]
    patch.setitem(APPLIERS, kind, lambda state, event: (change(state, event), real(state, event))[1])


def after(patch: Patch, kind: type, change: Change) -> None:
    """Change something just after events of this kind are applied."""
    real = APPLIERS[kind]
    patch.setitem(APPLIERS, kind, lambda state, event: (real(state, event), change(state, event))[0])


def shared(patch: Patch, name: str, replacement: Any) -> None:
    """Replace a step that several modules of `router.core.apply` share, in each of them."""
    rooms = (apply.agents, apply.callbacks, apply.contacts, apply.offers, apply.routing, apply.service)
    for module in (apply.steps, *rooms):
        if hasattr(module, name):
            patch.setattr(module, name, replacement)


def contact_of(state: DeskState, event: Any) -> Contact:
    return state.contacts[event.contact_id]


def agent_of(state: DeskState, event: Any) -> Agent:
    return state.agents[event.agent_id]


def waits_from_now(state: DeskState, event: Any) -> None:
    """The contact loses its place."""
    contact_of(state, event).rank = state.now
