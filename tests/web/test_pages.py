"""Laws of the server that pages come from."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.desk import DeskProcess, get
from web.app import PAGES
from web.visitors import FIRST_VISITOR


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskProcess]:
    started = DeskProcess(tmp_path_factory.mktemp("pages") / "desk", "--demo-tokens").start()
    yield started
    started.end()


def ask_token(desk: DeskProcess, body: bytes, **headers: str) -> tuple[int, dict[str, Any]]:
    request = urllib.request.Request(
        f"{desk.address}/demo/token", body, {"Content-Type": "application/json", **headers}, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


@pytest.mark.parametrize("path", PAGES)
def test_pages_are_there_and_say_what_they_may_do(desk: DeskProcess, path: str) -> None:
    """Every page allows scripts, styles and images from here alone, one connection back, and no frame round it."""
    status, headers, body = get(desk.address + path)
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))

    assert 200 == status
    assert body.startswith(b"<!doctype html>")
    assert {"'none'"} == {policy[name] for name in ("default-src", "base-uri", "form-action", "frame-ancestors")}
    assert {"'self'"} == {policy[name] for name in ("script-src", "style-src", "img-src")}
    assert f"'self' ws://127.0.0.1:{desk.port} wss://127.0.0.1:{desk.port}" == policy["connect-src"]
    assert ("nosniff", "no-referrer") == (headers["X-Content-Type-Options"], headers["Referrer-Policy"])


@pytest.mark.parametrize("path", ["/static/../web/cli.py", "/static/home.html", "/static/nothing.js", "/nothing"])
def test_what_is_no_page_or_file_is_not_found(desk: DeskProcess, path: str) -> None:
    """Nothing but the listed pages and files can be had, and the refusal carries the same headers."""
    status, headers, _ = get(desk.address + path)

    assert 404 == status
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_foreign_name_is_turned_away(desk: DeskProcess) -> None:
    """A page whose name was pointed at this machine reaches nothing, not even a token."""
    assert 421 == get(f"{desk.address}/", Host="evil.example")[0]
    assert 200 == get(f"{desk.address}/", Host=f"localhost:{desk.port}")[0]


def test_a_visitor_becomes_whom_the_role_allows(desk: DeskProcess) -> None:
    """A token comes with the id to ask with again; the same id gives the same person."""
    status, given = ask_token(desk, b'{"role":"agent","name":"Mina"}')
    again = ask_token(desk, json.dumps({"role": "agent", "name": "Mina", "id": given["id"]}).encode())[1]

    assert (200, "Mina") == (status, given["name"])
    assert FIRST_VISITOR <= given["id"] == again["id"]


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b'{"role":"agent","id":1}', {}, 422),
        (b'{"role":"admin"}', {}, 422),
        (b'{"role":"asc","company":"Acme"}', {}, 422),
        (b'{"role":"asc","name":"   "}', {}, 422),
        (b"not json", {}, 422),
        (b'{"role":"asc"}', {"Content-Type": "text/plain"}, 415),
        (b'{"role":"asc"}', {"Origin": "http://evil.example"}, 403),
        (b'{"role":"asc","name":"' + b"x" * 2_000 + b'"}', {}, 413),
    ],
)
def test_bad_requests_for_tokens_are_refused_in_words(
    desk: DeskProcess, body: bytes, headers: dict[str, str], status: int
) -> None:
    """Nobody becomes a virtual person, a page from elsewhere gets nothing, and each refusal says what was wrong."""
    refused, problem = ask_token(desk, body, **headers)

    assert status == refused == problem["status"]
    assert problem["detail"]


def test_without_demo_tokens_nobody_signs_in_by_asking(tmp_path: Path) -> None:
    """A server that runs no demo has no such endpoint, and its pages do not say that they are a demo."""
    desk = DeskProcess(tmp_path / "desk").start()
    try:
        assert 404 == get(f"{desk.address}/demo/token")[0]
        assert b"data-demo" not in get(f"{desk.address}/console")[2]
    finally:
        desk.end()
