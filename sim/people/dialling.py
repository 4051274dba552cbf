"""What comes of dialling a virtual customer: how long it rings, whether anybody answers, and how long they talk."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from router.core import events as ev
from router.core.commands import DIAL_FAILURES, Command, DialFailure, ReportReached, ReportUnreachable
from sim.customers import Customer
from sim.drawing import drawn_ms
from sim.draws import Purpose, happens, uniform_of
from sim.people.model import CallbackModel

_BY_WORD: Final[dict[str, DialFailure]] = {word: word for word in DIAL_FAILURES}


class Dialling:
    """The outcomes of one replication; `prefixes` are those of `sim.draws` by purpose."""

    def __init__(self, model: CallbackModel | None, prefixes: Mapping[Purpose, np.uint64]) -> None:
        self._model = model
        self._prefix = prefixes

    def attempt(self, customer: Customer, event: ev.DialStarted) -> tuple[int, Command]:
        """How long an attempt takes (ms), and what the agent reports then."""
        model = self._rules()
        customer.attempts += 1
        law, k = model.dial_time, customer.attempts
        dial_ms = drawn_ms(self._prefix[Purpose.DIAL_TIME], customer.id, k, law)
        if happens(self._prefix[Purpose.REACH], customer.id, k, model.reach):
            return dial_ms, ReportReached(event.agent_id, event.contact_id, event.attempt)
        failure = self._failure(model, customer, k)
        return dial_ms, ReportUnreachable(event.agent_id, event.contact_id, event.attempt, failure)

    def answered(self, customer: Customer) -> int:
        """How long the conversation takes (ms); the customer's wrap-up is that of a callback from now on."""
        model = self._rules()
        if model.wrap_up is not None:
            law = model.wrap_up
            start = self._prefix[Purpose.WRAP_UP]
            customer.wrap_up_ms = drawn_ms(start, customer.id, customer.attempts, law)
        law = customer.stream.laws.callback_handle_time
        return drawn_ms(self._prefix[Purpose.CALLBACK_HANDLE_TIME], customer.id, 0, law)

    def _failure(self, model: CallbackModel, customer: Customer, k: int) -> DialFailure:
        if len(model.failures) == 1:
            return _BY_WORD[model.failures[0][0]]
        chance = uniform_of(self._prefix[Purpose.DIAL_FAILURE], customer.id, k)
        for word, share in model.failures:
            if chance <= share:
                return _BY_WORD[word]
            chance -= share
        return _BY_WORD[model.failures[-1][0]]

    def _rules(self) -> CallbackModel:
        assert self._model is not None, "nobody is dialled where no callbacks are taken"
        return self._model
