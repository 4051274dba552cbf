"""
Where replications are run: in this process, in several, or on a cluster; and that they come back in their order.

No more tasks are under way than there is room to work on, so that memory does not grow with their number. Nothing here
knows what a task does.
"""

import itertools
import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

Found = TypeVar("Found")


class Pending(Protocol):
    """What was handed in, and will be there."""

    def result(self) -> Any:
        """Wait for it; raises what it raised."""
        ...

    def cancel(self) -> Any:
        """It is not wanted any more; nothing happens when it is under way."""
        ...


class Pool(Protocol):
    """Takes tasks in; `width` is how many it works on at a time."""

    width: int

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Pending:
        """Hand one in."""
        ...


def in_order(
    function: Callable[..., Found], tasks: Iterator[tuple[Any, ...]], pool: Pool | None = None
) -> Iterator[Found]:
    """
    What `function` makes of each task, in the order of the tasks; what nobody waits for any more is not begun.

    Without a pool it is done when it is asked for.
    """
    if pool is None:
        for task in tasks:
            yield function(*task)
        return
    waiting: deque[Pending] = deque()
    try:
        while True:
            for task in itertools.islice(tasks, 2 * pool.width - len(waiting)):
                waiting.append(pool.submit(function, *task))
            if not waiting:
                return
            yield waiting.popleft().result()
    finally:
        for one in waiting:
            one.cancel()


class _Processes:
    """Processes of this machine."""

    def __init__(self, executor: ProcessPoolExecutor, width: int) -> None:
        self._executor, self.width = executor, width

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Pending:
        return self._executor.submit(function, *arguments)


@contextmanager
def processes(width: int) -> Iterator[Pool | None]:
    """
    So many processes, none for one: the caller does it then. They are gone at once when the caller leaves early.

    Raises RuntimeError when one of them dies.
    """
    if width <= 1:
        yield None
        return
    # Forked children of a threaded process may hang; fresh ones cost half a second.
    context = multiprocessing.get_context("spawn")
    # Ctrl-C reaches the whole group; a child that dies of it at once lets the parent end at once, without a trace.
    executor = ProcessPoolExecutor(width, context, signal.signal, (signal.SIGINT, signal.SIG_DFL))
    try:
        yield _Processes(executor, width)
    except BrokenProcessPool:
        raise RuntimeError("a worker process died; was it killed, or is memory short?") from None
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
