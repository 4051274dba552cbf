"""
The measures of the desk, computed from its events and nothing else: the same in the twin and on a live wallboard.

Feed every event with its time, in order. A contact belongs to the time it was asked for. Memory: one small record for
each contact that is still in the desk, one for each agent, and for each line and interval the counts and the store of
waits, which is exact or bounded (`sim.waits`). What the numbers mean is written in `sim.sums` and, for people, in
`sim.definitions`.

`counting` is what others use; beside it each subject has its own room (`live`, `callbacks`, `cases`, `staff`), and all
of them write in one `book`.
"""

from sim.measures.callbacks import PROMISE_SLACK_MS as PROMISE_SLACK_MS
from sim.measures.counting import Measures as Measures
from sim.measures.live import KEPT_LEFT as KEPT_LEFT
