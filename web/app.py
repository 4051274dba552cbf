"""
The application: pages, files and the desk's own endpoints on one port.

Pages are plain files; what moves on them comes over the web socket. No routing decision and no measure is made here.
"""

from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler

from router.service.server import DeskService
from web.assets import Asset, load_assets, make_asset
from web.security import add_headers, guard, own_origins
from web.visitors import token_route

PAGES: Final = {"/": "home.html", "/demo": "demo.html", "/widget": "widget.html", "/console": "console.html"}


RECORDS_PAGE: Final = {"/records": "records.html"}
"""Served where contacts that are over are recorded."""


def make_app(service: DeskService, hosts: tuple[str, ...], demo: bool) -> web.Application:
    """
    The application round a started service, answering to `hosts` (`127.0.0.1:8765`).

    With `demo`, visitors may give themselves a role, and every page says that it is a demo.
    """
    app = web.Application(middlewares=[guard(hosts)], client_max_size=65_536)
    app.on_response_prepare.append(add_headers)
    app.add_routes(service.routes())
    assets = load_assets()
    pages = {**PAGES, **(RECORDS_PAGE if service.recorded else {})}
    marks = [mark for mark, holds in (("data-demo", demo), ("data-records", service.recorded)) if holds]
    app.add_routes([web.get(path, _page(_marked(assets[name], marks))) for path, name in pages.items()])
    app.add_routes([web.get("/static/{name:.+}", _file(assets))])
    if demo:
        app.add_routes([token_route(service.tokens, own_origins(hosts))])
    return app


def _marked(page: Asset, marks: list[str]) -> Asset:
    """The page, told what this desk has: scripts look at the attributes of its root."""
    return make_asset(page.body.replace(b"<html ", f"<html {' '.join(marks)} ".encode(), 1), "page.html")


def _page(page: Asset) -> Handler:
    async def show(request: web.Request) -> web.Response:
        return page.answer(request)

    return show


def _file(assets: dict[str, Asset]) -> Handler:
    async def give(request: web.Request) -> web.Response:
        asset = assets.get(request.match_info["name"])
        if asset is None or asset.content_type.startswith("text/html"):
            raise web.HTTPNotFound(text="There is no such file.\n")
        return asset.answer(request)

    return give
