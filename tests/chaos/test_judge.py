"""The judge is judged: it finds nothing in a sound day, and every bug that is planted, each by the invariant meant."""

import asyncio

import pytest

from tests.chaos.evidence import Evidence
from tests.chaos.history import read
from tests.chaos.judge import judge, laws
from tests.chaos.planted import BUGS, Bug, copy_of
from tests.chaos.script import short_day


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    """What a short day leaves behind."""
    return asyncio.run(short_day(tmp_path_factory.mktemp("day")))


def test_a_sound_day_passes(evidence: Evidence):
    """Nothing is wrong where nothing is wrong; and there is enough in the day to go wrong."""
    kinds = {note.f for note in evidence.notes}

    assert [] == judge(evidence)
    assert {"chat.request", "msg.send", "callback.request", "offer.accept", "rx", "view"} <= kinds
    assert {"invoke", "ok", "fail", "info"} == {note.type for note in evidence.notes}
    assert len(evidence.entries) == len(evidence.steps) > 50


@pytest.mark.parametrize(("aim", "bug"), BUGS, ids=[f"{aim}-{bug.__name__}" for aim, bug in BUGS])
def test_a_planted_bug_is_found(evidence: Evidence, aim: str, bug: Bug, monkeypatch: pytest.MonkeyPatch):
    """Each by the invariant it breaks, with a message that shows where."""
    spoilt = copy_of(evidence)
    bug(spoilt, monkeypatch)
    found = [violation for violation in judge(spoilt) if violation.id == aim]

    assert found, [str(violation) for violation in judge(spoilt)]
    assert any(character.isdigit() for character in found[0].message)


def test_every_invariant_has_a_bug():
    """What no bug has ever broken might not look at all."""
    assert set(laws()) == {aim for aim, _ in BUGS}
    assert len({bug.__name__ for _, bug in BUGS}) == len(BUGS)


def test_histories_of_several_processes_are_one(tmp_path):
    """Notes are merged by time, and come back as they were written."""
    from tests.chaos.history import History

    files = [tmp_path / name for name in ("one.jsonl", "two.jsonl")]
    one, two = (History(file, "run 1") for file in files)
    one.note("asc:1", "invoke", "chat.request", op="5:1", v={"t": "chat.request"})
    two.note("asc:2", "info", "rx", v={"t": "ready"}, e="ab")
    one.note("asc:1", "ok", "chat.request", op="5:1", chat=7, o=1)
    one.close()
    two.close()
    notes = read(files)

    assert [("asc:1", "invoke"), ("asc:2", "info"), ("asc:1", "ok")] == [(note.p, note.type) for note in notes]
    assert ("5:1", 7, 1, "run 1") == (notes[2].op, notes[2].chat, notes[2].o, notes[2].run)
    assert (1, 0) == (one.oks, two.oks)
