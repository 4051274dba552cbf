"""
The files that browsers load: read once, compressed once, named by what is in them.

Everything under `web/static` is public; nothing else can be reached, because a request names a key and never a path.
"""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiohttp import web

STATIC: Final = Path(__file__).parent / "static"

_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
}
_FOR_EVER: Final = "public, max-age=31536000, immutable"
_A_DAY: Final = "public, max-age=86400"
_ASK_FIRST: Final = "no-cache"
"""A browser keeps the file but asks each time whether it is still the same; the answer is 304 and a few bytes."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it goes out."""

    body: bytes
    packed: bytes
    content_type: str
    etag: str
    cache: str

    def answer(self, request: web.Request) -> web.Response:
        """The file, compressed when the browser takes that, or 304 when it has it already."""
        headers = {"ETag": self.etag, "Cache-Control": self.cache, "Vary": "Accept-Encoding"}
        if self.etag in request.headers.get("If-None-Match", ""):
            return web.Response(status=304, headers=headers)
        headers["Content-Type"] = self.content_type
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            return web.Response(body=self.packed, headers={**headers, "Content-Encoding": "gzip"})
        return web.Response(body=self.body, headers=headers)


def make_asset(body: bytes, name: str) -> Asset:
    """An asset of these bytes; its kind and how long it may be kept follow from its name."""
    suffix = Path(name).suffix
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    return Asset(body, gzip.compress(body, mtime=0), _TYPES[suffix], etag, _cache(name, suffix))


def _cache(name: str, suffix: str) -> str:
    """Names of vendored scripts carry a version; the sprite must show what is wrong also while the server is down."""
    if not name.startswith("vendor/"):
        return _ASK_FIRST
    return _FOR_EVER if suffix == ".js" else _A_DAY


def load_assets(folder: Path = STATIC) -> dict[str, Asset]:
    """Every file under `folder` of a kind that browsers load, by its path below it (`locale/en.json`)."""
    return {
        name: make_asset(path.read_bytes(), name)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in _TYPES
        for name in [path.relative_to(folder).as_posix()]
    }
