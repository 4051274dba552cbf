"""Laws of the files that browsers load."""

import gzip
import re
from pathlib import Path

import pytest
from aiohttp.test_utils import make_mocked_request

from web.assets import STATIC, load_assets, make_asset

ASSETS = load_assets()


def test_only_files_below_the_folder_are_served() -> None:
    """A request can name nothing but what was read at the start, so no path leads out of the folder."""
    assert all((STATIC / name).is_file() for name in ASSETS)
    assert not any(".." in name or name.startswith("/") for name in ASSETS)


def test_a_browser_that_has_the_file_gets_nothing() -> None:
    """The same bytes have the same tag; whoever names it is told 304 with no body."""
    asset = make_asset(b"export {};\n", "module.js")
    request = make_mocked_request("GET", "/static/module.js", headers={"If-None-Match": asset.etag})

    answer = asset.answer(request)

    assert (304, None) == (answer.status, answer.body)
    assert make_asset(b"export {};\n", "module.js").etag == asset.etag
    assert make_asset(b"export { };\n", "module.js").etag != asset.etag


def test_what_is_sent_packed_is_the_file() -> None:
    """Compression changes nothing and is used only for those who take it."""
    asset = ASSETS["state.js"]
    packed = asset.answer(make_mocked_request("GET", "/", headers={"Accept-Encoding": "gzip, br"}))
    plain = asset.answer(make_mocked_request("GET", "/"))

    assert isinstance(packed.body, bytes)
    assert gzip.decompress(packed.body) == plain.body == (STATIC / "state.js").read_bytes()
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers


def test_only_versioned_files_are_kept_for_ever() -> None:
    """A file whose name carries its version never changes; our own are asked for again each time."""
    for name, asset in ASSETS.items():
        versioned = re.search(r"-\d+\.\d+\.\d+\.js$", name) is not None
        assert ("immutable" in asset.cache) == versioned, name
        assert name.startswith("vendor/") or asset.cache == "no-cache", name


@pytest.mark.parametrize("page", sorted(STATIC.glob("*.html")), ids=lambda path: path.name)
def test_pages_keep_to_the_policy(page: Path) -> None:
    """No page holds script or style of its own, names a host, or links a file that is not there."""
    text = page.read_text(encoding="utf-8")

    assert not re.search(r"<style|style=|<script>|\son[a-z]+=|https?://", text)
    for link in re.findall(r'(?:src|href)="/static/([^"#]+)"', text):
        assert link in ASSETS


@pytest.mark.parametrize("source", sorted(STATIC.glob("*.js")), ids=lambda path: path.name)
def test_scripts_write_text_not_markup(source: Path) -> None:
    """People's words reach a page as text: no script makes markup or code out of a string."""
    text = source.read_text(encoding="utf-8")

    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|unsafeHTML|\beval\(|new Function", text
    )
    for module in re.findall(r'from "\./([^"]+)"', text):
        assert module in ASSETS
