"""The laws of the desk see what is wrong: each is broken once, by hand, and named."""

import ast
from pathlib import Path

import pytest

from router.core import invariants
from router.core.deadlines import (
    AGENT_GRACE,
    BACK_OFF,
    CASE_DUE,
    LIFETIME,
    OFFER,
    PARKING,
    PREFERENCE,
    RESUME,
    SHIFT,
    SILENT,
    STEP,
    WRAP_UP,
)
from router.core.errors import Broken
from router.core.invariants import check
from tests.core.acts import case, transfers
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
    when,
)
from tests.core.reach import reached


def contact(story, name="it"):
    """The contact of this name."""
    return story.state.contacts[story.number(name)]


def line(story):
    """The line in which everything here happens."""
    return story.state.lines["expense/en"]


def busy():
    """A day with somebody in every place: offered, talking, on a callback, draining, absent, waiting, reserved."""
    return given(
        agent("ann"), chat("it"),
        agent("ben", capacity=3), chat("talks"), accepts("ben", "talks"), chat("handed"), accepts("ben", "handed"),
        agent("cat", ("travel",)), callback("call", "travel/en"), accepts("cat", "call"),
        callback("head"), asc_connects("away"), chat("away"), asc_drops("away"), chat("waits"), beats(),
        transfers("ben", "handed", to="ann"), case("paper"), response_target_ms=(1, 2, 10**9, 10**9),
    )  # fmt: skip


def test_a_sound_desk_passes():
    """No law is broken by a day with somebody in every place."""
    story = busy()

    check(story.state)

    assert "ben" == story.name(line(story).drained_agent)


def cohort(story, name="waits"):
    """Where this contact waits."""
    return contact(story, name).cohort


def group(story, name="ann"):
    """The group of this agent."""
    return the_agent(story, name).group


def callbacks_among_the_live(it):
    """The line takes its callbacks for chats."""
    it.live_cohorts.update(it.callback_cohorts)


SPOILED = {
    "matching looked everywhere": lambda s: s.state.touched_agents.update({1: True}),
    "a contact on the desk has not ended": lambda s: setattr(contact(s), "state", "closed"),
    "exactly one agent from offer to close": lambda s: the_agent(s, "ben").held.update({contact(s).id: 1}),
    "accepted means an agent": lambda s: setattr(contact(s), "agent_id", 5),
    "an offered contact names its offer": lambda s: setattr(contact(s), "offer_id", 0),
    "the agent named is the agent who holds it": lambda s: setattr(contact(s, "talks"), "agent_id", s.number("ann")),
    "credit moves forward, never back": lambda s: setattr(contact(s), "rank", 10**12),
    "cases go by their clocks": lambda s: setattr(contact(s, "paper"), "rank", 7),
    "a clock that runs is watched": lambda s: s.state.deadlines.disarm(CASE_DUE, contact(s, "paper").id),
    "nobody is waited for who was heard": lambda s: s.state.deadlines.arm(SILENT, contact(s, "talks").id, 1),
    "who waits has a place": lambda s: setattr(contact(s, "waits"), "cohort", None),
    "parking has an end": lambda s: s.state.deadlines.arm(PARKING, contact(s).id, 1),
    "waiting for one ends": lambda s: s.state.deadlines.disarm(PREFERENCE, contact(s, "handed").id),
    "others first has an end": lambda s: contact(s, "talks").tried.append(1),
    "absent has a deadline": lambda s: s.state.deadlines.disarm(RESUME, contact(s, "away").id),
    "wrap-up has a deadline": lambda s: s.state.deadlines.arm(WRAP_UP, contact(s).id, 1),
    "a callback has a reservation": lambda s: setattr(contact(s, "call"), "reservation", None),
    "a callback has a lifetime": lambda s: s.state.deadlines.disarm(LIFETIME, contact(s, "head").id),
    "a callback can be dialled": lambda s: setattr(contact(s, "head").reservation, "number_ref", ""),
    "units in use are those of what is held": lambda s: setattr(the_agent(s, "ben"), "units", 2),
    "what is held is on the desk": lambda s: the_agent(s, "ben").held.update({999: 0}),
    "a group knows who is willing": lambda s: group(s).willing.clear(),
    "a group knows its members": lambda s: group(s).members.pop(s.number("ann")),
    "draining is known to the line": lambda s: setattr(line(s), "drained_agent", s.number("ann")),
    "draining is known": lambda s: setattr(line(s), "drained_for", 0),
    "a lost agent has a grace": lambda s: s.state.deadlines.arm(AGENT_GRACE, s.number("ann"), 1),
    "a pause has an end": lambda s: s.state.deadlines.arm(BACK_OFF, s.number("ann"), 1),
    "an offer is for an offered contact": lambda s: setattr(contact(s), "offer_id", 77),
    "an offer uses its agent's units": lambda s: setattr(the_offer(s), "agent_id", s.number("cat")),
    "offers ring only where somebody is available": lambda s: stops_being_willing(the_agent(s, "ann")),
    "nothing rings when a shift is about to end": lambda s: s.state.deadlines.arm(SHIFT, s.number("ann"), s.now),
    "an offer has its deadline": lambda s: s.state.deadlines.arm(OFFER, contact(s).offer_id, 1),
    "each offered contact has one offer": lambda s: s.state.offers.clear(),
    "a line counts those who wait": lambda s: setattr(line(s), "waiting_count", 7),
    "a line counts its callbacks": lambda s: setattr(line(s), "callback_count", 0),
    "a line counts promises in danger": lambda s: setattr(line(s), "urgent_count", 9),
    "a line lists exactly those who wait": lambda s: line(s).reserved.clear(),
    "a cohort counts those who wait": lambda s: setattr(cohort(s), "count", 7),
    "a contact waits with its like": lambda s: setattr(contact(s, "waits"), "agreed", True),
    "who waits for one agent waits in no cohort": lambda s: reserve_in_place(s, "waits"),
    "a cohort knows who may serve it": lambda s: setattr(cohort(s), "groups", []),
    "groups know who waits": lambda s: group(s).waiting.clear(),
    "a line knows who is ahead of whom": lambda s: line(s).order.reverse(),
    "a deadline is of somebody on the desk": lambda s: s.state.deadlines.arm(STEP, 999, 1),
    "a group counts the slots of the willing": lambda s: setattr(group(s), "slots", 9),
    "every contact is found through its ASC": lambda s: s.state.contacts_of.clear(),
    "what each company has here is counted": lambda s: s.state.open_of.clear(),
    "each promise takes a place in its slot": lambda s: s.state.slots.update({("expense/en", 3): 1}),
    "callbacks offered or dialled are counted": lambda s: s.state.in_flight.clear(),
    "draining agents are counted": lambda s: setattr(s.state, "draining", 0),
    "one open callback for each number": lambda s: s.state.numbers.clear(),
    "a group counts who is signed in": lambda s: setattr(group(s), "signed_in", 0),
    "every session is found through its person": lambda s: s.state.sessions_of.clear(),
    "a line knows where anybody waits": lambda s: line(s).live_cohorts.clear(),
    "a line knows where the live wait": lambda s: callbacks_among_the_live(line(s)),
    "a group counts its lines": lambda s: group(s).lines.update({"expense/en": 9}),
    "the desk knows who has room": lambda s: s.state.room.some.update({group(s): None}),
    "the desk knows who is free": lambda s: s.state.room.whole.update({group(s): None}),
    "live nodes are counted": lambda s: setattr(s.state, "live_nodes", 2),
}


