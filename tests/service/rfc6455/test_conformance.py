"""The real endpoint keeps to RFC 6455 and makes its clients keep to it, however the network cuts their bytes."""

from typing import Final

import pytest

from tests.service.raw import CLOSE, PONG, TEXT, Endpoint, Wire, Witness, close
from tests.service.rfc6455.cases import CASES, Case

SMALL: Final = 300
"""Bytes up to which a case is also sent one by one; longer ones in slices of a thousand."""


def outcome(wire: Wire, case: Case) -> tuple[int | None, int, tuple[bytes, ...]]:
    """The code with which the server ended it, and how many beats and which pongs it had answered before."""
    beats, pongs = 0, []
    while beats < case.beats:
        got = wire.frame()
        assert got is not None, "the server hung up"
        opcode, payload = got
        beats += opcode == TEXT and payload == b'{"t":"beat"}'
        if opcode == PONG:
            pongs.append(payload)
        if opcode == CLOSE:
            return int.from_bytes(payload[:2]), beats, tuple(pongs)
    if case.beats:
        wire.send(close(1000))
    end = wire.end()
    return end.code, beats, (*pongs, *end.pongs)[: len(case.pongs)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_frames_are_taken_or_refused_by_the_standard(endpoint: Endpoint, witness: Witness, case: Case) -> None:
    """What is in order is answered, what is not ends with its code, and others are served as before."""
    for slices in (0, 1 if len(case.sends) <= SMALL else 1_000):
        with endpoint.signed_in(case.role) as wire:
            wire.send(case.sends, slices)
            if case.hangs_up:
                wire.finish_sending()

            assert (case.code, case.beats, case.pongs) == outcome(wire, case)
    assert witness.is_served()
