"""Laws of what a client makes of the server's frames: the same in the browser and in a rehearsal."""

import copy
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from sim.client.view import OtherJournal, View

HERE = Path(__file__).parent
TOLD: dict[str, Any] = json.loads((HERE / "transcript.json").read_text(encoding="utf-8"))


def begun() -> View:
    view = View()
    view.apply(copy.deepcopy(TOLD["ready"]))
    return view


def knows_modules(node: str) -> bool:
    """Whether this Node takes a file for a module by what is in it."""
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    major, minor = version.removeprefix("v").split(".")[:2]
    return (int(major), int(minor)) >= (20, 19)


@pytest.mark.parametrize("case", TOLD["cases"], ids=lambda case: case["law"])
def test_frames_change_the_view_as_told(case: dict[str, Any]) -> None:
    """Each case of the transcript holds for a rehearsal's client."""
    view, missing = begun(), []
    for frame in copy.deepcopy(case["frames"]):
        missing += view.apply(frame)

    assert case["expect"] == {name: view.contacts[5521][name] for name in case["expect"]}
    assert case["sync"] == missing


def test_an_accepted_message_is_an_event_of_the_contact() -> None:
    """The author is sent no other word of a message than the ack; the same ack twice adds it once."""
    view, own = begun(), TOLD["own_message"]

    assert [] == view.apply_ack(own["op"], own["ack"])
    assert [] == view.apply_ack(own["op"], own["ack"])

    assert own["expect"] == {name: view.contacts[5521][name] for name in own["expect"]}


def test_a_client_says_what_it_has() -> None:
    """The last message of each contact, by its `o` and time; nothing of a contact without any."""
    view, own = begun(), TOLD["own_message"]
    assert [] == View().held() == view.held()

    view.apply_ack(own["op"], own["ack"])

    assert [[5521, own["ack"]["o"], own["ack"]["at"]]] == view.held()


def test_another_journal_is_told_apart_from_a_gap() -> None:
    """Events under another epoch are not applied; the client must come back and be told everything."""
    view = begun()
    with pytest.raises(OtherJournal):
        view.apply({"t": "ev", "s": "chat:5521", "o": 2, "e": "other", "at": 1, "k": "closed", "d": {}})
    assert 1 == view.contacts[5521]["o"]


def test_the_browsers_client_keeps_the_same_rules() -> None:
    """The same transcript holds for state.js, and the outbox keeps its own laws. Nothing but this needs Node."""
    node = shutil.which("node")
    if node is None or not knows_modules(node):
        pytest.skip("there is no Node from 20.19 on here; the browser tests cover the same module")
    done = subprocess.run(
        [node, "--test", str(HERE / "js" / "state.test.mjs")], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
