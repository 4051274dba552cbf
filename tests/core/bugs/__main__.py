"""Plant every bug, one by one, and print the law that found it; exit 1 when one was not found."""

import sys

import pytest

from tests.core.bugs import BUGS, found_by

DAYS = 1_000


def main() -> int:
    """One line for each bug: its name, what it does, and what found it."""
    missed = 0
    for bug in BUGS:
        with pytest.MonkeyPatch.context() as patch:
            bug(patch)
            law = found_by(DAYS)
        missed += not law
        print(f"{'found ' if law else 'MISSED'} {bug.__name__:28} {bug.__doc__}\n       {law or '-'}", flush=True)
    print(f"{len(BUGS) - missed} of {len(BUGS)} planted bugs found")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
