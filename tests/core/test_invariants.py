"""The laws of the desk see what is wrong: each is broken once, by hand, and named."""

import pytest

from router.core.deadlines import AGENT_GRACE, BACK_OFF, OFFER, RESUME, WRAP_UP
from router.core.errors import Broken
from router.core.invariants import check
from tests.core.build import (
    accepts,
    agent,
    asc_connects,
    asc_drops,
    beats,
    callback,
    chat,
    given,
    the_agent,
)
from tests.core.reach import reached


def contact(story, name="it"):
    """The contact of this name."""
    return story.state.contacts[story.number(name)]


def line(story):
    """The line in which everything here happens."""
    return story.state.lines["expense/en"]


def busy():
    """A day with somebody in every place: offered, talking, on a callback, draining, absent, waiting."""
    return given(
        agent("ann"), chat("it"),
        agent("ben", capacity=3), chat("talks"), accepts("ben", "talks"),
        agent("cat", ("travel",)), callback("call", "travel/en"), accepts("cat", "call"),
        callback("head"), asc_connects("away"), chat("away"), asc_drops("away"), chat("waits"), beats(),
    )  # fmt: skip


def test_a_sound_desk_passes():
    """No law is broken by a day with somebody in every place."""
    story = busy()

    check(story.state)

    assert "ben" == story.name(line(story).drained_agent)


SPOILED = {
    "matching looked everywhere": lambda s: s.state.touched_agents.update({1: None}),
    "a contact on the desk has not ended": lambda s: setattr(contact(s), "state", "closed"),
    "exactly one agent from offer to close": lambda s: the_agent(s, "ben").held.update({contact(s).id: 1}),
    "accepted means an agent": lambda s: setattr(contact(s), "agent_id", 5),
    "an offered contact names its offer": lambda s: setattr(contact(s), "offer_id", 0),
    "the agent named is the agent who holds it": lambda s: setattr(contact(s, "talks"), "agent_id", s.number("ann")),
    "credit moves forward, never back": lambda s: setattr(contact(s), "rank", 10**12),
    "absent has a deadline": lambda s: s.state.deadlines.disarm(RESUME, contact(s, "away").id),
    "wrap-up has a deadline": lambda s: s.state.deadlines.arm(WRAP_UP, contact(s).id, 1),
    "a callback has a number": lambda s: setattr(contact(s, "call"), "number_ref", ""),
    "units in use are those of what is held": lambda s: setattr(the_agent(s, "ben"), "units", 2),
    "what is held is on the desk": lambda s: the_agent(s, "ben").held.update({999: 0}),
    "draining is known to the line": lambda s: setattr(line(s), "drained_agent", s.number("ann")),
    "draining is known": lambda s: setattr(line(s), "drained_for", 0),
    "a lost agent has a grace": lambda s: s.state.deadlines.arm(AGENT_GRACE, s.number("ann"), 1),
    "a pause has an end": lambda s: s.state.deadlines.arm(BACK_OFF, s.number("ann"), 1),
    "offers ring only where somebody is available": lambda s: setattr(the_agent(s, "ann"), "status", "break"),
    "an offer has its deadline": lambda s: s.state.deadlines.arm(OFFER, contact(s).offer_id, 1),
    "a line counts those who wait": lambda s: setattr(line(s).chats, "count", 7),
    "every contact is found through its ASC": lambda s: s.state.contacts_of.clear(),
    "one open callback for each number": lambda s: s.state.numbers.clear(),
    "every session is found through its person": lambda s: s.state.sessions_of.clear(),
    "live nodes are counted": lambda s: setattr(s.state, "live_nodes", 2),
}


@pytest.mark.parametrize("law", SPOILED)
def test_each_law_is_checked(law):
    """What is wrong in one place only is found, and the law that does not hold is named."""
    story = busy()

    SPOILED[law](story)

    with pytest.raises(Broken, match=law):
        check(story.state)


def test_a_line_lists_exactly_those_who_wait():
    """A contact that its line does not know is found, as is one that stands in the wrong place."""
    story = reached("chat", "waiting")
    heap = line(story).chats._heap

    heap.clear()

    with pytest.raises(Broken, match="a line lists exactly those who wait"):
        check(story.state)


def test_an_offer_without_its_contact_is_found():
    """An offer of a contact that is gone, one whose agent holds nothing, and an offered contact without one."""
    for spoil, law in (
        (lambda s: setattr(contact(s), "offer_id", 77), "an offer is for an offered contact"),
        (lambda s: s.state.offers.clear(), "each offered contact has one offer"),
    ):
        story = busy()
        spoil(story)
        with pytest.raises(Broken, match=law):
            check(story.state)


def test_a_callback_that_shares_its_agent_is_found():
    """A callback has the whole agent; a chat beside it breaks the law even where the units add up."""
    story = busy()
    cat = the_agent(story, "cat")

    cat.held[contact(story, "talks").id] = 1
    del the_agent(story, "ben").held[contact(story, "talks").id]
    cat.units, the_agent(story, "ben").units = 2, 0
    contact(story, "talks").agent_id = cat.id

    with pytest.raises(Broken, match="a callback has the whole agent"):
        check(story.state)


def test_waiting_beside_a_free_agent_is_found():
    """Whoever waits though somebody could serve is found, chats and callbacks alike."""
    for way in (("chat", "waiting"), ("callback", "due")):
        story = reached(*way)
        the_agent(story, "ann").status = "available"
        with pytest.raises(Broken, match="waits beside a"):
            check(story.state)
