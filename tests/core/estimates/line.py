"""
A line to hold estimates against: M/M/c+M, seeded, first come first served, in integer milliseconds.

Everybody's *virtual* wait is known, also of those who left: when those ahead were gone and a server became free.
"""

import heapq
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

ARRIVAL, DEPARTURE, DEFECTION, TICK = range(4)


@dataclass(slots=True)
class Customer:
    """One customer who found every server busy. Times are ms."""

    number: int
    arrived: int
    ahead: int
    patience: int
    left: bool = False
    served: bool = False
    virtual_wait: int = -1
    """When service would start for somebody who stays, from arrival."""
    notes: list[tuple[int, ...]] = field(default_factory=list)
    """Whatever the watcher writes down."""


@dataclass(slots=True)
class Line:
    """Rates are per millisecond."""

    arrival_rate: float
    handle_ms: float
    servers: int
    patience_ms: float
    seed: int
    tick_ms: int = 0
    """How often the watcher is called beside arrivals; 0: never."""
    now: int = 0
    queue: deque[Customer] = field(default_factory=deque)
    """With those who left and would not have been served yet."""

    def waiting(self) -> list[Customer]:
        return [customer for customer in self.queue if not customer.left]

    def run(
        self,
        arrivals: int,
        entered: Callable[[Customer], None],
        handled: Callable[[int], None] = lambda _: None,
        ended: Callable[[Customer], None] = lambda _: None,
        ticked: Callable[[], None] = lambda: None,
    ) -> None:
        """
        Let so many customers arrive. `entered`: somebody begins to wait; `handled`: a handle time (ms) was seen to its
        end; `ended`: somebody's wait ended, with service or not; `ticked`: a tick passed.
        """
        chance = random.Random(self.seed)
        events: list[tuple[int, int, int, Customer | None]] = [(0, ARRIVAL, 0, None)]
        if self.tick_ms:
            events.append((self.tick_ms, TICK, 0, None))
        busy = number = 0

        def later(mean_ms: float) -> int:
            return round(chance.expovariate(1 / mean_ms))

        def serve() -> None:
            handle_ms = later(self.handle_ms)
            heapq.heappush(events, (self.now + handle_ms, DEPARTURE, handle_ms, None))

        while number < arrivals:
            self.now, kind, value, customer = heapq.heappop(events)
            if kind == ARRIVAL:
                number += 1
                heapq.heappush(events, (self.now + later(1 / self.arrival_rate), ARRIVAL, 0, None))
                if busy < self.servers:
                    busy += 1
                    serve()
                else:
                    customer = Customer(number, self.now, len(self.waiting()), later(self.patience_ms))
                    self.queue.append(customer)
                    heapq.heappush(events, (self.now + customer.patience, DEFECTION, number, customer))
                    entered(customer)
            elif kind == DEPARTURE:
                handled(value)
                busy -= 1
                while self.queue and busy < self.servers:
                    customer = self.queue.popleft()
                    customer.virtual_wait = self.now - customer.arrived
                    if not customer.left:
                        customer.served = True
                        busy += 1
                        serve()
                        ended(customer)
            elif kind == DEFECTION:
                assert customer is not None
                if not customer.served:
                    customer.left = True
                    ended(customer)
            else:
                heapq.heappush(events, (self.now + self.tick_ms, TICK, 0, None))
                ticked()
