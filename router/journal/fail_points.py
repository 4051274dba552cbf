"""
Named places at which a test may end the process, to see what a crash there leaves behind.

In a running desk nothing is hooked in and nothing happens; no decision may depend on a point.
"""

from collections.abc import Callable

hook: Callable[[str], None] | None = None
"""Told the name of every point that is reached."""


def reach(name: str) -> None:
    """Say that the process has come to this point."""
    if hook is not None:
        hook(name)
