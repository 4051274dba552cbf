"""
Bugs to plant in the desk, so that the tests are tested: each is a function that patches something, by subject.

A bug is found when a random day goes wrong: against the model, the slower twin, the watch, the record of repetitions or
the desk's own laws. `python -m tests.core.bugs` plants them one by one and prints what found each.
"""

from tests.core.bugs import agents, basics, callbacks, clocks, routing
from tests.core.bugs.plant import BUGS, found_by

__all__ = ["BUGS", "agents", "basics", "callbacks", "clocks", "found_by", "routing"]
