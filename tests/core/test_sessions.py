"""Sessions: which connection counts, how many a person may have, and when they are forgotten."""

import pytest

from router.core.admission import MAX_ID
from router.core.commands import ConnectSession, DisconnectSession
from router.core.events import AscLeft, SessionDropped, SessionExpired, SessionKept
from tests.core.build import (
    DAY_MS,
    agent,
    agent_connects,
    agent_drops,
    asc_connects,
    asc_drops,
    asc_number,
    chat,
    given,
    happened,
    passes,
    refusal,
    starts,
    state_of,
    stops,
    told,
    when,
)


def connects(session, actor="asc:7", role="asc", node="desk-1", incarnation=1, connection=1):
    """A step: this session is on this connection now."""
    command = ConnectSession(session, actor, role, node, incarnation, connection)
    return lambda story: story.do(command)


def drops(session, incarnation=1, connection=1, node="desk-1"):
    """A step: this connection has closed."""
    return lambda story: story.do(DisconnectSession(session, node, incarnation, connection))


def sessions(story):
    """The ids of the sessions that the desk knows."""
    return sorted(story.state.sessions)


def test_a_session_is_bound_to_its_last_connection():
    """Connecting again, through another node even, moves the session and makes no second one."""
    desk = given(connects(5), starts("desk-2"), connects(5, node="desk-2", connection=3))

    session = desk.state.sessions[5]

    assert [5] == sessions(desk)
    assert ("desk-2", 1, 3, True) == (session.node, session.incarnation, session.connection, session.connected)


@pytest.mark.parametrize("old", [(1, 1), (2, 2), (1, 2)])
def test_the_end_of_an_old_connection_is_ignored(old):
    """Only the close of the current connection counts; the ASC has long been on another one."""
    desk = given(connects(5), starts(), connects(5, incarnation=2, connection=1))

    desk = when(desk, drops(5, *old))

    assert [] == happened(desk)


def test_the_end_of_an_unknown_session_is_ignored():
    """A close may come after the session has expired; so may a second close."""
    desk = given(connects(5), drops(5))

    assert [] == happened(when(desk, drops(5), drops(6)))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"node": "desk-9"}, "stale_node"),
        ({"incarnation": 2}, "stale_node"),
        ({"role": "agent"}, "bad_value"),
        ({"actor": "asc:x"}, "bad_value"),
        ({"actor": "asc"}, "bad_value"),
        ({"session": 0}, "bad_value"),
        ({"session": MAX_ID + 1}, "bad_value"),
        ({"session": MAX_ID}, ""),
        ({"session": 5, "actor": "asc:8"}, "unknown_session"),
        ({"session": 6, "actor": "supervisor:8", "role": "supervisor"}, ""),
    ],
)
def test_a_connection_is_checked(change, code):
    """It comes through a node that is known, names its person well, and never takes over somebody else's session."""
    desk = given(connects(5))

    assert code == refusal(desk, connects(**{"session": 6} | change))


def test_a_second_connection_keeps_the_asc_here():
    """An ASC is gone when the last of the sessions is."""
    desk = given(asc_connects("first"), chat("first"))
    actor = f"asc:{asc_number(desk, 'first')}"
    desk = when(desk, connects(50, actor), asc_drops("first"))
    assert "waiting" == state_of(desk, "first")

    desk = when(desk, drops(50))

    assert 1 == len(told(desk, AscLeft))


def test_people_without_contacts_come_and_go():
    """A connection of somebody who asks for nothing, or is not signed in, or only watches, moves nobody."""
    desk = given(asc_connects("nobody"), agent_connects("ann"), connects(50, "supervisor:3", "supervisor"))

    desk = when(desk, asc_drops("nobody"), agent_drops("ann"), drops(50), agent_connects("ann"))

    assert ["SessionDropped"] * 3 + ["SessionBound"] == happened(desk)


