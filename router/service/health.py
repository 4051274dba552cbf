"""How the service is, as `/healthz` shows it: facts for operators and machines, nothing about people."""

from typing import Any

from router.service.gateway import Gateway
from router.service.node import Node
from router.service.store import StoreGuard


def health(node: Node, gateway: Gateway, store: StoreGuard, uptime_s: float) -> dict[str, Any]:
    """`status` is `ok`, `degraded` (nothing is acknowledged until the store answers) or `stopped`."""
    trouble = store.trouble or ("the store does not answer" if node.slow_store else "")
    return {
        "status": "stopped" if not node.running else "degraded" if trouble else "ok",
        "trouble": trouble,
        "node": node.name,
        "incarnation": node.incarnation,
        "epoch": node.epoch,
        "offset": node.applied,
        "durability": "fsync before every acknowledgement",
        "store_restarts": store.restarts,
        "sockets": gateway.sockets,
        "uptime_s": round(uptime_s, 1),
    }
