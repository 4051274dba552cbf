"""
The twin: virtual customers and agents round the real desk.

Every rule of the live desk is in it because it is the live desk. One run is one replication: it starts with an empty
desk, gives it a node and the scenario's policy, and lets time pass.
"""

from typing import Final

from router.core.commands import NodeStarted, PolicyChanged
from sim.agents import Agents
from sim.counted import ALL, Counted, counted
from sim.customers import Customers
from sim.driver import Driver, Listener
from sim.measures import Measures
from sim.model import Model
from sim.waits import FineWaits

_LONGEST_DRAIN_MS: Final = 8 * 86_400_000
"""Whoever is still there so long after the last have asked is never served: a callback lives for a week by default."""


class Twin:
    """
    One replication of a model.

    Equal (model, seed, replication) give equal events. Listeners are told every event after the measures and the
    agents have seen it. `every` cuts what is counted into intervals of so many milliseconds.
    """

    def __init__(
        self, model: Model, seed: int, replication: int, *listeners: Listener, every: int | None = None
    ) -> None:
        self._model = model
        lines = [rules.key for rules in model.rules.lines]
        self.measures = Measures(lines, model.service_level_ms, model.warm_up_ms, model.horizon_ms, FineWaits, every)
        self.driver = Driver(self.measures.see)
        self.driver.send(NodeStarted("twin", 1))
        self.driver.send(PolicyChanged(model.rules, model.policy.model_dump_json()))
        customers = Customers(model, self.driver, seed, replication, self.measures.see_turned_away)
        self._present = customers.present
        agents = Agents(model, self.driver, seed, replication, customers)
        # Agents forget a contact when it ends, so whoever asks what became of it asks before.
        before = [each.see for each in (customers.returns, customers.connections) if each is not None]
        self.driver.listeners += [*before, agents.see, *listeners]

    def run(self) -> Counted:
        """
        Let the day pass and count.

        Raises `sim.sums.OutOfBalance` if a contact was lost or time was made up: a bug, and no number is to be trusted.
        """
        model, driver, measures = self._model, self.driver, self.measures
        driver.run(model.horizon_ms)
        at = model.horizon_ms
        if model.drain:
            if model.keeps_sessions:
                driver.run_while(lambda: self._present, model.horizon_ms + _LONGEST_DRAIN_MS)
            else:
                driver.run()
            # When something last happened: what was planned and given up by then is of no account.
            at = max(driver.told_at, at)
        measures.check(at)
        lines = measures.lines
        parts = {ALL: measures.course(at, quantiles=False)}
        parts.update((line, measures.course(at, line, quantiles=False)) for line in lines)
        waits = {line: [one for one in measures.waits(line) if isinstance(one, FineWaits)] for line in lines}
        return counted(parts, waits)
