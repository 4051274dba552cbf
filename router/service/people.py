"""
Who is connected to this node: connections by session and by person, and how to reach them.

Only connections whose session the desk has bound are in here. What is said to whom is not decided here.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from router.core.ids import AgentId, SessionId
from router.service.auth import Person
from router.service.connection import Connection
from router.wire import frames as fr


class People:
    """The people of one node's sockets; one person may have several."""

    def __init__(self) -> None:
        self._by_session: dict[SessionId, Connection] = {}
        self._by_person: dict[tuple[str, int], list[Connection]] = {}
        self._of_company: Counter[int] = Counter()
        self._agent_names: dict[AgentId, str] = {}
        self._version = 0

    def add(self, connection: Connection, person: Person, session_id: SessionId) -> None:
        """A session is bound to this connection now."""
        self._by_session[session_id] = connection
        self._by_person.setdefault((person.role, person.id), []).append(connection)
        self._of_company[person.company_id] += 1
        if person.role == "agent":
            self._agent_names[AgentId(person.id)] = person.name

    def remove(self, connection: Connection, person: Person, session_id: SessionId) -> bool:
        """The connection is gone; returns whether the session was still on it."""
        theirs = self._by_person.get((person.role, person.id), [])
        if connection in theirs:
            theirs.remove(connection)
            self._of_company[person.company_id] -= 1
            if not self._of_company[person.company_id]:
                del self._of_company[person.company_id]
            if not theirs:
                del self._by_person[person.role, person.id]
        if self._by_session.get(session_id) is not connection:
            return False
        del self._by_session[session_id]
        return True

    def of(self, role: str, ident: int) -> Sequence[Connection]:
        """The connections of a person."""
        return self._by_person.get((role, ident), ())

    def of_company(self, company_id: int) -> int:
        """How many connections the people of a company have."""
        return self._of_company[company_id]

    def on_session(self, session_id: SessionId) -> Connection | None:
        """The connection that a session is on."""
        return self._by_session.get(session_id)

    def take_session(self, session_id: SessionId) -> Connection | None:
        """The same, and the session is on it no longer."""
        return self._by_session.pop(session_id, None)

    def everybody(self) -> list[Connection]:
        """All connections with a session."""
        return list(self._by_session.values())

    def agents(self) -> list[AgentId]:
        """The agents who are connected."""
        return [AgentId(ident) for role, ident in self._by_person if role == "agent"]

    def agent_name(self, agent_id: AgentId) -> str:
        """The name of an agent who is or was connected; empty for others."""
        return self._agent_names.get(agent_id, "")

    def show_state(self, connections: Sequence[Connection], stream: str, view: dict[str, Any]) -> None:
        """Send these connections the latest of something."""
        self._version += 1
        frame = fr.state(stream, self._version, view)
        for connection in connections:
            connection.state(stream, frame)