def test_a_person_has_so_many_sessions():
    """At the limit, with all of them connected, another is refused; other people are not concerned."""
    desk = given(connects(1), connects(2), session_limit=2)

    assert "too_many_sessions" == refusal(desk, connects(3))
    assert "" == refusal(desk, connects(2, connection=2))
    assert "" == refusal(desk, connects(4, "asc:8"))


def test_the_oldest_session_without_a_connection_gives_way():
    """Tabs that were closed make room for new ones, the oldest first."""
    desk = given(connects(1), connects(3), connects(2), drops(3), drops(2), session_limit=3)

    desk = when(desk, connects(4))

    assert [3] == [event.session_id for event in told(desk, SessionExpired)]
    assert [1, 2, 4] == sessions(desk)


def test_a_session_expires_a_day_after_its_last_use():
    """A session without a connection is forgotten when its time is over."""
    desk = given(connects(5), drops(5))
    desk = when(desk, passes(DAY_MS - 1))
    assert [5] == sessions(desk)

    desk = when(desk, passes(1))

    assert ["SessionExpired"] == happened(desk)
    assert [] == sessions(desk)


def test_a_session_in_use_does_not_expire():
    """A connected session lives on; it expires a day after its connection was last counted."""
    desk = given(connects(5))
    desk = when(desk, passes(DAY_MS))
    assert [2 * DAY_MS] == [event.expires for event in told(desk, SessionKept)]

    desk = when(desk, drops(5), passes(DAY_MS))

    assert [] == sessions(desk)


def test_connecting_again_is_use():
    """A session that came back within the day has the day again from then on."""
    desk = given(connects(5), drops(5), passes(DAY_MS // 2), connects(5, connection=2), drops(5, connection=2))
    desk = when(desk, passes(DAY_MS // 2))
    assert ([DAY_MS * 3 // 2], [5]) == ([event.expires for event in told(desk, SessionKept)], sessions(desk))

    desk = when(desk, passes(DAY_MS // 2))

    assert [] == sessions(desk)


def test_sessions_stay_when_a_person_has_several():
    """One session that expires leaves the others."""
    desk = given(connects(1), connects(2), drops(1))

    desk = when(desk, passes(DAY_MS))

    assert [2] == sessions(desk)
    assert {"asc:7": [2]} == desk.state.sessions_of


def test_a_node_takes_its_own_sessions_with_it():
    """Sessions of the node are dropped, those that moved to another one are not."""
    desk = given(starts("desk-2"), connects(1), connects(2, "asc:8"), connects(2, "asc:8", node="desk-2"))

    desk = when(desk, stops())

    assert [1] == [event.session_id for event in told(desk, SessionDropped)]


def test_expired_sessions_do_not_make_an_asc_gone():
    """Who has no session at all is not counted as gone: contacts may come from elsewhere."""
    desk = given(agent("ann"), chat("first"))

    assert not desk.state.is_gone(f"asc:{asc_number(desk, 'first')}")


def test_nodes_number_their_connections_alike():
    """A close on one node is not the close of the connection with the same numbers on another."""
    desk = given(starts("desk-2"), connects(5, connection=1), connects(5, node="desk-2", connection=1))

    desk = when(desk, drops(5, incarnation=1, connection=1))  # what desk-1 says of the socket that was left

    assert [] == happened(desk)


def test_no_session_stands_on_an_earlier_life_of_its_node():
    """Whatever came through a node that was thought lost, its next start loses it."""
    desk = given(stops(), lambda story: story.fold(ConnectSession(5, "asc:7", "asc", "desk-1", 1, 1)))

    desk = when(desk, starts())

    assert [] == [session.id for session in desk.state.sessions.values() if session.connected]


def test_a_chat_asked_for_by_who_is_gone_is_on_hold():
    """A request that is journalled after its connection's end waits for the ASC, and is offered to nobody."""
    desk = given(agent("ann"), asc_connects("first"), asc_drops("first"))

    desk = when(desk, chat("first"))

    assert "absent" == state_of(desk, "first")
