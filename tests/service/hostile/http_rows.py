"""Requests that no proper client sends: lengths, chunks, headers, paths, methods, types."""

import gzip
import json
from typing import Final

from tests.service.hostile.row import Row

BODY: Final = b'{"role":"asc"}'
GET: Final = b"GET /healthz HTTP/1.1"
POST: Final = b"POST /demo/token HTTP/1.1"
JSON: Final = b"Content-Type: application/json"
HOST: Final = b"Host: $HOST"


def request(line: bytes, *headers: bytes, body: bytes = b"", host: bytes = HOST) -> bytes:
    """A request; an empty `host` leaves that header out."""
    return b"\r\n".join([line, *([host] if host else []), *headers, b"", b""]) + body


def get(path: bytes, *headers: bytes) -> bytes:
    """A GET of this path."""
    return request(b"GET " + path + b" HTTP/1.1", *headers)


def post(*headers: bytes, body: bytes = BODY, length: bool = True) -> bytes:
    """A request for a token."""
    return request(POST, JSON, *headers, *([b"Content-Length: %d" % len(body)] if length else []), body=body)


def chunked(*chunks: bytes, headers: tuple[bytes, ...] = ()) -> bytes:
    """A request for a token whose body comes in these raw chunks."""
    return request(POST, JSON, b"Transfer-Encoding: chunked", *headers, body=b"".join(chunks))


_CHUNK: Final = b"e\r\n" + BODY + b"\r\n"
_END: Final = b"0\r\n\r\n"

LENGTHS: Final = (
    Row("length", "Content-Length and chunks", post(b"Transfer-Encoding: chunked", body=_CHUNK + _END), "400"),
    Row("length", "two lengths", post(b"Content-Length: 3"), "400"),
    Row("length", "the same length twice", post(b"Content-Length: 14"), "400"),
    Row("length", "a list of lengths", post(b"Content-Length: 14, 14", length=False), "400"),
    Row("length", "negative", post(b"Content-Length: -1", length=False), "400"),
    Row("length", "with a sign", post(b"Content-Length: +14", length=False), "400"),
    Row("length", "hexadecimal", post(b"Content-Length: 0xe", length=False), "400"),
    Row("length", "Arabic digits", post("Content-Length: ١٤".encode(), length=False), "400"),
    Row("length", "empty", post(b"Content-Length: ", length=False), "400"),
    Row("length", "twenty digits", post(b"Content-Length: 99999999999999999999", length=False), "400"),
    Row("length", "ten gigabytes", post(b"Content-Length: 10000000000", length=False), "413"),
    Row("length", "a body of 70,000 bytes", post(body=b"x" * 70_000), "413"),
    Row("length", "a GET with a body", request(GET, b"Content-Length: 5", body=b"hello"), "200"),
    Row("chunks", "in order, without a length", chunked(_CHUNK, _END), "413"),
    Row("chunks", "an encoding that is none", request(POST, JSON, b"Transfer-Encoding: xchunked", body=_CHUNK), "400"),
    Row("chunks", "a list of encodings", chunked(_CHUNK, _END, headers=(b"Transfer-Encoding: identity",)), "400"),
    Row("chunks", "two encodings", chunked(_CHUNK, _END, headers=(b"Transfer-Encoding: chunked",)), "400"),
    Row("chunks", "the largest size", chunked(b"FFFFFFFFFFFFFFFF\r\n", BODY), "413"),
    Row("chunks", "a size that overflows", chunked(b"FFFFFFFFFFFFFFFFF\r\n", BODY), "400"),
    Row("chunks", "a size that is no number", chunked(b"-e\r\n", BODY), "400"),
    Row("chunks", "an extension of a megabyte", chunked(b"e;" + b"x" * 1_000_000, b"\r\n", _END), "413 | hung up"),
    Row(
        "chunks",
        "a hundred thousand of one byte",
        chunked(*[b"1\r\nx\r\n"] * 100_000),
        "413 | hung up",
        cpu_ms=500,
        kept_kib=8_192,
    ),
)

