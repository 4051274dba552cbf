"""The desk's own interface: entries folded, or time and commands given by hand, come to the same."""

import pytest

from router.core.commands import COMMANDS, AcceptOffer, RequestChat, TimePassed
from router.core.desk import _HANDLERS, Desk, Entry
from router.core.errors import REASONS, Broken, Refused
from router.core.ids import line_key
from router.core.policy import EMPTY_POLICY
from router.core.version import CORE_VERSION
from tests.core.build import (
    LINES,
    RING_MS,
    accepts,
    agent,
    callback,
    chat,
    declines,
    finishes,
    given,
    happened,
    leaves,
    passes,
    when,
)


def test_time_and_commands_by_hand_come_to_the_same():
    """A driver that has no sessions calls `advance` and `handle`, and sees the events that folding gives."""
    story = given(agent("ann", capacity=2), chat("a"), accepts("ann", "a"), callback("b"), passes(RING_MS))
    story = when(story, chat("c"), leaves("a"), finishes("ann", "a"), declines("ann", "b"), passes(500_000))
    folding, by_hand = Desk(), Desk()

    folded = [event for entry in story.entries for event in folding.fold(entry).events]
    handled = []
    for entry in story.entries:
        handled += by_hand.advance(entry.now)
        handled += by_hand.handle(entry.command, entry.now)

    assert folded == handled
    assert folding.snapshot() == by_hand.snapshot()


def test_a_refusal_is_raised_to_who_handles():
    """`handle` raises what `fold` returns as a verdict; the error has the code and a sentence for people."""
    desk = Desk()

    with pytest.raises(Refused, match="There is no such line") as caught:
        desk.handle(RequestChat(1, 2, 3, LINES[0]), 0)

    assert "unknown_line" == caught.value.code
    assert "unknown_line" == desk.fold(Entry(0, None, RequestChat(1, 2, 3, LINES[0]))).code


def test_a_node_s_own_entry_has_a_verdict_too():
    """Entries without an operation are final, name no contact and have no next counter."""
    folded = given().fold(TimePassed())

    assert ("", 0, 0, False, True, 0) == (
        folded.code, folded.contact_id, folded.o, folded.repeated, folded.final, folded.next_counter,
    )  # fmt: skip


@pytest.mark.parametrize("move", ["advance", "handle", "fold"])
def test_time_never_goes_back(move):
    """A time before the last one is a bug of the journal or the driver, and stops the desk."""
    story = given(passes(1_000))
    moves = {
        "advance": lambda: story.core.advance(999),
        "handle": lambda: story.core.handle(TimePassed(), 999),
        "fold": lambda: story.core.fold(Entry(999, None, TimePassed())),
    }

    with pytest.raises(Broken, match="time went back from 1000 to 999"):
        moves[move]()


def test_the_next_deadline_is_told():
    """A driver knows when `advance` is due; with nothing to come, or nobody alive, it never is."""
    story = given()
    assert None is story.core.next_deadline()

    story = when(story, passes(70), agent("ann"), chat("first"))

    assert 70 + RING_MS == story.core.next_deadline()
    assert 70 == story.core.now


def test_each_deadline_has_its_own_time():
    """However late the entry that finds them due, what happens at each is dated by itself."""
    story = given(agent("ann"), agent("ben"), chat("first"))

    story = when(story, passes(10 * RING_MS))

    assert ["OfferTimedOut", "OfferMade", "BackOffEnded", "OfferTimedOut"] == happened(story)[:4]
    due = [event.due for event in story.recent if hasattr(event, "due")]
    assert [2 * RING_MS] == due[:1]


def test_every_command_has_a_handler():
    """No command of the vocabulary is one that the desk does not know."""
    assert set(COMMANDS) == set(_HANDLERS)


def test_a_line_is_a_product_in_a_language():
    """The key of a line is written the same everywhere."""
    assert "expense/pt-BR" == line_key("expense", "pt-BR")


def test_before_the_policy_nothing_is_open():
    """A fresh desk has no lines, so that nobody can ask for anything before the rules are in the journal."""
    assert () == EMPTY_POLICY.lines == tuple(Desk().state.lines)


def test_reasons_are_for_people():
    """Each code has one whole sentence."""
    assert all(sentence[0].isupper() and sentence.endswith(".") for sentence in REASONS.values())


def test_an_accepted_offer_tells_the_contacts_first_event():
    """The verdict on an accept names the contact that is connected by it."""
    story = given(agent("ann"), chat("first"))

    events = story.core.handle(AcceptOffer(story.number("ann"), 1), story.now)

    assert [("ContactConnected", 2)] == [(event.__class__.__name__, event.o) for event in events]


def test_the_rules_have_a_version():
    """It counts up from one, and everybody reads the same."""
    assert isinstance(CORE_VERSION, int)
    assert CORE_VERSION >= 1