def the_offer(story):
    """What rings at ann's."""
    return story.state.offers[contact(story).offer_id]


def stops_being_willing(agent):
    """Going on a break, told to the group as well."""
    agent.status = "break"
    agent.group.refresh(agent)


def reserve_in_place(story, name):
    """The contact waits for ann alone, as far as it knows itself."""
    contact(story, name).for_agent = story.number("ann")
    story.state.deadlines.arm(PREFERENCE, contact(story, name).id, 10**9)


ELSEWHERE = ("the head is first", "a call has the whole agent", "nobody waits beside a free agent")
"""Laws that tests of their own spoil, below."""


def test_no_law_is_left_out():
    """Every law that `invariants` names is broken here once."""
    source = ast.parse(Path(invariants.__file__).read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(source) if isinstance(node, ast.Call) and ast.unparse(node.func) == "_need"]
    laws = {call.args[1].value for call in calls}

    assert [] == [law for law in laws if law not in ELSEWHERE and not any(part in law for part in SPOILED)]


@pytest.mark.parametrize("law", SPOILED)
def test_each_law_is_checked(law):
    """What is wrong in one place only is found, and the law that does not hold is named."""
    story = busy()

    SPOILED[law](story)

    with pytest.raises(Broken, match=law):
        check(story.state)


def test_the_head_is_the_first():
    """A cohort that takes somebody else for its first is found."""
    story = reached("chat", "waiting")
    story = when(story, chat("later"))

    cohort(story, "it").first = contact(story, "later")

    with pytest.raises(Broken, match="the head is first"):
        check(story.state)


def test_a_callback_that_shares_its_agent_is_found():
    """A callback has the whole agent; a chat beside it breaks the law even where the units add up."""
    story = busy()
    cat = the_agent(story, "cat")

    cat.held[contact(story, "talks").id] = 1
    del the_agent(story, "ben").held[contact(story, "talks").id]
    cat.units, the_agent(story, "ben").units = 2, 0
    contact(story, "talks").agent_id = cat.id

    with pytest.raises(Broken, match="a call has the whole agent"):
        check(story.state)


@pytest.mark.parametrize("way", [("chat", "waiting"), ("callback", "due"), ("call", "waiting"), ("case", "waiting")])
def test_waiting_beside_a_free_agent_is_found(way):
    """Whoever waits though somebody could serve is found, whatever the channel."""
    story = reached(*way)
    ann = the_agent(story, "ann")

    ann.status = "available"
    ann.group.refresh(ann)

    with pytest.raises(Broken, match="waits beside a"):
        check(story.state)


def test_waiting_for_an_agent_who_is_free_is_found():
    """Whoever waits for one agent alone does not wait when that one is free."""
    story = busy()
    ann = the_agent(story, "ann")

    ann.capacity = 2
    ann.group.refresh(ann)

    with pytest.raises(Broken, match="waits beside a"):
        check(story.state)
