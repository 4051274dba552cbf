"""
How much one person, one company and one address may do on this node: buckets that fill with time, and counts of what
is open.

What comes too fast within a second is read later, which is the connection's affair; here stands what is refused. Times
are the loop's seconds. Nothing is closed and nothing is answered here.
"""

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Final

MOST_KEPT: Final = 10_000
"""Buckets kept at once; those that are full again are forgotten first, then all: it is a minute's memory."""
_IPV6_HOST_BITS: Final = 64
"""Whoever has one IPv6 address has all of its network."""


@dataclass(slots=True)
class _Bucket:
    left: float
    filled_at: float


class Buckets:
    """One bucket for each name, of `size` pieces, which fills within `within_s`."""

    def __init__(self, size: float, within_s: float) -> None:
        self._size = size
        self._rate = size / within_s
        self._buckets: dict[str | int, _Bucket] = {}

    def take(self, name: str | int, now: float) -> bool:
        """Take one piece; False if there is none."""
        bucket = self._buckets.get(name)
        if bucket is None:
            bucket = self._filled(name, now)
        left = bucket.left + (now - bucket.filled_at) * self._rate
        if left > self._size:
            left = self._size
        bucket.filled_at = now
        bucket.left = left - 1 if left >= 1 else left
        return left >= 1

    def give_back(self, name: str | int, now: float) -> None:
        """Put one piece back: it was no offence after all."""
        bucket = self._filled(name, now)
        bucket.left = min(self._size, bucket.left + 1)

    def wait_s(self, name: str | int, now: float, pieces: int = 1) -> float:
        """How long until so many pieces are there."""
        return max(0.0, (pieces - self._filled(name, now).left) / self._rate)

    def _filled(self, name: str | int, now: float) -> _Bucket:
        bucket = self._buckets.get(name)
        if bucket is None:
            if len(self._buckets) >= MOST_KEPT:
                self._forget(now)
            bucket = self._buckets[name] = _Bucket(self._size, now)
        bucket.left = min(self._size, bucket.left + (now - bucket.filled_at) * self._rate)
        bucket.filled_at = now
        return bucket

    def _forget(self, now: float) -> None:
        for name in list(self._buckets):
            if self._filled(name, now).left >= self._size:
                del self._buckets[name]
        if len(self._buckets) >= MOST_KEPT:
            self._buckets.clear()


class Quotas:
    """
    How many operations one ASC, and all the ASCs of one company together, may send in a minute.

    So a company that floods the desk waits for itself, and the others are served as before.
    """

    def __init__(self, asc_minute: int, company_minute: int) -> None:
        self._ascs = Buckets(asc_minute, 60.0)
        self._companies = Buckets(company_minute, 60.0)

    def take(self, actor: str, company_id: int, now: float) -> bool:
        """Take one operation of this ASC; False if there is none. Without a company (0) only the ASC's own count."""
        if not self._ascs.take(actor, now):
            return False
        if company_id and not self._companies.take(company_id, now):
            self._ascs.give_back(actor, now)
            return False
        return True

    def wait_s(self, actor: str, company_id: int, now: float, pieces: int) -> float:
        """How long until so many are there."""
        company_s = self._companies.wait_s(company_id, now, pieces) if company_id else 0.0
        return max(self._ascs.wait_s(actor, now, pieces), company_s)


class Addresses:
    """
    What comes from where: at most `sockets` open that are not staff's, and `unknown` a minute that nobody signs in on.

    `uncounted` are the addresses of proxies, which must limit by themselves, and of this machine.
    """

    def __init__(self, sockets: int, unknown: int, uncounted: frozenset[str]) -> None:
        self._sockets = sockets
        self._uncounted = uncounted
        self._unknown = Buckets(unknown, 60.0)
        self._open: dict[str, int] = {}

    def wait_s(self, address: str, now: float) -> float:
        """For how long this address is not let in; 0 if it is, and then it has one unknown connection more."""
        if address in self._uncounted:
            return 0.0
        origin = network_of(address)
        if self._open.get(origin, 0) >= self._sockets:
            return 5.0
        return 0.0 if self._unknown.take(origin, now) else self._unknown.wait_s(origin, now)

    def opened(self, address: str) -> None:
        """A socket more."""
        origin = network_of(address)
        self._open[origin] = self._open.get(origin, 0) + 1

    def closed(self, address: str) -> None:
        """A socket less, or it turned out to be staff's."""
        origin = network_of(address)
        self._open[origin] -= 1
        if not self._open[origin]:
            del self._open[origin]

    def known(self, address: str, now: float) -> None:
        """Somebody signed in on it."""
        if address not in self._uncounted:
            self._unknown.give_back(network_of(address), now)


def network_of(address: str) -> str:
    """What counts as one address: an IPv4 address, or the network of an IPv6 one."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:  # a unix socket has none
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return f"{int(parsed) >> _IPV6_HOST_BITS:x}::/64"
