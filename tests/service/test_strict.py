"""The watch before the parser: good frames pass whatever the slices, and nothing passes from the first bad one on."""

import asyncio
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.service import connection
from router.service.limits import Limits
from router.service.strict import HeaderWatch, may_be_sent
from tests.service.desk import MINA, ORIGIN, TOKENS, running_desk, until
from tests.service.raw import CONTINUATION, PING, Endpoint, Wire, frame, upgrade


class Sink:
    """Stands where the library's parser and queue stand."""

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


def watched(time=lambda: 1.0):
    sink = Sink()
    return sink, HeaderWatch(sink, sink, time)


@st.composite
def messages(draw):
    """Good frames: whole texts, texts in fragments, pings between them."""
    frames = b""
    for size in draw(st.lists(st.integers(0, 300), max_size=6)):
        pieces = draw(st.integers(1, 3))
        for number in range(pieces):
            frames += frame(b"x" * size, CONTINUATION if number else 1, fin=number == pieces - 1)
            if draw(st.booleans()):
                frames += frame(b"p", PING)
    return frames


@given(messages(), st.integers(0, 65_537), st.lists(st.integers(1, 40), min_size=1))
def test_good_frames_pass_in_whatever_slices_they_come(frames, big, steps):
    """However the network cuts them, good frames reach the parser as they are, and nothing counts as unfinished."""
    stream = frames + frame(b"x" * big) + frame()
    sink, watch = watched()
    position, least = 0, len(stream) // 2_000
    for step in itertools.cycle(steps):
        watch.feed_data(stream[position : position + least + step])
        position += least + step
        if position >= len(stream):
            break
    watch.feed_eof()

    assert stream + b"EOF" == sink.data
    assert sink.error is None
    assert 0 == watch.begun_at


@given(messages(), st.integers(0, 300), st.integers(1, 50))
def test_what_comes_before_a_bad_frame_passes_and_nothing_after_it(frames, size, step):
    """The first frame without a mask is where it ends, wherever the network has cut it."""
    bad = frame(b"y" * size, mask=None)
    stream = frames + bad + frame(b"z" * 10)
    sink, watch = watched()
    for position in range(0, len(stream), step):
        watch.feed_data(stream[position : position + step])

    assert 1002 == sink.error.code
    assert sink.data in (frames, frames + bad[:1])  # of a bad frame that was cut, its first byte may be known too late


def test_the_time_of_a_message_begins_with_its_first_byte():
    """Neither more bytes of it nor control frames in it begin its time anew; the next message has its own."""
    now = [1.0]
    _, watch = watched(lambda: now[0])
    seen = []
    whole = frame(b"abc")
    in_two = (frame(b"a", fin=False), frame(b"p", PING), frame(b"b", CONTINUATION))
    for data in (whole[:1], whole[1:3], whole[3:], *in_two, whole[:5]):
        watch.feed_data(data)
        seen.append(watch.begun_at)
        now[0] += 1

    assert [1, 1, 0, 4, 4, 0, 7] == seen
    watch.feed_data(whole[5:] + whole[:2])
    assert 8 == watch.begun_at


def test_control_frames_are_counted_by_the_second():
    """A hundred in a second are taken, one more is a flood; the next second begins at nought."""
    now = [1.0]
    sink, watch = watched(lambda: now[0])
    watch.feed_data(frame(b"p", PING) * 100)
    now[0] += 1
    watch.feed_data(frame(b"p", PING) * 100)
    assert sink.error is None
    watch.feed_data(frame(b"p", PING))

    assert 4429 == sink.error.code


def test_close_codes_that_may_travel():
    """1004 to 1006 and 1015 are never sent, below 1000 and from 5000 on nothing is; the rest is registered or free."""
    assert [*range(1000, 1004), *range(1007, 1015), *range(3000, 5000)] == [n for n in range(65_536) if may_be_sent(n)]


@pytest.mark.parametrize(
    "begun",
    [b"\x81", frame(b'{"t":"beat"}')[:3], frame(b'{"t":"beat"}')[:-1], frame(b"{", fin=False)],
    ids=["one byte", "half a header", "all but a byte", "a fragment"],
)
async def test_a_message_that_is_not_finished_is_given_up(monkeypatch, begun):
    """Half a message holds its place for a while and no longer, although the client answers pings."""
    monkeypatch.setattr("router.service.gateway.TICK_S", 0.02)
    async with running_desk(limits=Limits(message_s=0.1)) as desk:
        mina = await desk.join(MINA)
        mina.socket.transport.write(begun)

        assert connection.SILENT == await mina.closed()


async def test_who_does_not_sign_in_is_given_up(monkeypatch):
    """Silence after the handshake, half a frame, pings instead of a name: five seconds, whatever comes meanwhile."""
    async with running_desk(limits=Limits(auth_s=0.1)) as desk:
        endpoint = Endpoint(desk.port, TOKENS, ORIGIN)

        def code(sends: bytes) -> int | None:
            with endpoint.opened() as wire:
                wire.send(sends)
                return wire.end().code

        for sends in (b"", frame(b'{"t":"auth","token":"')[:9], frame(b"p", PING) * 50):
            assert connection.SILENT == await asyncio.to_thread(code, sends)
        await until(lambda: desk.gateway.sockets == 0)


async def test_frames_that_come_with_the_handshake_are_watched_too():
    """Bytes behind the handshake in one packet are looked at like all others."""
    async with running_desk() as desk:

        def code() -> int | None:
            with Wire(desk.port) as wire:
                wire.send(upgrade(f"127.0.0.1:{desk.port}", ORIGIN) + frame(b"{}", mask=None))
                assert wire.answer().status == 101
                return wire.end().code

        assert 1002 == await asyncio.to_thread(code)
