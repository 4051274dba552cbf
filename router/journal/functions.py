"""
The library of functions that runs inside the store: its names, its text, and how it gets there.

Nothing is ever put into its text; what differs between desks and nodes travels as arguments.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

from redis.exceptions import ResponseError

LIBRARY: Final = "ringback_journal_2"
OPEN: Final = "ringback_open_2"
APPEND: Final = "ringback_append_2"
CODE: Final = Path(__file__).with_name("append.lua").read_bytes()


async def load(ask: Callable[..., Awaitable[Any]]) -> None:
    """
    Bring the library into the store; replace it only if its text differs, so that nodes do not load it in turns.

    `ask` sends one command and returns its reply. A `ResponseError` of the store passes through.
    """
    found = await ask("FUNCTION", "LIST", "LIBRARYNAME", LIBRARY, "WITHCODE")
    if not found:
        try:
            await ask("FUNCTION", "LOAD", CODE)
        except ResponseError as error:
            if "already exists" not in str(error):
                raise
            # Another node was quicker; it runs the same version of the contract.
        return
    library = found[0]
    if dict(zip(library[::2], library[1::2], strict=True))[b"library_code"] != CODE:
        await ask("FUNCTION", "LOAD", "REPLACE", CODE)
