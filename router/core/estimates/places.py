"""
The place in line as it is told: exactly, up to a limit, or not at all.

Numbers only; the words are the reader's business.
"""

from typing import Final, Literal, get_args

PlaceMode = Literal["always", "never", "limit", "more"]
"""`limit`: told only to those with at most so many ahead; `more`: beyond that "more than so many ahead" is told."""
PLACE_MODES: Final[tuple[PlaceMode, ...]] = get_args(PlaceMode)

Place = tuple[int, bool]
"""(how many are ahead, whether there are more than that)."""


def place_told(ahead: int, mode: PlaceMode, limit: int) -> Place | None:
    """What somebody with `ahead` contacts in front is told of the place; None: nothing. The modes are Asterisk's."""
    if mode == "never":
        return None
    if mode == "always" or ahead <= limit:
        return ahead, False
    return (limit, True) if mode == "more" else None
