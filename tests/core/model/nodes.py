"""Nodes and connections: who is lost with a node, what an outage changes, who is back."""

from router.core import commands as cmd
from tests.core.model.board import CHANNELS
from tests.core.model.people import Host, No
from tests.core.model.supervisors import Supervisors


class Nodes(Supervisors):
    """Each person has one session here; which operation was answered how is no affair of the model."""

    def node_started(self, command: cmd.NodeStarted) -> None:
        """Its earlier life ends now, and that of all who are silent: did anybody live?"""
        host = self.hosts.get(command.node)
        if host is not None and command.incarnation <= host.incarnation:
            raise No("stale_node")
        for name, other in self.hosts.items():
            if name == command.node or (other.silent_by is not None and other.silent_by <= self.now):
                self.lose_node(name)
        self._join(command.node, command.incarnation)

    def node_beat(self, command: cmd.NodeBeat) -> None:
        host = self._host(command.node, command.incarnation)
        if not host.live:
            self._join(command.node, command.incarnation)
        host.silent_by = self.now + self.rules.node_silence_ms

    def node_stopped(self, command: cmd.NodeStopped) -> None:
        if not self._host(command.node, command.incarnation).live:
            raise No("stale_node")
        self.lose_node(command.node)

    def connect_session(self, command: cmd.ConnectSession) -> None:
        self._host(command.node, command.incarnation)
        self.sessions[command.session_id] = command.actor
        self.connected[command.actor] = (command.node, command.incarnation, command.connection)
        role, _, ident = command.actor.partition(":")
        if role == "agent" and int(ident) in self.servers:
            self.servers[int(ident)].grace = None
        for person in self.people.values():
            if role == "asc" and person.asc == int(ident) and person.state == "absent":
                person.state, person.until = "waiting", None
                self.hear(person)

    def disconnect_session(self, command: cmd.DisconnectSession) -> None:
        """Only the end of the present connection counts."""
        actor = self.sessions.get(command.session_id, "")
        if self.connected.get(actor) == (command.node, command.incarnation, command.connection):
            self._drop(actor)

    def _drop(self, actor: str) -> None:
        self.connected[actor] = None
        role, _, ident = actor.partition(":")
        if role == "agent" and int(ident) in self.servers:
            self.lose(self.servers[int(ident)])
        for person in self.people.values():
            if role == "asc" and person.asc == int(ident):
                self.hold(person)

    def lose_node(self, name: str) -> None:
        host = self.hosts[name]
        host.live, host.silent_by = False, None
        for actor, connection in list(self.connected.items()):
            if connection and connection[0] == name:
                self._drop(actor)
        if not self.lives():
            for ring in list(self.rings.values()):
                self.return_to_line(ring)

    def _host(self, name: str, incarnation: int) -> Host:
        host = self.hosts.get(name)
        if host is None or host.incarnation != incarnation:
            raise No("stale_node")
        return host

    def _join(self, name: str, incarnation: int) -> None:
        outage = bool(self.hosts) and not self.lives()
        for server in self.servers.values():
            if server.shift_at is not None and server.shift_at <= self.now:
                self.end_shift_soon(server)
        host = self.hosts.setdefault(name, Host(len(self.hosts) + 1))
        host.incarnation, host.live = incarnation, True
        if outage:
            self._start_again()

    def _start_again(self) -> None:
        """After an outage what people have to do in time has its full time again."""
        for server in self.servers.values():
            if server.grace is not None:
                server.grace = self.now + self.rules.agent_grace_ms
        for person in self.people.values():
            if person.state == "absent":
                person.until = self.now + self.rules.asc_grace_ms
            elif person.state == "wrapping":
                person.until = self.now + self.rules.wrap_up_ms[CHANNELS.index(person.channel)]