HEADERS: Final = (
    Row("headers", "one of 100,000 bytes", request(GET, b"X: " + b"a" * 100_000), "400"),
    Row("headers", "ten thousand", request(GET, *[b"X%d: 1" % number for number in range(10_000)]), "400"),
    Row("headers", "a carriage return inside", request(GET, b"X: a\rb"), "400"),
    Row("headers", "a line feed inside", request(GET, b"X: a\nY: b"), "400"),
    Row("headers", "a NUL inside", request(GET, b"X: a\0b"), "400"),
    Row("headers", "folded", request(GET, b"X: a\r\n b"), "400"),
    Row("headers", "a space before the colon", request(GET, b"X : a"), "400"),
    Row("headers", "no colon", request(GET, b"Xa"), "400"),
    Row("headers", "no name", request(GET, b": a"), "400"),
    Row("headers", "a control character in Connection", request(GET, b"Connection: close, \x01"), "400"),
    Row("headers", "an expectation that nobody meets", post(b"Expect: 200-magic"), "417"),
    Row("headers", "a thousand ranges", get(b"/", b"Range: bytes=" + b",".join([b"0-"] * 1_000)), "200"),
    Row("headers", "an upgrade to HTTP/2", request(GET, b"Connection: Upgrade", b"Upgrade: h2c"), "200"),
    Row("cookies", "a thousand", request(GET, b"Cookie: " + b"; ".join([b"a=1"] * 1_000)), "200"),
    Row("cookies", "more than a header holds", request(GET, b"Cookie: " + b"a" * 9_000), "400"),
    Row("cookies", "names that are none", request(GET, b"Cookie: =;;=;@@=1; __proto__=1; \xff=2"), "200"),
    Row("host", "none", request(GET, host=b""), "400"),
    Row("host", "none, in HTTP/1.0", request(b"GET /healthz HTTP/1.0", host=b""), "421"),
    Row("host", "two", request(GET, HOST), "400"),
    Row("host", "another one", request(GET, host=b"Host: evil.example"), "421"),
    Row("host", "ours with a tail", request(GET, host=b"Host: $HOST.evil.example"), "421"),
    Row("host", "ours with a name before it", request(GET, host=b"Host: evil@$HOST"), "400 | 421"),
    Row("host", "empty", request(GET, host=b"Host: "), "421"),
    Row("host", "said by a proxy that is none", get(b"/", b"X-Forwarded-Host: evil", b"X-Remote-User: admin"), "200"),
    Row("proxy", "an address that is a script", get(b"/", b"X-Forwarded-For: <script>", b"X-Real-IP: ::"), "200"),
    Row("proxy", "TLS that is none", get(b"/", b"X-Forwarded-Proto: https", b"Forwarded: proto=https;for=_x"), "200"),
    Row("proxy", "another path", get(b"/", b"X-Original-URL: /admin", b"X-Rewrite-URL: /admin"), "200"),
    Row("cookies", "in a hundred headers", request(GET, *[b"Cookie: a=1"] * 100), "200"),
    Row("cookies", "in ten thousand headers", request(GET, *[b"Cookie: a=1"] * 10_000), "400"),
)

