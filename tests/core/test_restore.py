"""A state made from its snapshot is the state itself: nothing that a rule looks at is forgotten, no value, no order."""

import json
from copy import deepcopy
from typing import Any

import pytest

from router.core.desk import Desk
from router.core.invariants import check
from router.core.lines import Contact
from router.core.snapshot import NotRestored, restore, restored_contact, snapshot
from router.core.state import DeskState
from tests.core.world import World, random_day

DAYS = range(12)
"""Every policy of the small desk twice."""
STEPS = 100
STALE = {
    "_heap": "entries that left long ago are dropped when they surface",
    "_heaps": "made when they are first asked",
    "ticket": "counts from any number",
    "servers_milli": "counted again when the version differs",
    "servers_version": "belongs to the counted number",
    "version": "changes from any number",
}
"""What may differ between a desk and its restored twin, and why nobody can tell."""
UNORDERED = {
    "cohorts", "contacts_of", "groups", "groups_of", "idle", "in_flight", "lines", "members", "numbers", "open_of",
    "callback_cohorts", "live_cohorts",
    "own", "reserved", "sessions_of", "slots", "some", "waiting", "whole", "willing", "_due", "_room",
}  # fmt: skip
"""Dictionaries and lists that no rule goes through, or only in an order of its own."""


@pytest.fixture(scope="module")
def days() -> list[World]:
    return [random_day(number, STEPS) for number in DAYS]


def again(state: DeskState) -> Desk:
    """A desk made from the bytes of this state."""
    return Desk(restore(json.loads(json.dumps(snapshot(state)))))


def test_a_restored_desk_goes_on_as_the_first_one(days: list[World]) -> None:
    """From every tenth entry on: the same events for each entry, and at every tenth the same state, to the end."""
    for day in days:
        desk, restored = Desk(), [Desk()]
        for number, entry in enumerate(day.entries, 1):
            told = desk.fold(entry)
            for other in restored:
                assert told == other.fold(entry), f"entry {number} tells the same"
            if number % 10 == 0 or number == len(day.entries):
                said = desk.snapshot()
                for other in restored:
                    assert said == other.snapshot(), f"entry {number} leaves the same"
                    assert desk.next_deadline() == other.next_deadline()
                restored.append(again(desk.state))


def test_nothing_of_the_state_is_forgotten(days: list[World]) -> None:
    """
    Every attribute of every object of the state, kept or derived, is what it was.

    A new field that a snapshot leaves out, or an index that is not built again, is named here by its path.
    """
    for day in days:
        desk = Desk()
        for number, entry in enumerate(day.entries, 1):
            desk.fold(entry)
            if number % 10 == 0:
                twin = again(desk.state).state
                check(twin)
                assert [] == differences(desk.state, twin)


def differences(one: DeskState, other: DeskState) -> list[str]:
    """The paths at which two states differ, stale entries of heaps apart."""
    found: list[str] = []
    seen: set[int] = set()

    def compare(path: str, a: Any, b: Any) -> None:
        if type(a) is not type(b):
            found.append(f"{path}: {a!r} {b!r}")
        elif isinstance(a, dict):
            compare_dicts(path, a, b)
        elif isinstance(a, list | tuple):
            if len(a) != len(b):
                found.append(f"{path}: {a!r} {b!r}")
            elif path.rpartition(".")[2] not in UNORDERED:
                for index, (x, y) in enumerate(zip(a, b, strict=True)):
                    compare(f"{path}[{index}]", x, y)
            else:
                names = sorted(map(name_of, a)), sorted(map(name_of, b))
                if names[0] != names[1]:
                    found.append(f"{path}: {names}")
        elif isinstance(a, int | str | bytes | None):
            if a != b:
                found.append(f"{path}: {a!r} {b!r}")
        elif id(a) not in seen:
            seen.add(id(a))
            for name in attributes(a):
                compare(f"{path}.{name}", getattr(a, name), getattr(b, name))

    def compare_dicts(path: str, a: dict[Any, Any], b: dict[Any, Any]) -> None:
        ours, theirs = ({name_of(key): (key, value) for key, value in each.items()} for each in (a, b))
        if path.rpartition(".")[2] in UNORDERED:
            # An empty cohort stays where somebody waited once; nobody looks into it.
            waits = [name for name in ours if getattr(ours[name][1], "count", 1)]
            ours, theirs = {name: ours[name] for name in sorted(waits)}, dict(sorted(theirs.items()))
        if list(ours) != list(theirs):
            found.append(f"{path}: {list(ours)} {list(theirs)}")
            return
        for name, (key, value) in ours.items():
            if hasattr(key, "__slots__"):
                compare(f"{path} key", key, theirs[name][0])
            compare(f"{path}[{name}]", value, theirs[name][1])

    compare("state", one, other)
    return found


def attributes(thing: Any) -> list[str]:
    """All that an object holds, but for what may be stale."""
    names = getattr(type(thing), "__slots__", None) or list(vars(thing))
    return [name for name in names if name not in STALE]


def name_of(thing: Any) -> str:
    """What an object is called, the same in both states."""
    for name in ("profile", "key", "id"):
        if hasattr(thing, name):
            return f"{getattr(thing, 'line', '')} {getattr(thing, name)}"
    return repr(thing)


def test_the_comparison_finds_what_was_forgotten(days: list[World]) -> None:
    """A value, an order or an index that differs is found: the test above would not pass by looking at nothing."""
    state = days[0].desk.state
    session = next(iter(state.sessions))
    spoilt = [again(state).state for _ in range(4)]
    spoilt[0].sessions[session].highest += 1
    spoilt[1].agents = dict(reversed(spoilt[1].agents.items()))
    spoilt[2].sessions_of.clear()
    spoilt[3].room.some[object()] = None  # type: ignore[index]

    assert [] == differences(state, again(state).state)
    assert [1, 1, 1, 1] == [len(differences(state, each)) for each in spoilt]


def test_a_contact_comes_back_alone(days: list[World]) -> None:
    """Read models keep contacts that are over; these have the same plain form."""
    contacts = [contact for day in days for contact in day.desk.state.contacts.values()]

    for contact in contacts:
        (found,) = (each for each in snapshot_contacts(contact))
        assert found == snapshot_contacts(restored_contact(found))[0]
    assert any(contact.reservation for contact in contacts)


def snapshot_contacts(contact: Contact) -> list[dict[str, Any]]:
    """A state in which only this contact is."""
    state = DeskState()
    state.contacts[contact.id] = contact
    return list(snapshot(state)["contacts"])


def test_what_is_no_snapshot_is_refused(days: list[World]) -> None:
    """Any part that is missing or of another type is NotRestored, and so is a field that this program does not know."""
    said = days[0].desk.snapshot()
    assert said["contacts"], said["agents"]

    for name in said:
        spoilt = deepcopy(said)
        del spoilt[name]
        with pytest.raises(NotRestored):
            restore(spoilt)
    spoilt = deepcopy(said)
    spoilt["policy"]["rule_of_tomorrow"] = 1
    with pytest.raises(NotRestored, match="Policy needs the fields"):
        restore(spoilt)
    spoilt = deepcopy(said)
    spoilt["contacts"][0]["state"] = "dreaming"
    with pytest.raises(NotRestored):
        restore(spoilt)


def test_the_empty_state_comes_back() -> None:
    """Before the first entry there is a state as well, and it goes on."""
    desk = Desk(restore(Desk().snapshot()))

    assert Desk().snapshot() == desk.snapshot()
