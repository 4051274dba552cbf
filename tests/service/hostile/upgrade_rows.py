"""Handshakes and first frames of clients that should not get in, or not in that way."""

import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any, Final

from tests.service.hostile.row import Row
from tests.service.raw import Endpoint, frame, upgrade

_SECRET: Final = b"x" * 32


def handshake(**changed: str | None) -> bytes:
    """A browser's handshake with these headers instead; None leaves one out."""
    return upgrade("$HOST", "$ORIGIN", **changed)


def _row(group: str, what: str, expect: str, **changed: str | None) -> Row:
    return Row(group, what, handshake(**changed), expect)


def auth(token: Any, **more: Any) -> bytes:
    """The first frame of a client."""
    return frame(json.dumps({"t": "auth", "token": token, **more}))


def signed(**claims: Any) -> Callable[[Endpoint], bytes]:
    """A first frame whose token was signed here but claims something odd; None leaves a claim out."""

    def make(endpoint: Endpoint) -> bytes:
        said = {"role": "agent", "id": 7, "name": "Mina", "exp": int(time.time()) + 600} | claims
        payload = urlsafe_b64encode(json.dumps({n: v for n, v in said.items() if v is not None}).encode())
        return auth((payload + b"." + endpoint.tokens._sign(payload)).decode())

    return make


def _token(change: Callable[[str], str]) -> Callable[[Endpoint], bytes]:
    return lambda endpoint: auth(change(endpoint.token()))


HANDSHAKES: Final = (
    _row("origin", "as it must be", "101"),
    _row("origin", "none", "403", Origin=None),
    _row("origin", "null", "403", Origin="null"),
    _row("origin", "empty", "403", Origin=""),
    _row("origin", "another host", "403", Origin="https://evil.example"),
    _row("origin", "ours with a tail", "403", Origin="$ORIGIN.evil.example"),
    _row("origin", "ours with a path", "403", Origin="$ORIGIN/"),
    _row("origin", "ours with another port", "403", Origin="http://127.0.0.1:1"),
    _row("origin", "ours in TLS", "403", Origin="https://$HOST"),
    _row("origin", "ours in capitals", "403", Origin="HTTP://$HOST"),
    _row("origin", "ours with a name before it", "403", Origin="http://evil@$HOST"),
    _row("origin", "ours twice in one header", "403", Origin="$ORIGIN, $ORIGIN"),
    _row("origin", "ours and another", "403", line="GET /ws HTTP/1.1\r\nOrigin: https://evil.example"),
    _row("handshake", "of a foreign host", "421", Host="evil.example"),
    _row("handshake", "with a token in the address", "400", line="GET /ws?token=canary HTTP/1.1"),
    _row("handshake", "with an empty query", "101", line="GET /ws? HTTP/1.1"),
    _row("handshake", "by POST", "405", line="POST /ws HTTP/1.1", Content_Length="0"),
    _row("handshake", "by HEAD", "405", line="HEAD /ws HTTP/1.1"),
    _row("handshake", "in HTTP/1.0", "400", line="GET /ws HTTP/1.0"),
    _row("handshake", "with a body", "400", Content_Length="0"),
    _row("handshake", "with a chunked body", "400", Transfer_Encoding="chunked"),
    _row("handshake", "version 8", "400", Sec_WebSocket_Version="8"),
    _row("handshake", "version 14", "400", Sec_WebSocket_Version="14"),
    _row("handshake", "two versions", "400", Sec_WebSocket_Version="13, 8"),
    _row("handshake", "no version", "400", Sec_WebSocket_Version=None),
    _row("handshake", "no key", "400", Sec_WebSocket_Key=None),
    _row("handshake", "an empty key", "400", Sec_WebSocket_Key=""),
    _row("handshake", "a key that is too short", "400", Sec_WebSocket_Key="MDEyMzQ1Njc4OWFiY2RlZg"),
    _row("handshake", "a key of 15 bytes", "400", Sec_WebSocket_Key="MDEyMzQ1Njc4OWFiY2Rl"),
    _row("handshake", "a key with letters that are none", "400", Sec_WebSocket_Key="MDEyMzQ1Njc4*OWFiY2RlZg=="),
    _row("handshake", "two keys", "400", line="GET /ws HTTP/1.1\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg=="),
    _row("handshake", "no upgrade", "426", Upgrade=None),
    _row("handshake", "another upgrade", "426", Upgrade="websocket2"),
    _row("handshake", "a list of upgrades", "426", Upgrade="h2c, websocket"),
    _row("handshake", "no connection header", "426", Connection=None),
    _row("handshake", "another connection header", "426", Connection="keep-alive"),
    _row("handshake", "a list of connection words", "101", Connection="keep-alive, Upgrade"),
    _row("handshake", "no sub-protocol", "400", Sec_WebSocket_Protocol=None),
    _row("handshake", "another sub-protocol", "400", Sec_WebSocket_Protocol="soap"),
    _row("handshake", "ours in capitals", "400", Sec_WebSocket_Protocol="Ringback.v1"),
    _row("handshake", "one of several sub-protocols", "101", Sec_WebSocket_Protocol="chat, ringback.v1"),
    _row("handshake", "two thousand sub-protocols", "400", Sec_WebSocket_Protocol="x, " * 2_000 + "ringback.v1"),
    _row("handshake", "compression on offer", "101", Sec_WebSocket_Extensions="permessage-deflate"),
    _row("handshake", "an extension that is none", "101", Sec_WebSocket_Extensions="x; y=\"z\"; y, ,;="),
    _row("handshake", "another path", "404", line="GET /ws/ HTTP/1.1"),
    Row("handshake", "and another request behind it", handshake(Origin=None) + b"GET /healthz HTTP/1.1\r\n\r\n", "403"),
)  # fmt: skip


