"""
What every answer says to browsers, and which hosts and origins are ours.

The policy allows what our own pages need and nothing else: scripts, styles, images and one connection, all from here.
"""

from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

_FIXED: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


def content_policy(host: str) -> str:
    """The content security policy of pages served under this host (`127.0.0.1:8765`)."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            # Browsers differ in whether 'self' covers web sockets, so the host is named as well.
            f"connect-src 'self' ws://{host} wss://{host}",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types lit-html",
        )
    )


def own_hosts(host: str, port: int) -> tuple[str, ...]:
    """The values of `Host` under which this server may be asked: the bound address, and loopback by its names."""
    names = ["127.0.0.1", "localhost", "[::1]"] if host in ("127.0.0.1", "localhost", "::1") else [host]
    return tuple(f"{name}:{port}" for name in names)


def own_origins(hosts: tuple[str, ...]) -> tuple[str, ...]:
    """The exact origins of pages served under these hosts."""
    return tuple(f"http://{host}" for host in hosts)


def guard(hosts: tuple[str, ...]) -> Middleware:
    """
    A middleware that answers only to our own hosts.

    A page from elsewhere whose name was pointed at this machine (DNS rebinding) sends its own name as `Host`.
    """
    allowed = frozenset(hosts)

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.host not in allowed:
            raise web.HTTPMisdirectedRequest(text="This server does not answer under that name.\n")
        if "Content-Encoding" in request.headers:
            raise web.HTTPUnsupportedMediaType(text="Send it as it is: nothing is unpacked here.\n")
        return await handler(request)

    return middleware


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """A signal handler for `on_response_prepare`: what every answer carries."""
    response.headers["Server"] = "ringback"  # The library has named itself and its version there.
    if response.status == 101:
        return
    for name, value in _FIXED.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", content_policy(request.host))
    response.headers.setdefault("Cache-Control", "no-store")
