"""
What is checked of a question before a formula answers it, and the one error of lines that only grow.

Every public function of the room calls these first, so that an impossible number is named and not computed with.
"""

import math


class NoSteadyState(ValueError):
    """More work comes than the agents can ever do and nobody gives up, so there are no long-run values."""


def positive(**values: float) -> None:
    """Raise ValueError unless each named value is finite and above 0."""
    for name, value in values.items():
        if not (value > 0 and math.isfinite(value)):
            raise ValueError(f"{name} must be a finite number above 0, not {value}")


def not_negative(**values: float) -> None:
    """Raise ValueError unless each named value is finite and at least 0."""
    for name, value in values.items():
        if not (value >= 0 and math.isfinite(value)):
            raise ValueError(f"{name} must be a finite number, 0 or more, not {value}")


def shares(**values: float) -> None:
    """Raise ValueError unless each named value lies between 0 and 1, both included."""
    for name, value in values.items():
        if not 0 <= value <= 1:
            raise ValueError(f"{name} must be a share between 0 and 1, not {value}")


def at_least(least: int, **values: int) -> None:
    """Raise ValueError unless each named value is a whole number and at least `least`."""
    for name, value in values.items():
        if value != int(value) or value < least:
            raise ValueError(f"{name} must be a whole number, {least} or more, not {value}")


def below(limit: float, what: str, **values: float) -> None:
    """Raise NoSteadyState unless each named rate or load is below `limit`, which is named by `what`."""
    for name, value in values.items():
        if not value < limit:
            raise NoSteadyState(f"there is no steady state: {name} is {value:g}, which is not below {what}, {limit:g}")
