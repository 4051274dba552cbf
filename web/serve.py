"""`ringback serve`: the desk for integrators and tests, with pages and without virtual people."""

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from router.service.logs import set_up_logs
from router.service.server import ServiceSettings, serve, start_service
from router.wire.policy import PolicyDocument, policy_warnings
from sim.problems import BadDocument
from sim.reading import understood
from sim.yaml_file import read_yaml
from web.app import make_app
from web.live import CalendarDays, LiveTable
from web.security import own_hosts, own_origins

DEFAULT_POLICY: Final = PolicyDocument(products=["expense", "travel", "invoice", "request"], languages=["en", "fr"])
WITHIN_MS: Final = 60_000
TARGET: Final = 0.8
"""The service level that the live table shows."""


class ServeError(Exception):
    """The desk cannot be served; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class ServeSettings:
    """What the command line chooses."""

    host: str
    port: int
    data: Path
    policy: Path | None
    origins: tuple[str, ...]
    demo_tokens: bool
    check: bool
    redis: str = ""
    accept_loss: bool = False
    drain_s: float = 0.0
    records: str | None = None
    keep_days: int | None = None
    proxies: tuple[str, ...] = ()


def load_policy(path: Path) -> PolicyDocument:
    """A policy document from YAML (or JSON, which is YAML). Raises `ServeError`."""
    try:
        return understood(PolicyDocument, read_yaml(path), "a policy is a mapping that begins with its products")
    except OSError as error:
        raise ServeError(f"{path}: cannot be read: {error.strerror}") from None
    except BadDocument as error:
        raise ServeError(str(error)) from None


def run_serve(settings: ServeSettings) -> None:
    """Serve until stopped. Raises `ServeError`, or `ServiceError` of the service."""
    set_up_logs()
    policy = DEFAULT_POLICY if settings.policy is None else load_policy(settings.policy)
    for warning in policy_warnings(policy):
        print(f"warning: {warning}", file=sys.stderr, flush=True)
    asyncio.run(_run(settings, policy))


async def _run(settings: ServeSettings, policy: PolicyDocument) -> None:
    hosts = own_hosts(settings.host, settings.port)
    table = LiveTable(CalendarDays(), WITHIN_MS, TARGET)
    service = await start_service(
        ServiceSettings(
            data_dir=settings.data,
            policy=policy,
            origins=(*own_origins(hosts), *settings.origins),
            check=settings.check,
            listeners=(table,),
            redis=settings.redis,
            accept_loss=settings.accept_loss,
            drain_s=settings.drain_s,
            records=settings.records,
            keep_days=settings.keep_days,
            proxies=settings.proxies,
        )
    )
    service.board_extra(table.board)
    app = make_app(service, hosts, demo=settings.demo_tokens)
    await serve(app, service, settings.host, settings.port, lambda address: print(address, flush=True))
