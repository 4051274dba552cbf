"""How many files, and so sockets, this process may have open. Nothing is opened here."""

import contextlib
import resource
import sys
from typing import Final

import structlog

from router.service.gateway import MAX_SOCKETS

SPARE: Final = 200
"""What a desk has open besides its clients' sockets: its store, pages on their way out, snapshots."""

log = structlog.get_logger(__name__)


def raise_open_files() -> int:
    """
    Let this process have as many files open as it may without asking anybody; returns how many that are.

    Most systems begin with a limit of 1,024, which is meant for programs with a handful of files.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with contextlib.suppress(ValueError, OSError):  # some systems have a lower limit that they do not tell
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            soft = hard
    allowed = sys.maxsize if soft == resource.RLIM_INFINITY else soft
    if allowed < MAX_SOCKETS + SPARE:
        log.warning("few sockets can be open: raise the limit (ulimit -n)", files=allowed, sockets=allowed - SPARE)
    else:
        log.info("files may be open", files=allowed)
    return allowed
