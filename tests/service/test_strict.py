"""Bytes of a client that are not proper WebSocket frames end its connection, with the code of the standard."""

import asyncio
import itertools
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.service.strict import HeaderWatch
from tests.service.desk import ORIGIN, PATIENCE_S, running_desk


def frame(payload: bytes, opcode=1, mask=True, fin=True, rsv=0, length=None) -> bytes:
    """A frame, right or wrong."""
    size = len(payload) if length is None else length
    bit = 0x80 if mask else 0
    first = bytes([(0x80 if fin else 0) | rsv << 4 | opcode])
    if size < 126:
        head = first + bytes([bit | size])
    elif size < 65_536:
        head = first + bytes([bit | 126]) + size.to_bytes(2)
    else:
        head = first + bytes([bit | 127]) + size.to_bytes(8)
    return head + (b"\0\0\0\0" if mask else b"") + payload


class Sink:
    def __init__(self):
        self.data = b""
        self.error = None

    def feed_data(self, data):
        self.data += data
        return False, b""

    def feed_eof(self):
        self.data += b"EOF"

    def set_exception(self, error):
        self.error = error


@given(st.lists(st.integers(0, 300), max_size=6), st.integers(0, 65_537), st.lists(st.integers(1, 40), min_size=1))
def test_masked_frames_pass_in_whatever_slices_they_come(sizes, big, steps):
    """However the network cuts them, good frames reach the parser as they are."""
    stream = b"".join(frame(b"x" * size) for size in [*sizes, big, 0])
    sink = Sink()
    watch = HeaderWatch(sink, sink, lambda: 1.0)
    position, least = 0, len(stream) // 2_000
    for step in itertools.cycle(steps):
        watch.feed_data(stream[position : position + least + step])
        position += least + step
        if position >= len(stream):
            break
    watch.feed_eof()

    assert stream + b"EOF" == sink.data
    assert sink.error is None


@given(st.lists(st.integers(0, 300), max_size=4), st.integers(0, 300), st.integers(1, 50))
def test_one_unmasked_frame_is_found_wherever_it_is(sizes, bad, step):
    """The first frame without a mask is where it ends; nothing after it is passed on."""
    stream = b"".join(frame(b"x" * size) for size in sizes) + frame(b"y" * bad, mask=False) + frame(b"z" * 10)
    sink = Sink()
    watch = HeaderWatch(sink, sink, lambda: 1.0)
    for position in range(0, len(stream), step):
        watch.feed_data(stream[position : position + step])

    assert sink.error is not None
    assert b"y" not in sink.data
    assert b"z" not in sink.data


async def close_code(port: int, data: bytes, slices: int = 0) -> int:
    """Send raw bytes after the handshake; the code with which the server closes, 0 when it just hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        f"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nOrigin: {ORIGIN}\r\n"
        "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Protocol: ringback.v1\r\n\r\n".encode()
    )
    async with asyncio.timeout(PATIENCE_S):
        assert b"101" in await reader.readuntil(b"\r\n\r\n")
        for position in range(0, len(data), slices or len(data)):
            writer.write(data[position : position + (slices or len(data))])
            await asyncio.sleep(0)
        try:
            while True:
                first, second = await reader.readexactly(2)
                size = second & 0x7F
                if size == 126:
                    size = int.from_bytes(await reader.readexactly(2))
                payload = await reader.readexactly(size)
                if first == 0x88:
                    return struct.unpack("!H", payload[:2])[0] if payload else 0
        except (asyncio.IncompleteReadError, ConnectionError):
            return 0
        finally:
            writer.close()


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (frame(b'{"t":"beat"}', mask=False), {1002}),
        (frame(b"x", rsv=4), {1002}),
        (frame(b"x", rsv=2), {1002}),
        (frame(b"x", opcode=3), {1002}),
        (frame(b"x", opcode=11), {1002}),
        (frame(b"x" * 126, opcode=9), {1002}),
        (frame(b"x", opcode=9, fin=False), {1002}),
        (frame(b"x", opcode=0), {1002}),
        (frame(b"a", fin=False) + frame(b"b"), {1002}),
        (frame(b"\xff\xfe"), {1007, 4400}),
        (frame(b"", length=2**62), {1009}),
        (frame(b"", length=2**63 + 5), {1002, 1009}),
        (frame(b"x" * 40_000, fin=False) + frame(b"x" * 40_000, opcode=0), {1009}),
        (frame(b"\x03", opcode=8), {1002}),
        (frame(struct.pack("!H", 1005), opcode=8), {1002}),
        (frame(struct.pack("!H", 1000) + b"\xff", opcode=8), {1002, 1007}),
        (frame(b"{}", opcode=2), {4400}),
        (frame(b"{}"), {4400}),
    ],
    ids=lambda value: value.hex()[:24] if isinstance(value, bytes) else "",
)
async def test_bad_frames_close_with_their_code(data, codes):
    """Unmasked, reserved, fragmented against the rules, oversized, not UTF-8: one clear end, and the desk goes on."""
    async with running_desk() as desk:
        assert await close_code(desk.port, data) in codes
        assert await close_code(desk.port, data, slices=1 + len(data) // 100) in codes
        assert "ok" == await _alive(desk)


async def test_pings_are_answered_and_a_flood_of_them_harms_nobody():
    """Ten thousand pings are answered like one; another client is served meanwhile."""
    async with running_desk() as desk:
        flood = asyncio.create_task(close_code(desk.port, frame(b"p", opcode=9) * 10_000 + frame(b"{}")))

        assert "ok" == await _alive(desk)
        assert 4400 == await flood


async def _alive(desk) -> str:
    socket = await desk.connect()
    await socket.recv()
    await socket.close()
    return "ok"
