"""
What a store elsewhere promises: found out by asking it, told in a tier and a sentence, with reasons to refuse it.

The tiers and their sentences are those of docs/reference/durability.md. Nothing is changed in the store.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from router.journal.line import Line
from router.journal.port import Unusable

SETTINGS: Final = (
    "appendfsync", "no-appendfsync-on-rewrite", "save", "min-replicas-to-write", "min-replicas-max-lag",
)  # fmt: skip
MAX_LAG_S: Final = 10

_FLUSHED: Final = "what was acknowledged survives kill -9, and a power cut if the disk honours fsync; not a lost disk"
PROMISES: Final = {
    "embedded": _FLUSHED,
    "E1": _FLUSHED,
    "E2": "up to about two seconds of acknowledged work may be lost when the store crashes",
    "E3": "acknowledged work may be lost at a failover, as much as the replica lags behind",
    "E4": "acknowledged work may be lost at a failover, and for the node time-out on the smaller side of a split",
    "none": "acknowledged work may be lost at any time",
}


@dataclass(frozen=True, slots=True)
class Durability:
    """How much of what is acknowledged survives what."""

    tier: str
    """A key of `PROMISES`."""
    warnings: tuple[str, ...] = ()
    """What the operator should change or know."""
    losses: tuple[str, ...] = ()
    """Why such a store is used only if that was asked for."""

    @property
    def promise(self) -> str:
        """The tier in a sentence."""
        return PROMISES[self.tier]

    def shown(self) -> dict[str, Any]:
        """As `/readyz` shows it."""
        return {**asdict(self), "promise": self.promise}


EMBEDDED: Final = Durability("embedded")


async def detect(line: Line) -> Durability:
    """Ask a store. Raises `Unusable` for one that cannot be a primary's, or what asking raises."""
    info: dict[str, str] = {}
    for section in ("persistence", "replication", "memory", "cluster"):
        info |= await line.info(section)
    try:
        flat = [part.decode() for name in SETTINGS for part in await line.ask("CONFIG", "GET", name)]
        settings: dict[str, str] | None = dict(zip(flat[::2], flat[1::2], strict=True))
    except Unusable:  # managed stores do not let everybody ask
        settings = None
    return judge(info, settings)


def judge(info: Mapping[str, str], settings: Mapping[str, str] | None) -> Durability:
    """
    Judge what a store said: `info` of INFO, `settings` of CONFIG GET, None if it does not tell.

    Raises `Unusable` for a replica: it takes no appends, and what it shows is not the latest.
    """
    if info.get("role") != "master":
        raise Unusable(f"the store's role is {info.get('role', 'unknown')}: give the URL of the primary")
    losses, warnings = _losses(info, settings), []
    always = settings is not None and settings.get("appendfsync") == "always"
    if always and settings is not None and settings.get("no-appendfsync-on-rewrite") == "yes":
        always = False
        warnings.append("while it writes its file anew it does not flush: set no-appendfsync-on-rewrite no")
    elif settings is None:
        warnings.append("it does not tell how it flushes (CONFIG GET is not allowed), so every second is assumed")
    elif not always:
        warnings.append("it flushes every second or less often: set appendfsync always")
    replicated = info.get("connected_slaves", "0") != "0" or _number(settings, "min-replicas-to-write") > 0
    clustered = info.get("cluster_enabled") == "1"
    if clustered or replicated:
        warnings += _replication(settings)
    tier = "none" if losses else "E4" if clustered else "E3" if replicated else "E1" if always else "E2"
    return Durability(tier, tuple(warnings), tuple(losses))


def _losses(info: Mapping[str, str], settings: Mapping[str, str] | None) -> list[str]:
    losses = []
    policy = info.get("maxmemory_policy", "unknown")
    if policy != "noeviction":
        losses.append(f"it throws data away when memory is short (maxmemory-policy {policy}): set noeviction")
    if info.get("aof_enabled") != "1":
        snapshots = "nothing is written to disk" if settings and not settings.get("save") else "at most snapshots are"
        losses.append(f"its append-only file is off and {snapshots}: set appendonly yes")
    return losses


def _replication(settings: Mapping[str, str] | None) -> list[str]:
    warnings = ["whether its replicas keep an append-only file cannot be seen from here: they must"]
    lag = _number(settings, "min-replicas-max-lag")
    if _number(settings, "min-replicas-to-write") < 1 or not 0 < lag <= MAX_LAG_S:
        warnings.append("it acknowledges without a replica: set min-replicas-to-write 1 and min-replicas-max-lag 10")
    return warnings


def _number(settings: Mapping[str, str] | None, name: str) -> int:
    return int(settings.get(name, "0")) if settings is not None else 0
