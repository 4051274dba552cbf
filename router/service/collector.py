"""How the garbage collector runs in a process that folds the journal."""

import gc


def spare_the_collector() -> None:
    """
    Let the garbage collector look rarely, and never again at what was recovered.

    The desk makes no cycles worth mentioning: what an entry needs is freed when it is folded. With the usual thresholds
    a tenth of the time under load would go into looking for nothing.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
