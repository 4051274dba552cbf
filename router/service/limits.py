"""
What a connection, a person, a company and an address may do, and how fast one connection may send.

What comes too fast is read later, and whoever goes on like that is given up. What is refused is counted in `rates`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """
    What a connection, a person and an address may do.

    Operations may come in bursts of `burst`, and `rate` a second in the long run.
    """

    auth_s: float = 5.0
    """From the greeting until a valid `auth`."""
    unanswered: int = 16
    asc_rate: float = 5.0
    asc_burst: int = 10
    asc_minute: int = 100
    """Operations of one ASC a minute, on all connections together; more are refused for now."""
    asc_sockets: int = 5
    """Connections of one ASC at once."""
    company_minute: int = 6_000
    """Operations of all ASCs of one company a minute; more are refused for now."""
    company_sockets: int = 2_000
    """Connections of one company at once."""
    address_sockets: int = 50
    """Connections from one address at once that are not staff's."""
    address_unknown: int = 10
    """Connections from one address a minute on which nobody signs in."""
    agent_rate: float = 50.0
    agent_burst: int = 100
    throttled_s: float = 10.0
    """A client held back for this long without a pause does not keep to the protocol."""
    ping_s: float = 20.0
    """After this silence the server pings; after twice this it gives the connection up."""
    message_s: float = 20.0
    """From the first byte of a message to its last."""


class Pace:
    """
    How fast one client may send: `burst` operations at once, and `rate` a second in the long run.

    Times are the loop's seconds.
    """

    __slots__ = ("_burst", "_filled_at", "_held_since", "_rate", "left")

    def __init__(self, rate: float, burst: int, now: float) -> None:
        self.left: float = burst
        """Operations that it may send now; each takes one. Below 0 it is to be held back."""
        self._rate = rate
        self._burst = burst
        self._filled_at = now
        self._held_since = 0.0

    def held_s(self, now: float) -> float:
        """For how long this client has been held back without a pause; the time since the last call counts for it."""
        self.left = min(self._burst, self.left + (now - self._filled_at) * self._rate)
        self._filled_at = now
        if self.left >= 0:
            self._held_since = 0.0
        elif not self._held_since:
            self._held_since = now
        return now - self._held_since if self._held_since else 0.0

    def wait_s(self) -> float:
        """How long until it may send again."""
        return max(0.0, -self.left / self._rate)
