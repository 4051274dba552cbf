"""
The service, and a death wish: on SIGUSR1 it reads from `CHAOS_POINT` (a file) the name of a fail point, and when it
comes there next it kills itself with SIGKILL, between two instructions and not a moment later.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from router.journal import fail_points
from router.service.__main__ import main

POINT_FILE = "CHAOS_POINT"


def _arm(*_args: Any) -> None:
    wanted = Path(os.environ[POINT_FILE]).read_text()

    def die(name: str) -> None:
        if name == wanted:
            os.kill(os.getpid(), signal.SIGKILL)

    fail_points.hook = die


if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, _arm)
    sys.exit(main())
