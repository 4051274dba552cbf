"""
What a client knows of the desk, and how the server's frames change it.

The same rules as the browser's `state.js`, in Python: no socket, no clock, no chance. Views are the wire's own
dictionaries (docs/reference/protocol.md), changed in place, because a virtual person never compares by identity.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

Frame = dict[str, Any]

OVER: Final = frozenset({"closed", "abandoned", "blocked", "cancelled", "unreachable", "expired", "gone"})
"""States in which a contact asks nothing more of anybody."""

MOST_HELD: Final = 100
"""Most contacts that a client says it has."""


def _back_in_line(contact: Frame) -> str:
    return "due" if contact["channel"] == "callback" else "waiting"


_EFFECTS: Final[dict[str, Callable[[Frame, Frame], Frame]]] = {
    "queued": lambda contact, d: {
        "state": "waiting", "channel": d.get("channel", contact["channel"]), "line": d["line"],
        "waiting_since": d["waiting_since"],
    },
    "connected": lambda contact, d: {"state": "connected", "agent": d["agent"], "position": 0},
    "asc_left": lambda contact, d: {"state": "absent", "asc_here": False},
    "asc_returned": lambda contact, d: {"state": _back_in_line(contact), "asc_here": True},
    "quiet_warning": lambda contact, d: {"park_at": d["park_at"]},
    "parked": lambda contact, d: {"state": "parked", "agent": None, "park_at": 0, "expires": d["expires"]},
    "resumed": lambda contact, d: {"state": "waiting", "expires": 0},
    "expired": lambda contact, d: {"state": "expired"},
    "requeued": lambda contact, d: {"state": _back_in_line(contact), "agent": None},
    "transferred": lambda contact, d: {"state": _back_in_line(contact), "agent": None, "line": d["line"]},
    "moved": lambda contact, d: {"line": d["line"]},
    "priority": lambda contact, d: {"priority": d["priority"]},
    "incident": lambda contact, d: {"incident": d["incident"]},
    "converted": lambda contact, d: {
        "state": "scheduled", "channel": "callback", "number": d["number"], "promise": d.get("promise"),
    },
    "callback_requested": lambda contact, d: {
        "state": "scheduled", "channel": "callback", "line": d["line"], "waiting_since": d["waiting_since"],
        "number": d["number"], "promise": d["promise"],
    },
    "scheduled": lambda contact, d: {"state": "scheduled", "dial_at": d["at"], "position": 0},
    "due": lambda contact, d: {"state": "due", "dial_at": 0},
    "returned": lambda contact, d: {"state": "waiting", "channel": "chat", "promise": None, "dial_at": 0},
    "attempt_failed": lambda contact, d: {
        "state": "scheduled", "agent": None, "attempt": 0, "failed_attempts": contact.get("failed_attempts", 0) + 1,
    },
    "ringing": lambda contact, d: {"state": "dialling", "channel": "callback", "attempt": d["attempt"]},
    "ring_failed": lambda contact, d: {"state": "connected", "channel": "chat", "attempt": 0},
    "dialling": lambda contact, d: {
        "state": "dialling", "agent": d["agent"], "attempt": d["attempt"], "position": 0,
    },
    "reached": lambda contact, d: {"state": "connected", "attempt": d["attempt"]},
    "unreachable": lambda contact, d: {"state": "unreachable"},
    "cancelled": lambda contact, d: {"state": "cancelled"},
    "abandoned": lambda contact, d: {"state": "abandoned"},
    "blocked": lambda contact, d: {"state": "blocked"},
    "ended": lambda contact, d: {"state": "wrapping"},
    "closed": lambda contact, d: {"state": "closed"},
}  # fmt: skip
"""What an event does to a contact besides counting; `message` is told apart because it adds instead of replacing."""


class OtherJournal(Exception):
    """The server's journal is not a continuation of the one this client knew: everything must be asked for anew."""


