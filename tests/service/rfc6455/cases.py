"""
What a client may put on the wire and what it may not, as data: bytes, and how the server must end the connection.

The numbers are sections of RFC 6455. After a case that is in order the client closes with 1000, and the server answers
with the same code. To add a case, add a line.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from router.service.auth import Role
from tests.service.raw import BINARY, CONTINUATION, PING, PONG, close, frame

PROTOCOL_ERROR: Final = 1002
BAD_UTF8: Final = 1007
TOO_BIG: Final = 1009
MALFORMED: Final = 4400
TOO_MANY: Final = 4429

LIMIT: Final = 65_536
"""Longest message of an agent, bytes."""
WIDGET_LIMIT: Final = 16_384
"""Longest message of an ASC, bytes."""
PIECES: Final = 256
"""Most frames in which one message may come."""

TEXT: Final = b'{"t":"beat"}'
BEAT: Final = frame(TEXT)
BYE: Final = close(1000)


@dataclass(frozen=True)
class Case:
    """What is sent after signing in, and the code of the close frame that must come; None: the server just hangs up."""

    section: str
    what: str
    sends: bytes
    code: int | None = 1000
    beats: int = 0
    """How many beats must be answered before the client closes by itself."""
    pongs: tuple[bytes, ...] = ()
    """The pongs that must be among the answers, in order."""
    role: Role = "agent"
    hangs_up: bool = False
    """Whether the client closes its half of the connection instead."""

    @property
    def name(self) -> str:
        """What pytest calls it."""
        return f"{self.section} {self.what}"


def beat_of(size: int) -> bytes:
    """A beat that is exactly so many bytes long."""
    return TEXT + b" " * (size - len(TEXT))


def in_pieces(data: bytes, *sizes: int, opcode: int = 1) -> bytes:
    """A message in fragments of these sizes; the last one takes what is left."""
    frames, position = b"", 0
    for number, size in enumerate(sizes):
        frames += frame(data[position : position + size], CONTINUATION if number else opcode, fin=False)
        position += size
    return frames + frame(data[position:], CONTINUATION if sizes else opcode)


def _masking() -> Iterable[Case]:
    def bad(what: str, sends: bytes) -> Case:
        return Case("5.1", what, sends, PROTOCOL_ERROR)

    yield bad("text without a mask", frame(TEXT, mask=None))
    yield bad("empty text without a mask", frame(mask=None))
    yield bad("binary without a mask", frame(b"x", BINARY, mask=None))
    yield bad("ping without a mask", frame(b"x", PING, mask=None))
    yield bad("pong without a mask", frame(b"x", PONG, mask=None))
    yield bad("close without a mask", close(1000, mask=None))
    yield bad("16-bit length without a mask", frame(beat_of(300), mask=None))
    yield bad("64-bit length without a mask", frame(b"", mask=None, announced=70_000, length_bytes=8))
    yield bad("last fragment without a mask", frame(TEXT[:5], fin=False) + frame(TEXT[5:], CONTINUATION, mask=None))
    yield Case("5.3", "mask of zeros", frame(TEXT, mask=b"\0\0\0\0"), beats=1)
    yield Case("5.3", "mask of ones", frame(TEXT, mask=b"\xff\xff\xff\xff"), beats=1)
    yield Case(
        "5.3",
        "another mask for each fragment",
        frame(TEXT[:5], fin=False, mask=b"abcd") + frame(TEXT[5:], CONTINUATION, mask=b"\0\x80\xff\x01"),
        beats=1,
    )


def _reserved_bits() -> Iterable[Case]:
    def bad(what: str, sends: bytes) -> Case:
        return Case("5.2", what, sends, PROTOCOL_ERROR)

    for bits, name in ((4, "RSV1"), (2, "RSV2"), (1, "RSV3"), (7, "all RSV bits")):
        yield bad(f"{name} on text", frame(TEXT, rsv=bits))
    yield bad("RSV1 on empty text", frame(rsv=4))
    yield bad("RSV2 on binary", frame(b"x", BINARY, rsv=2))
    yield bad("RSV1 on a first fragment", frame(TEXT[:4], fin=False, rsv=4))
    yield bad("RSV1 on a continuation", frame(TEXT[:4], fin=False) + frame(TEXT[4:], CONTINUATION, rsv=4))
    yield bad("RSV3 on a continuation", frame(TEXT[:4], fin=False) + frame(TEXT[4:], CONTINUATION, rsv=1))
    for bits, name in ((4, "RSV1"), (2, "RSV2"), (1, "RSV3")):
        yield bad(f"{name} on ping", frame(b"x", PING, rsv=bits))
    yield bad("RSV1 on pong", frame(b"x", PONG, rsv=4))
    yield bad("RSV1 on close", close(1000, rsv=4))
    yield bad("deflated text that nobody agreed on", frame(bytes.fromhex("aa562a51b252524a4d2c51aa0500"), rsv=4))


def _opcodes() -> Iterable[Case]:
    for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15):
        yield Case("5.2", f"reserved opcode {opcode}", frame(b"x", opcode), PROTOCOL_ERROR)
    yield Case("5.2", "reserved opcode 3, empty", frame(b"", 3), PROTOCOL_ERROR)
    yield Case("5.2", "reserved opcode 5 as a first fragment", frame(b"x", 5, fin=False), PROTOCOL_ERROR)
    yield Case("5.2", "reserved opcode inside a message", frame(b"{", fin=False) + frame(b"}", 4), PROTOCOL_ERROR)
    yield Case("5.6", "binary", frame(TEXT, BINARY), MALFORMED)
    yield Case("5.6", "empty binary", frame(b"", BINARY), MALFORMED)
    yield Case("5.6", "binary in fragments", in_pieces(TEXT, 3, 3, opcode=BINARY), MALFORMED)


def _lengths() -> Iterable[Case]:
    for size in (125, 126, 127, 65_535, LIMIT):
        yield Case("5.2", f"{size} bytes", frame(beat_of(size)), beats=1)
    yield Case("5.2", "the largest message of a widget", frame(beat_of(WIDGET_LIMIT)), beats=1, role="asc")
    yield Case("5.2", "a byte more than a widget may", frame(beat_of(WIDGET_LIMIT + 1)), TOO_BIG, role="asc")
    yield Case("5.2", "a byte more than an agent may", frame(beat_of(LIMIT + 1)), TOO_BIG)
    for size, form in ((0, 2), (12, 2), (125, 2), (0, 8), (12, 8), (125, 8), (126, 8), (65_535, 8)):
        sends = frame(beat_of(size) if size >= 12 else b"", length_bytes=form)
        yield Case("5.2", f"length {size} in {form} bytes", sends, PROTOCOL_ERROR)
    yield Case("5.2", "length of a ping in 2 bytes", frame(b"x", PING, length_bytes=2), PROTOCOL_ERROR)
    for announced in (70_000, 2**32, 2**62, 2**63 - 1):
        sends = frame(b"", announced=announced, length_bytes=8)
        yield Case("5.2", f"announces {announced} bytes", sends, TOO_BIG)
    for announced in (2**63, 2**63 + 12, 2**64 - 1):
        sends = frame(b"", announced=announced, length_bytes=8)
        yield Case("5.2", f"announces {announced} bytes", sends, PROTOCOL_ERROR)
    yield Case(
        "5.2",
        "a length that overflows with what came before",
        frame(b"x" * 40, fin=False) + frame(b"", CONTINUATION, announced=2**63 - 1, length_bytes=8),
        TOO_BIG,
    )
    yield Case("5.4", "fragments that are too big together", in_pieces(beat_of(LIMIT + 1), 40_000), TOO_BIG)
    yield Case("5.4", "fragments that just fit", in_pieces(beat_of(LIMIT), 40_000), beats=1)


def _fragments() -> Iterable[Case]:
    def good(what: str, sends: bytes, *pongs: bytes) -> Case:
        return Case("5.4", what, sends, beats=1, pongs=pongs)

    def bad(what: str, sends: bytes, code: int = PROTOCOL_ERROR) -> Case:
        return Case("5.4", what, sends, code)

    first, last = frame(TEXT[:5], fin=False), frame(TEXT[5:], CONTINUATION)
    nothing = frame(b"", CONTINUATION, fin=False)
    yield good("two fragments", first + last)
    yield good("a fragment for each byte", in_pieces(TEXT, *[1] * (len(TEXT) - 1)))
    yield good("an empty fragment in the middle", first + nothing + last)
    yield good("an empty fragment first", frame(b"", fin=False) + frame(TEXT, CONTINUATION))
    yield good("an empty fragment last", frame(TEXT, fin=False) + frame(b"", CONTINUATION))
    yield good("as many fragments as may be", frame(TEXT, fin=False) + nothing * (PIECES - 2) + frame(b"", 0))
    yield good("a ping between fragments", first + frame(b"hi", PING) + last, b"hi")
    yield good("a pong between fragments", first + frame(b"hi", PONG) + last)
    yield good("pings everywhere", first + frame(b"1", PING) + nothing + frame(b"2", PING) + last, b"1", b"2")
    yield Case("5.4", "a close between fragments", first + BYE, 1000)
    yield Case("5.4", "two messages in fragments", (first + last) * 2, beats=2)
    yield bad("a continuation of nothing", frame(TEXT, CONTINUATION))
    yield bad("an unfinished continuation of nothing", frame(TEXT, CONTINUATION, fin=False))
    yield bad("an empty continuation of nothing", frame(b"", CONTINUATION))
    yield bad("a continuation after the last fragment", first + last + last)
    yield bad("a new text inside a message", first + frame(TEXT))
    yield bad("a new text after an empty first fragment", frame(b"", fin=False) + frame(TEXT))
    yield bad("a new binary inside a text", first + frame(b"x", BINARY))
    yield bad("a new first fragment inside a message", first + first)
    yield bad("more fragments than may be", frame(b"", fin=False) + nothing * PIECES, TOO_BIG)
    yield bad("a hundred thousand empty fragments", frame(b"", fin=False) + nothing * 100_000, TOO_BIG)


def _control() -> Iterable[Case]:
    def good(what: str, sends: bytes, *pongs: bytes) -> Case:
        return Case("5.5", what, sends + BEAT, beats=1, pongs=pongs)

    def bad(what: str, sends: bytes) -> Case:
        return Case("5.5", what, sends, PROTOCOL_ERROR)

    yield good("an empty ping", frame(b"", PING), b"")
    yield good("a ping of 125 bytes", frame(b"p" * 125, PING), b"p" * 125)
    yield good("a ping of any bytes", frame(bytes(range(256))[-125:], PING), bytes(range(256))[-125:])
    counted = [b"%d" % number for number in range(10)]
    yield good("ten pings in a row", b"".join(frame(number, PING) for number in counted), *counted)
    yield good("a pong that nobody asked for", frame(b"x", PONG))
    yield bad("a ping of 126 bytes", frame(b"p" * 126, PING))
    yield bad("a pong of 126 bytes", frame(b"p" * 126, PONG))
    yield bad("a close of 126 bytes", close(1000, b"r" * 124))
    yield bad("a ping of 65,536 bytes", frame(b"", PING, announced=65_536, length_bytes=8))
    yield bad("a fragmented ping", frame(b"x", PING, fin=False))
    yield bad("a fragmented pong", frame(b"x", PONG, fin=False))
    yield bad("a fragmented close", close(1000, fin=False))
    yield Case("5.5", "a flood of pings", frame(b"x", PING) * 10_000, TOO_MANY)
    yield Case("5.5", "a flood of pongs", frame(b"x", PONG) * 10_000, TOO_MANY)


def _closing() -> Iterable[Case]:
    yield Case("5.5.1", "a close without a code", close())
    yield Case("5.5.1", "a close with half a code", frame(b"\x03", 8), PROTOCOL_ERROR)
    for code in (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999):
        yield Case("7.4", f"close {code}", close(code), code)
    for code in (0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535):
        yield Case("7.4", f"close {code}", close(code), PROTOCOL_ERROR)
    yield Case("5.5.1", "a reason as long as may be", close(1000, b"r" * 123))
    yield Case("5.5.1", "a reason in other letters", close(1000, "до свидания 👋".encode()))
    yield Case("5.5.1", "a reason that is not UTF-8", close(1000, b"\xff\xfe"), BAD_UTF8)
    yield Case("5.5.1", "a reason that ends inside a letter", close(1000, "€".encode()[:2]), BAD_UTF8)
    yield Case("5.5.1", "two closes", BYE + close(1001))
    yield Case("5.5.1", "text after a close", BYE + BEAT)
    yield Case("5.5.1", "a ping after a close", BYE + frame(b"x", PING))
    yield Case("5.5.1", "a fault after a close", BYE + frame(TEXT, mask=None))


def _utf8() -> Iterable[Case]:
    def good(what: str, text: bytes, *sizes: int) -> Case:
        # Right as text but not of our protocol: that is told apart from text that is not UTF-8.
        return Case("8.1", what, in_pieces(b'{"t":"' + text + b'"}', *sizes), MALFORMED)

    def bad(what: str, data: bytes, *sizes: int) -> Case:
        return Case("8.1", what, in_pieces(b'{"t":"' + data + b'"}', *sizes), BAD_UTF8)

    for letter in ("é", "€", "👋", "\U0010ffff", "\uffff", "\ufeff", "\u202e"):
        yield good(f"U+{ord(letter):04X}", letter.encode())
    yield good("a letter cut by a fragment", "€".encode(), 7)
    yield good("a letter in four fragments", "👋".encode(), 7, 1, 1)
    yield bad("a continuation byte alone", b"\x80")
    yield bad("a byte that is never used", b"\xff")
    yield bad("an overlong solidus in two bytes", b"\xc0\xaf")
    yield bad("an overlong solidus in three bytes", b"\xe0\x80\xaf")
    yield bad("an overlong solidus in four bytes", b"\xf0\x80\x80\xaf")
    yield bad("an overlong NUL", b"\xc0\x80")
    yield bad("a high surrogate", b"\xed\xa0\x80")
    yield bad("a surrogate pair", b"\xed\xa0\xbd\xed\xb8\x80")
    yield bad("above the last letter", b"\xf4\x90\x80\x80")
    yield bad("five bytes", b"\xf8\x88\x80\x80\x80")
    yield bad("a letter that is not finished", b"\xe2\x82")
    yield bad("a fault cut by a fragment", b"\xed\xa0\x80", 7)
    yield Case("8.1", "a fault behind a right frame", frame(TEXT + b"\xff"), BAD_UTF8)
    yield Case("8.1", "nothing but a fault", frame(b"\xff"), BAD_UTF8)
    yield Case("8.1", "ends inside a letter", frame(TEXT + "€".encode()[:1]), BAD_UTF8)
    yield Case("8.1", "what is not UTF-8 in binary", frame(b"\xff\xfe", BINARY), MALFORMED)


def _cut_off() -> Iterable[Case]:
    def cut(what: str, sends: bytes) -> Case:
        return Case("7.1", what, sends, None, hangs_up=True)

    long = frame(beat_of(70_000 - 10_000))
    yield cut("hangs up without a word", b"")
    yield cut("hangs up after a frame", BEAT)
    yield cut("hangs up after one byte", BEAT[:1])
    yield cut("hangs up before the mask", BEAT[:2])
    yield cut("hangs up inside the mask", BEAT[:4])
    yield cut("hangs up before the payload", BEAT[:6])
    yield cut("hangs up inside the payload", BEAT[:-1])
    yield cut("hangs up inside a 16-bit length", long[:3])
    yield cut("hangs up inside a 64-bit length", frame(b"", announced=65_536, length_bytes=8)[:6])
    yield cut("hangs up inside a long payload", long[:30_000])
    yield cut("hangs up between fragments", frame(TEXT[:5], fin=False))


CASES: Final = tuple(
    case
    for group in (
        _masking(), _reserved_bits(), _opcodes(), _lengths(), _fragments(), _control(), _closing(), _utf8(), _cut_off()
    )
    for case in group
)  # fmt: skip
