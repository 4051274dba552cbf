"""
The twin: virtual customers and agents round the real desk.

Every rule of the live desk is in it because it is the live desk. One run is one replication: it starts with an empty
desk, gives it a node and the scenario's policy, and lets time pass.
"""

from dataclasses import dataclass

from router.core.commands import NodeStarted, PolicyChanged
from router.core.ids import LineKey
from router.wire.policy import compile_policy
from sim.agents import Agents
from sim.customers import Customers
from sim.driver import Driver, Listener
from sim.measures import Measures
from sim.model import Model
from sim.sums import Sums


@dataclass(frozen=True, slots=True)
class Counted:
    """What one replication counted, in all and by line."""

    total: Sums
    lines: dict[LineKey, Sums]


class Twin:
    """
    One replication of a model.

    Equal (model, seed, replication) give equal events. Listeners are told every event after the measures and the
    agents have seen it.
    """

    def __init__(self, model: Model, seed: int, replication: int, *listeners: Listener) -> None:
        self._model = model
        policy = compile_policy(model.policy)
        lines = [rules.key for rules in policy.lines]
        self.measures = Measures(lines, model.service_level_ms, model.warm_up_ms, model.horizon_ms)
        self.driver = Driver(self.measures.see)
        self.driver.send(NodeStarted("twin", 1))
        self.driver.send(PolicyChanged(policy, model.policy.model_dump_json()))
        customers = Customers(model, self.driver, seed, replication, self.measures.see_blocked)
        agents = Agents(model, self.driver, seed, replication, customers.present)
        self.driver.listeners += [agents.see, *listeners]

    def run(self) -> Counted:
        """Let the day pass and count. Raises `sim.sums.OutOfBalance` if a contact was lost: a bug."""
        model, driver = self._model, self.driver
        driver.run(model.horizon_ms)
        at = model.horizon_ms
        if model.drain:
            driver.run()
            at = max(driver.now, at)
        total = self.measures.sums(at)
        lines = {line: self.measures.sums(at, line) for line in self.measures.lines}
        for sums in (total, *lines.values()):
            sums.check_balance()
        return Counted(total, lines)