@dataclass(slots=True)
class View:
    """One client's knowledge. `contacts` by id; `me`, `desk`, `agent` as in `ready`; `board` for supervisors."""

    epoch: str | None = None
    me: Frame = field(default_factory=dict)
    desk: Frame = field(default_factory=dict)
    agent: Frame | None = None
    board: Frame | None = None
    contacts: dict[int, Frame] = field(default_factory=dict)
    _versions: dict[str, int] = field(default_factory=dict)

    def apply(self, frame: Frame) -> list[int]:
        """
        Change by one frame of the server; returns the contacts of which something between is missing.

        Raises `OtherJournal`. Frames and events that this client does not know change nothing but the count.
        """
        kind = frame["t"]
        if kind == "ready":
            self._ready(frame)
        elif kind == "ev":
            if frame["e"] != self.epoch:
                raise OtherJournal
            return self._event(int(frame["s"].partition(":")[2]), frame["o"], frame["k"], frame["d"], frame["at"])
        elif kind == "snap":
            self._replace(frame["d"])
        elif kind == "st":
            self._latest(frame)
        return []

    def apply_ack(self, op: Frame, ack: Frame) -> list[int]:
        """Change by the answer to an own operation: an accepted message is an event, and nobody else will tell it."""
        if op["t"] == "msg.send":
            by = "agent" if self.me.get("role") == "agent" else "asc"
            said = {"by": by, "name": self.me.get("name", ""), "text": op["text"]}
            return self._event(ack["contact"], ack["o"], "message", said, ack["at"])
        contact = ack.get("contact")
        return [contact] if contact is not None and contact not in self.contacts else []

    def held(self) -> list[list[int]]:
        """What the server need not tell again (`resume` of `auth`): the last message that is here of each contact."""
        last = [(each["contact"], each["messages"][-1]) for each in self.contacts.values() if each["messages"]]
        return [[contact, message["o"], message["at"]] for contact, message in last[-MOST_HELD:]]

    def _ready(self, frame: Frame) -> None:
        known = self.contacts if frame["e"] == self.epoch else {}
        self.epoch, self.me, self.desk = frame["e"], frame["me"], frame["desk"]
        self.agent = frame.get("agent")
        self._versions = {}
        self.contacts = {}
        for view in frame["contacts"]:
            after = view.pop("messages_after", 0)
            if after:
                before = [message for message in known[view["contact"]]["messages"] if message["o"] <= after]
                view["messages"] = before + view["messages"]
            self.contacts[view["contact"]] = view
        for contact_id, contact in known.items():
            if contact_id not in self.contacts:
                state = contact["state"] if contact["state"] in OVER else "gone"
                self.contacts[contact_id] = {**contact, "state": state}

    def _replace(self, view: Frame) -> None:
        known = self.contacts.get(view["contact"])
        if known is None or known["o"] <= view["o"]:
            self.contacts[view["contact"]] = view

    def _event(self, contact_id: int, o: int, kind: str, d: Frame, at: int) -> list[int]:
        contact = self.contacts.get(contact_id)
        if contact is not None and o <= contact["o"]:
            return []
        if contact is None or o > contact["o"] + 1:
            return [contact_id]
        if kind == "message":
            contact["messages"].append({"o": o, "at": at, **d})
            if d["by"] == "asc":
                contact["park_at"] = 0
        elif kind in _EFFECTS:
            contact.update(_EFFECTS[kind](contact, d))
        contact["o"] = o
        return []

    def _latest(self, frame: Frame) -> None:
        stream, version = frame["s"], frame["ver"]
        if version <= self._versions.get(stream, -1):
            return
        self._versions[stream] = version
        kind, _, name = stream.partition(":")
        if kind == "queue" and int(name) in self.contacts:
            self.contacts[int(name)].update(frame["d"])
        elif kind == "agent" and int(name) == self.me.get("id"):
            self.agent = frame["d"]
        elif kind == "desk":
            self.board = frame["d"]