LINES: Final = (
    Row("line", "100,000 bytes", get(b"/" + b"a" * 100_000), "400"),
    Row("line", "without a version", b"GET /\r\n\r\n", "400 | 421"),
    Row("line", "HTTP/2 by force", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "400"),
    Row("line", "HTTP/3.0", request(b"GET / HTTP/3.0"), "400"),
    Row("line", "HTTP/1.9", request(b"GET / HTTP/1.9"), "400"),
    Row("line", "TLS", bytes.fromhex("16030100c8010000c40303") + bytes(190), "400"),
    Row("line", "any bytes", b"\x00\xff\xfe\r\n\r\n", "400"),
    Row("line", "nothing but line ends", b"\r\n" * 50 + request(GET), "200 | 400"),
    Row("line", "five hundred requests at once", request(GET) * 500, "200", cpu_ms=2_000),
    Row("method", "TRACE", request(b"TRACE /healthz HTTP/1.1"), "405"),
    Row("method", "CONNECT", request(b"CONNECT evil.example:80 HTTP/1.1"), "400 | 404 | 421"),
    Row("method", "PROPFIND", request(b"PROPFIND / HTTP/1.1"), "405"),
    Row("method", "DELETE", request(b"DELETE /console HTTP/1.1"), "405"),
    Row("method", "POST to a page", request(b"POST /console HTTP/1.1", b"Content-Length: 0"), "405"),
    Row("method", "OPTIONS *", request(b"OPTIONS * HTTP/1.1"), "404"),
    Row("method", "in small letters", request(b"get /healthz HTTP/1.1"), "400"),
    Row("method", "one that is none", request(b"BREW /pot HTTP/1.1"), "400"),
    Row("path", "another host's", get(b"//evil.example/.."), "404"),
    Row("path", "upwards, encoded", get(b"/%2e%2e/%2e%2e/etc/passwd"), "404"),
    Row("path", "upwards from the files", get(b"/static/../../pyproject.toml"), "404"),
    Row("path", "upwards from the files, encoded", get(b"/static/%2e%2e/%2e%2e/pyproject.toml"), "404"),
    Row("path", "upwards from the files, encoded twice", get(b"/static/%252e%252e/cli.py"), "404"),
    Row("path", "with backslashes", get(b"/static/..%5c..%5ccli.py"), "404"),
    Row("path", "with a NUL", get(b"/static/base.css%00.html"), "404"),
    Row("path", "overlong dots", get(b"/static/%c0%ae%c0%ae/cli.py"), "404"),
    Row("path", "with a semicolon", get(b"/static/..;/"), "404"),
    Row("path", "an escape that is none", get(b"/static/%zz"), "404"),
    Row("path", "bytes that need an escape", get(b"/static/\xe9"), "400"),
    Row("path", "absolute, of another host", get(b"http://evil.example/healthz"), "421"),
    Row("path", "a query with keys twice", get(b"/healthz?a=1&a=2&a[]=3"), "200"),
)

BODIES: Final = (
    Row(
        "body", "JSON said to be plain text",
        request(POST, b"Content-Type: text/plain", b"Content-Length: 14", body=BODY), "415",
    ),
    Row(
        "body", "JSON said to be a form",
        request(POST, b"Content-Type: application/x-www-form-urlencoded", b"Content-Length: 14", body=BODY), "415",
    ),
    Row("body", "of another page", post(b"Origin: http://evil.example"), "403"),
    Row("body", "of a page without an origin", post(b"Origin: null"), "403"),
    Row("body", "packed", post(b"Content-Encoding: gzip", body=gzip.compress(BODY)), "415"),
    Row("body", "packed to bursting", post(b"Content-Encoding: gzip", body=gzip.compress(bytes(400_000))), "415"),
    Row("body", "packed twice", post(b"Content-Encoding: gzip, gzip"), "415"),
    Row("body", "packed in an unknown way", post(b"Content-Encoding: magic"), "415"),
    Row("body", "empty", post(body=b""), "422"),
    Row("body", "not JSON", post(body=b"role=asc"), "422"),
    Row("body", "not UTF-8", post(body=b'{"role":"\xff"}'), "422"),
    Row("body", "a deep array", post(body=b"[" * 1_000), "422"),
    Row("body", "another role", post(body=b'{"role":"admin"}'), "422"),
    Row("body", "a key twice, the last one wrong", post(body=b'{"role":"asc","role":"admin"}'), "422"),
    Row("body", "a list for a role", post(body=b'{"role":["asc"]}'), "422"),
    Row("body", "a number that is none", post(body=b'{"role":"asc","id":NaN}'), "422"),
    Row("body", "a byte order mark", post(body=b'\xef\xbb\xbf{"role":"asc"}'), "422"),
    Row("body", "an unknown field", post(body=b'{"role":"asc","company_id":1}'), "422"),
    Row("body", "an id of the virtual people", post(body=b'{"role":"asc","id":1}'), "422"),
    Row("body", "an id that is true", post(body=b'{"role":"asc","id":true}'), "422"),
    Row("body", "an id of four hundred digits", post(body=b'{"role":"asc","id":' + b"9" * 400 + b"}"), "422"),
    Row("body", "a name of markup", post(body=json.dumps({"role": "asc", "name": "<b>x</b>"}).encode()), "200"),
)  # fmt: skip

ROWS: Final = (*LENGTHS, *HEADERS, *LINES, *BODIES)
