"""The closed lists of words that commands and events use."""

from typing import Final, Literal, get_args

Party = Literal["asc", "agent"]
DialFailure = Literal["no_answer", "busy", "voicemail", "invalid"]
DIAL_FAILURES: Final[tuple[DialFailure, ...]] = get_args(DialFailure)
ChosenStatus = Literal["available", "break", "offline"]
Impact = Literal["one", "some", "everybody"]
"""The ASC's answer to "how many cannot work?"; nobody but an agent makes a priority of it."""
