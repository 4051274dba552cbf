"""How the service is, as `/healthz` and `/readyz` show it: facts for operators and machines, nothing about people."""

from typing import Any

from router.service.gateway import Gateway
from router.service.node import Node
from router.service.records import Records
from router.service.store import Store


def health(node: Node, gateway: Gateway, store: Store, records: Records | None, uptime_s: float) -> dict[str, Any]:
    """`status` is `ok`, `degraded` (nothing is acknowledged until the store answers) or `stopped`."""
    trouble = store.trouble or ("the store does not answer" if node.slow_store else "")
    return {
        "status": "stopped" if not node.running else "degraded" if trouble else "ok",
        "trouble": trouble,
        "node": node.name,
        "incarnation": node.incarnation,
        "epoch": node.epoch,
        "offset": node.applied,
        "durability": store.durability.promise,
        "store_restarts": store.restarts,
        "sockets": gateway.sockets,
        **_records(node, records),
        "uptime_s": round(uptime_s, 1),
    }


def readiness(node: Node, gateway: Gateway, store: Store, records: Records | None) -> dict[str, Any]:
    """
    Whether work should be sent here, and how much of what is acknowledged survives what.

    Records that are late are shown and keep nobody from working.
    """
    trouble = store.trouble or ("the store does not answer" if node.slow_store else "")
    if gateway.draining:
        trouble = "this node is about to end"
    return {
        "ready": node.running and not trouble,
        "trouble": trouble,
        "durability": store.durability.shown(),
        **_records(node, records),
    }


def _records(node: Node, records: Records | None) -> dict[str, Any]:
    return {} if records is None else {"records": records.shown(node.applied)}
