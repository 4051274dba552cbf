"""
The two lines with which our files begin: a JSON object that says what follows, and its seal, the SHA-256 of the first.

What the object says and what follows it is the business of the files that use it.
"""

import json
from hashlib import sha256
from typing import Any, Final

MOST_BYTES: Final = 65_536


def head(said: dict[str, Any]) -> bytes:
    """Both lines."""
    line = _line(said)
    return line + sha256(line).hexdigest().encode() + b"\n"


def seal(said: dict[str, Any]) -> str:
    """The seal of such an object, hexadecimal."""
    return sha256(_line(said)).hexdigest()


def unsealed(content: bytes) -> tuple[dict[str, Any], bytes]:
    """Take a file apart: what its head says, and what follows. Raises ValueError if the head was altered."""
    try:
        line, found, body = content.split(b"\n", 2)
        said = json.loads(line)
    except ValueError as error:
        raise ValueError("it does not begin with two lines of ours") from error
    if not isinstance(said, dict) or line + b"\n" != _line(said) or found.decode("ascii", "replace") != seal(said):
        raise ValueError("its seal is broken")
    return said, body


def _line(said: dict[str, Any]) -> bytes:
    return json.dumps(said, separators=(",", ":")).encode() + b"\n"
