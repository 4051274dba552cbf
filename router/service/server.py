"""
The desk as a running service: store, node and gateway started, watched and stopped together.

The web application composes it: `service = await start_service(settings)`, `app.add_routes(service.routes())`,
`await serve(app, service, host, port)`. No routing decision and no page lives here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from router.service.auth import Tokens
from router.wire.policy import PolicyDocument


class ServiceError(Exception):
    """The service cannot start or go on; the text says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """What an operator chooses. Everything the desk keeps lives under `data_dir`."""

    data_dir: Path
    policy: PolicyDocument
    origins: tuple[str, ...] = ()
    """Exact origins of pages (`http://127.0.0.1:8080`) whose scripts may connect. A browser always sends one."""
    machines: bool = False
    """Whether clients without an `Origin` header (programs, not pages) may connect."""
    node_name: str = "desk-1"
    region: str | None = None
    """ISO 3166 code in which national phone numbers are read when the frame names none."""
    check: bool = False
    """Check every law of the desk after every entry; slow, for tests."""


class DeskService:
    """A started desk. `tokens` makes sign-in tokens for the demo's people."""

    tokens: Tokens
    url: str
    """Where the journal's store listens (a unix socket)."""

    def routes(self) -> list[web.RouteDef]:
        """`GET /ws` and `GET /healthz`, for the application's own router."""
        raise NotImplementedError

    def health(self) -> dict[str, Any]:
        """What `/healthz` shows; `status` is `ok`, `starting`, `degraded` or `stopped`."""
        raise NotImplementedError

    def board_extra(self, measure: Callable[[], dict[str, Any]]) -> None:
        """Let the application add measures to the supervisors' board; called once a second when the board is sent."""
        raise NotImplementedError

    async def stop(self) -> None:
        """Close the sockets (1012), say `NodeStopped`, stop the store if it was started here."""
        raise NotImplementedError


async def start_service(settings: ServiceSettings) -> DeskService:
    """Start (or adopt) the store, fold the journal, join the desk. Raises `ServiceError`."""
    raise NotImplementedError


async def serve(app: web.Application, service: DeskService, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM, then stop in good order. Raises `ServiceError` when the port is taken."""
    raise NotImplementedError
