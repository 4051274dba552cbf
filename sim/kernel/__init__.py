"""
The compiled engine: what the twin does, event for event, for the scenarios that it models, many times as fast.

`run(model, seed, replication)` is one replication: a `Day` with what was counted (`sim.counted.Counted`, like the
twin's), how many events there were, and, asked for with `traced=True`, the decision trace. Another scenario is refused
by name (`OutOfScope`), never approximated. What is in its scope stands in `sim.kernel.scope`.
"""

from sim.kernel.day import Day as Day
from sim.kernel.day import run as run
from sim.kernel.scope import OutOfScope as OutOfScope
from sim.kernel.scope import out_of_scope as out_of_scope

__all__ = ["Day", "OutOfScope", "out_of_scope", "run"]
