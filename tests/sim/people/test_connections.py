"""ASCs lose their connection in a chat: the place is kept for the grace, and who is back in time has lost nothing."""

from typing import Any

from router.core import events as ev
from tests.sim.people.days import MINUTE, SKILLS, desk, of, run

GRACE = 2 * MINUTE
FEW = {"crew": {"agents": 3, **SKILLS}}


def cut_off(lasts: Any, never_returns: float = 0.0, **more: Any) -> dict[str, Any]:
    """A crowded desk on which a connection holds for five minutes on average."""
    connection = {"every": "5 min", "lasts": lasts, "never_returns": never_returns}
    return desk(people=FEW, patience={"exponential": "30 min", "connection": connection}, **more)


def test_who_is_back_within_the_grace_keeps_the_place() -> None:
    """Nobody is offered to an agent while away, nobody is abandoned for it, and all come back."""
    happened = run(cut_off("1 min", run={"end": "drain"}))[1]
    away: set[int] = set()
    returned = 0

    for _, event in happened:
        if isinstance(event, ev.AscLeft):
            away.add(event.contact_id)
        elif isinstance(event, ev.AscReturned):
            away.discard(event.contact_id)
            returned += 1
        elif isinstance(event, ev.OfferMade):
            assert event.contact_id not in away
    assert returned > 20
    # Whose patience ends meanwhile does not come back, and is abandoned as of then.
    assert away <= {e.contact_id for _, e in of(happened, ev.ContactAbandoned)}


def test_who_is_not_back_in_time_is_abandoned_as_of_the_loss() -> None:
    """After the grace; what counts is when the connection was lost."""
    counted, happened = run(cut_off("1 min", never_returns=1.0))
    left = {e.contact_id: now for now, e in of(happened, ev.AscLeft)}
    ended = {e.contact_id: (now, e.ended) for now, e in of(happened, ev.ContactAbandoned) if e.contact_id in left}

    assert of(happened, ev.AscReturned) == []
    assert len(ended) > 20
    for contact, (now, at) in ended.items():
        assert (now, at) == (left[contact] + GRACE, left[contact])
    assert counted.total.abandoned + counted.total.short_abandoned >= len(ended)


def test_a_conversation_goes_on_as_it_was_drawn() -> None:
    """Whoever is cut off while talking is there again before it matters."""
    plenty = desk(people={"crew": {"agents": 40, **SKILLS}})
    plain = run(plenty)[1]
    cut = run({**plenty, "patience": {"never": True, "connection": {"every": "2 min", "lasts": "10 s"}}})[1]

    assert of(cut, ev.SessionDropped)
    assert of(cut, ev.ContactEnded) == of(plain, ev.ContactEnded)


def test_who_was_cut_off_and_tries_again_is_there() -> None:
    """A new try begins with a new connection, so nobody is taken for gone who has just asked."""
    retrial = {"share": 1.0, "delay": "10 min", "at_most": 1}
    happened = run(cut_off("1 h", demand={"retrial": retrial}))[1]
    asked = {e.contact_id: now for now, e in of(happened, ev.ContactQueued)}
    again = [contact for contact in asked if contact >= 1 << 44]

    assert again
    assert not [e for now, e in of(happened, ev.AscLeft) if asked[e.contact_id] == now]


def test_sessions_end_with_their_contacts() -> None:
    """On a desk that has been drained no ASC is connected any more."""
    happened = run(cut_off("30 s"))[1]
    connected: set[int] = set()

    for _, event in happened:
        if isinstance(event, ev.SessionBound):
            connected.add(event.session_id)
        elif isinstance(event, ev.SessionDropped):
            connected.discard(event.session_id)
    assert of(happened, ev.SessionBound)
    assert len(connected) <= 3  # Those whose contact is still open when the day is cut.


def test_the_same_customers_are_cut_off_whatever_the_staff() -> None:
    """The first loss of each customer comes as long after asking, with more agents or fewer."""

    def first_losses(agents: int) -> dict[int, int]:
        data = cut_off("1 min", run={"horizon": "2 h"})
        data["people"] = {"crew": {"agents": agents, **SKILLS}}
        happened = run(data)[1]
        asked = {e.contact_id: now for now, e in of(happened, ev.ContactQueued)}
        found: dict[int, int] = {}
        for now, event in of(happened, ev.AscLeft):
            found.setdefault(event.contact_id, now - asked[event.contact_id])
        return found

    few, more = first_losses(2), first_losses(3)
    both = few.keys() & more.keys()
    assert both
    assert sum(few[each] == more[each] for each in both) >= 0.8 * len(both)  # Else one was lost while served.
