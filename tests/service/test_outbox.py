"""What waits for a client is bounded, keeps its order where order counts, and is written as whole frames."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode
from websockets.streams import StreamReader

from router.service.outbox import MAX_AGE_S, MAX_BYTES, MAX_FRAMES, Outbox, text_frames


def test_lanes_are_emptied_in_order_and_state_only_once():
    """Control overtakes events, events overtake state, events keep their order, and only the latest state goes out."""
    outbox = Outbox()
    outbox.state("desk", b"old")
    outbox.stream(b"one")
    outbox.state("queue:5", b"place")
    outbox.stream(b"two")
    outbox.control(b"beat")
    outbox.state("desk", b"new")

    assert 5 == outbox.frames
    assert [b"beat", b"one", b"two", b"new", b"place"] == outbox.take(1_000)
    assert (0, 0, []) == (outbox.frames, outbox.bytes, outbox.take(1_000))


@given(st.lists(st.tuples(st.sampled_from("cst"), st.binary(min_size=1, max_size=40)), max_size=60), st.integers(1, 90))
def test_small_bites_lose_and_reorder_nothing(pushed, room):
    """Taken bit by bit, each lane comes out as it went in, and the counts are right all the way."""
    outbox = Outbox()
    for lane, frame in pushed:
        if lane == "s":
            outbox.state(f"s{frame[0] % 3}", b"s" + frame)
        else:
            (outbox.control if lane == "c" else outbox.stream)(lane.encode() + frame)

    taken = []
    while outbox.frames:
        before = outbox.bytes
        bite = outbox.take(room)
        assert sum(map(len, bite)) == before - outbox.bytes
        assert len(bite) >= 1
        taken += bite

    assert 0 == outbox.bytes
    for lane in "ct":
        assert [lane.encode() + f for kind, f in pushed if kind == lane] == [f for f in taken if f[:1] == lane.encode()]
    latest = {frame[0] % 3: frame for kind, frame in pushed if kind == "s"}
    assert sorted(b"s" + frame for frame in latest.values()) == sorted(f for f in taken if f[:1] == b"s")


def test_how_much_is_too_much():
    """256 frames, 256 KiB or ten seconds; one frame alone is never too much."""
    outbox = Outbox()
    outbox.stream(b"x" * (2 * MAX_BYTES))
    assert not outbox.is_too_much(100.0)
    outbox.stream(b"y")
    assert outbox.is_too_much(100.0)

    many = Outbox()
    for _ in range(MAX_FRAMES):
        many.stream(b"x")
    assert not many.is_too_much(100.0)
    many.control(b"x")
    assert many.is_too_much(100.0)

    old = Outbox()
    old.stream(b"x")
    old.waiting_since = 100.0
    assert not old.is_too_much(100.0 + MAX_AGE_S)
    assert old.is_too_much(100.1 + MAX_AGE_S)


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 70_000])
def test_frames_are_those_of_the_standard(size):
    """An independent implementation reads each text, whatever its length, with nothing left over."""
    reader = StreamReader()
    reader.feed_data(text_frames([b"a" * size, b"end"]))
    found = [_parsed(reader), _parsed(reader)]

    assert [(Opcode.TEXT, b"a" * size, True), (Opcode.TEXT, b"end", True)] == [
        (frame.opcode, bytes(frame.data), frame.fin) for frame in found
    ]
    assert b"" == bytes(reader.buffer)


def _parsed(reader):
    """All bytes are there, so the parser never has to wait."""
    try:
        next(Frame.parse(reader.read_exact, mask=False))
    except StopIteration as done:
        return done.value
    raise AssertionError("the frame is not complete")
