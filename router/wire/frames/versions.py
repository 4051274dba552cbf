"""
Which versions of the protocol are spoken: the present one and the one before it, so that neither pages that are open
nor nodes that are not upgraded yet are cut off by an upgrade.

A version is the WebSocket sub-protocol. What a version adds for clients stands in the models; what it takes away stays
served under the older name until that is dropped from here. No frame is read or written in this file.
"""

import re
from typing import Final

PROTOCOLS: Final = ("ringback.v2", "ringback.v1")
"""The versions that are spoken, newest first; two, and never more."""
PROTOCOL: Final = PROTOCOLS[0]
BEFORE: Final = PROTOCOLS[1]

_OURS: Final = re.compile(r"ringback\.v[1-9][0-9]{0,3}|ringback\.v0")
LONGEST_OFFER: Final = 1_000
"""Characters of the header that are looked at."""


def negotiated(offered: str) -> str:
    """
    The newest version that both sides speak, given the client's `Sec-WebSocket-Protocol`.

    One of ours that is not spoken here (too old, too new) if there is no other: such a client is told so in the close
    code, for a browser does not show a page the status of a refused handshake. Empty when the client is none of ours.
    """
    names = [name.strip() for name in offered[:LONGEST_OFFER].split(",")]
    spoken = [protocol for protocol in PROTOCOLS if protocol in names]
    return next(iter(spoken or filter(_OURS.fullmatch, names)), "")
