"""What somebody may have meant who mistyped a word."""

import difflib
from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A suggestion to put behind an error, or the whole choice when nothing is close and the choice is short."""
    choice = list(known)
    if not choice:
        return " There are none here."
    close = difflib.get_close_matches(word[:80], choice, n=1)
    if close:
        return f" Did you mean '{close[0]}'?"
    return f" Known here: {', '.join(choice)}." if len(choice) <= 12 else ""