def _first(what: str, sends: bytes | Callable[[Endpoint], bytes], expect: str) -> Row:
    return Row("sign-in", what, sends, expect, stage="greeted")


SIGN_INS: Final = (
    _first("a beat first", frame('{"t":"beat"}'), "closed 4400"),
    _first("an operation first", frame('{"t":"chat.leave","id":1,"contact":1}'), "closed 4400"),
    _first("nothing that is JSON", frame("hello"), "closed 4400"),
    _first("an empty token", auth(""), "closed 4400"),
    _first("a token that is a number", auth(7), "closed 4400"),
    _first("a token that is a list", auth(["x"]), "closed 4400"),
    _first("a token that is an object", auth({"$ne": ""}), "closed 4400"),
    _first("a token that is too long", auth("x" * 4_097), "closed 4400"),
    _first("a token of a megabyte", auth("x" * 1_000_000), "closed 1009"),
    _first("a frame longer than a widget's", auth("x", more=" " * 17_000), "closed 1009"),
    _first("any token", auth("x"), "closed 4401"),
    _first("a dot", auth("."), "closed 4401"),
    _first("letters beyond ASCII", auth("é.é"), "closed 4401"),
    _first("no signature", _token(lambda token: token.partition(".")[0] + "."), "closed 4401"),
    _first("half a signature", _token(lambda token: token[:-20]), "closed 4401"),
    _first("a changed signature", _token(lambda token: token[:-5] + "AAAA="), "closed 4401"),
    _first("a changed claim", _token(lambda token: "eyJ" + token[4:]), "closed 4401"),
    _first("something behind it", _token(lambda token: token + "A"), "closed 4401"),
    _first("an unsigned JWT", auth("eyJhbGciOiJub25lIn0.eyJyb2xlIjoic3VwZXJ2aXNvciJ9."), "closed 4401"),
    _first("a JWT", auth("eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYWdlbnQifQ.c2lnbmF0dXJl"), "closed 4401"),
    _first("expired", signed(exp=1), "closed 4401"),
    _first("expired long before 1970", signed(exp=-(2**70)), "closed 4401"),
    _first("expires as a text", signed(exp="4000000000"), "closed 4401"),
    _first("expires as a fraction", signed(exp=4e9), "closed 4401"),
    _first("expires never", signed(exp=None), "closed 4401"),
    _first("expires at infinity", signed(exp=float("inf")), "closed 4401"),
    _first("expires at a number of four thousand digits", signed(exp=10**4_000), "closed 4400"),
    _first("another role", signed(role="admin"), "closed 4401"),
    _first("two roles", signed(role=["asc", "agent"]), "closed 4401"),
    _first("no id", signed(id=None), "closed 4401"),
    _first("an id of 0", signed(id=0), "closed 4401"),
    _first("an id beyond 53 bits", signed(id=2**53), "closed 4401"),
    _first("an id that is true", signed(id=True), "closed 4401"),
    _first("an empty name", signed(name=""), "closed 4401"),
    _first("a claim too many", signed(is_admin=True), "closed 4401"),
    _first("session 0", auth("x", session=0), "closed 4400"),
    _first("session -1", auth("x", session=-1), "closed 4400"),
    _first("session 2^53", auth("x", session=2**53), "closed 4400"),
    _first("session 2^63", auth("x", session=2**63), "closed 4400"),
    _first("session 1.5", auth("x", session=1.5), "closed 4400"),
    _first("session as a text", auth("x", session="1"), "closed 4400"),
    _first("a claim beside the token", auth("x", role="supervisor"), "closed 4400"),
    Row("sign-in", "twice", lambda endpoint: auth(endpoint.token()), "closed 4400", stage="signed in"),
)


def _has(what: str, resume: Any, expect: str = "closed 4400") -> Row:
    """Somebody known who says to have this already."""
    return Row("resume", what, lambda endpoint: auth(endpoint.token(), resume=resume), expect, stage="greeted in v2")


RESUMES: Final = (
    _has("nothing", [], "ready"),
    _has("what there never was", [[4_711, 1, 1]], "ready"),
    _has("far ahead of the last message", [[4_711, 2**53 - 1, 2**53 - 1]], "ready"),
    _has("the same contact a hundred times", [[4_711, 1, 1]] * 100, "ready"),
    _has("more contacts than may be", [[number, 1, 1] for number in range(1, 102)]),
    _has("a number below 0", [[4_711, -1, 1]]),
    _has("number 0", [[4_711, 0, 1]]),
    _has("2^53", [[4_711, 2**53, 1]]),
    _has("2^63", [[4_711, 2**63, 1]]),
    _has("a fraction", [[4_711, 1.5, 1]]),
    _has("a whole number with a point", [[4_711, 1.0, 1]]),
    _has("a number as a text", [[4_711, "1", 1]]),
    _has("true for a number", [[4_711, True, 1]]),
    _has("half of it", [[4_711, 1]]),
    _has("more than it", [[4_711, 1, 1, 1]]),
    _has("an object", {"4711": 1}),
    _has("null", None),
    Row("resume", "without a good token", auth("x", resume=[[4_711, 1, 1]]), "closed 4401", stage="greeted in v2"),
    Row("resume", "in the version before", auth("x", resume=[[4_711, 1, 1]]), "closed 4400", stage="greeted"),
)

ROWS: Final = (*HANDSHAKES, *SIGN_INS, *RESUMES)
