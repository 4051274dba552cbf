"""
Replications on the workers of a Dask cluster, for whoever has installed the extra `cluster`.

Workers make the same counts as this machine, bit for bit, for they run the same code: that is asked of each of them
before anything is run. Counts come back here and are added up here, in order.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from sim.model import Model
from sim.results.folder import code_fingerprint
from sim.workers import Pending, Pool

_ANSWER_S = 60
"""How long a scheduler may take to answer, and its first worker to come."""


class NoCluster(Exception):
    """The cluster cannot be used; the message says why."""


class _Workers:
    """The workers of a cluster as a pool."""

    def __init__(self, client: Any, width: int) -> None:
        self._client, self.width = client, width
        self._model: Model | None = None
        self._there: Any = None

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Pending:
        """A model travels once, however many replications of it are run."""
        sent = [self._sent(each) if isinstance(each, Model) else each for each in arguments]
        # Nothing is looked up by its arguments: equal ones need not be equal models.
        pending: Pending = self._client.submit(function, *sent, pure=False)
        return pending

    def _sent(self, model: Model) -> Any:
        if model is not self._model:
            self._model, self._there = model, self._client.scatter(model, hash=False)
        return self._there


@contextmanager
def cluster(address: str, workers: int = 1, tell: Callable[[str], None] = print) -> Iterator[Pool]:
    """
    The cluster whose scheduler listens at `tcp://host:port`, or with `local` one of so many processes of this machine.

    What is under way there is dropped when the caller leaves. Raises `NoCluster`, also for workers with other code.
    """
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise NoCluster("clusters need Dask: pip install 'ringback[cluster]'") from None
    with ExitStack() as stack:
        try:
            where: Any = address
            if address == "local":
                where = stack.enter_context(
                    # No page of its own, and nothing that listens beyond this machine.
                    LocalCluster(  # type: ignore[no-untyped-call]  # the library's are not
                        n_workers=workers, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
                    )
                )
            client = stack.enter_context(
                Client(where, timeout=_ANSWER_S, set_as_default=False)  # type: ignore[no-untyped-call]  # the same
            )
            client.wait_for_workers(1, timeout=_ANSWER_S)
        except (OSError, TimeoutError, ValueError) as problem:
            raise NoCluster(f"no cluster with workers answers at {address}: {problem}") from None
        _check(client.run(code_fingerprint))
        width = sum(client.nthreads().values())
        tell(f"running on {len(client.nthreads())} workers with {width} threads at {client.scheduler.address}")
        yield _Workers(client, width)


def _check(codes: dict[str, str]) -> None:
    other = [worker for worker, code in codes.items() if code != code_fingerprint()]
    if other:
        raise NoCluster(
            f"{len(other)} of {len(codes)} workers have another version of Ringback, among them {other[0]}: their "
            "counts would not be those of this machine. Install the same version everywhere"
        )
