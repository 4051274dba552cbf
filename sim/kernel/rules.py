"""The rules of the desk and the laws of customers, as numbers."""

from typing import Final

import numpy as np

from sim.durations import LawNumbers
from sim.kernel import layout as of
from sim.laws import Ints, Law
from sim.model import Model

_DRAINS: Final = {"never": of.DRAIN_NEVER, "always": of.DRAIN_ALWAYS, "promise": of.DRAIN_PROMISE}
_CHANNELS: Final = {"chat": of.CHAT, "callback": of.CALLBACK, "call": of.CALL, "case": of.CASE}


def rules_of(model: Model, every: int | None) -> of.Table:
    """One row of `layout.RULES`; what depends on tables is filled in with them."""
    rules, callbacks, estimates = model.rules, model.rules.callbacks, model.rules.estimates
    chosen, demand = model.callback, model.demand
    after = demand.retrial.after if demand.retrial else ()
    steps = max(len(line.steps) for line in rules.lines)
    orders = 0
    for line in rules.lines:
        orders |= 1 << {"least_loaded": of.LEAST_LOADED, "round_robin": of.ROUND_ROBIN}.get(line.strategy, 0)
    values = dict(
        lines=len(rules.lines),
        steps=steps,
        agents=sum(group.agents for group in model.groups),
        orders=orders,
        horizon_ms=model.horizon_ms,
        offer_timeout_ms=rules.offer_timeout_ms,
        asc_grace_ms=rules.asc_grace_ms,
        short_abandon_ms=rules.short_abandon_ms,
        no_answer_back_off_ms=rules.no_answer_back_off_ms,
        decline_back_off_ms=rules.decline_back_off_ms,
        max_no_answer=rules.max_no_answer,
        passed_hold_ms=rules.passed_hold_ms,
        credit_ms=rules.priority_credit_ms[2],
        triage_credit_ms=rules.triage_credit_ms,
        wrap_up_chat_ms=rules.wrap_up_ms[0],
        wrap_up_callback_ms=rules.wrap_up_ms[1],
        wrap_up_call_ms=rules.wrap_up_ms[2],
        wrap_up_case_ms=rules.wrap_up_ms[3],
        callbacks=chosen is not None,
        enabled=callbacks.enabled,
        idle_only=callbacks.mode == "idle_only",
        reserve=callbacks.reserve,
        offer_after_ms=callbacks.offer_after_ms,
        offer_queue_length=callbacks.offer_queue_length,
        offer_expected_wait_ms=callbacks.offer_expected_wait_ms,
        drain=_DRAINS[callbacks.drain],
        drain_lead_ms=callbacks.drain_lead_ms,
        max_draining=callbacks.max_draining,
        promise_ms=callbacks.promise_ms,
        max_in_flight=callbacks.max_in_flight,
        lifetime_ms=callbacks.lifetime_ms,
        estimates=estimates.enabled,
        expected_handle_ms=estimates.handle_ms,
        expected_patience_ms=estimates.patience_ms,
        promise_unit_ms=estimates.promises.unit_ms,
        promise_least_ms=estimates.promises.least_ms,
        look_every_ms=model.policy.estimates.min_interval,
        by_wait=len(chosen.by_wait) if chosen else 0,
        failures=len(chosen.failures) if chosen else 1,
        own_wrap_up=chosen is not None and chosen.wrap_up is not None,
        retrial_at_most=demand.retrial.at_most if demand.retrial else 0,
        repeat_at_most=demand.repeat.at_most if demand.repeat else 0,
        after_abandoned="abandoned" in after,
        after_blocked="blocked" in after,
        after_unreachable="unreachable" in after,
        slowed=any(group.paces is not None for group in model.groups),
        orders_kept=chosen is not None,
        service_level_ms=model.service_level_ms,
        since=model.warm_up_ms,
        until=model.horizon_ms,
        every=every or 0,
        intervals=1 if every is None else max(-(-model.horizon_ms // every), 1),
        accept=chosen.accept if chosen else 0.0,
        reach=chosen.reach if chosen else 0.0,
        declined_patience=chosen.declined_patience if chosen else 1.0,
        repeat_share=demand.repeat.share if demand.repeat else 0.0,
    )
    table = np.zeros(1, of.RULES)
    for name, value in values.items():
        table[name] = value
    return table


def streams_of(model: Model) -> of.Table:
    """A row of `layout.STREAM` for each stream, those of the backlog last."""
    keys = [line.key for line in model.rules.lines]
    streams = [*model.streams, *(stream for stream, _ in model.backlog)]
    table = np.zeros(len(streams), of.STREAM)
    for row, stream in zip(table, streams, strict=True):
        row["line"], row["channel"] = keys.index(stream.line), _CHANNELS[stream.channel]
        row["everybody"] = stream.impact == "everybody"
        row["at_once"], row["retrial"] = stream.laws.at_once, stream.retrial
    return table


def law_table(model: Model) -> tuple[of.Table, Ints, Ints]:
    """
    Every law once, and where those of streams and of groups stand in it.

    The first five are of returning (retrial, repeat) and of callbacks (dialling, patience, wrap-up).
    """
    demand, callback, nothing = model.demand, model.callback, LawNumbers(Law.FIXED)
    laws = [
        demand.retrial.delay if demand.retrial else nothing,
        demand.repeat.delay if demand.repeat else nothing,
        callback.dial_time if callback else nothing,
        callback.patience if callback else nothing,
        callback.wrap_up if callback and callback.wrap_up is not None else nothing,
    ]
    of_streams, of_groups = [], []
    for stream in [*model.streams, *(stream for stream, _ in model.backlog)]:
        for law in (
            stream.laws.handle_time, stream.laws.callback_handle_time, stream.laws.wrap_up, stream.laws.patience,
        ):  # fmt: skip
            of_streams.append(len(laws))
            laws.append(law)
    for group in model.groups:
        for law in (group.answer_delay, group.away or nothing):
            of_groups.append(len(laws))
            laws.append(law)
    table = np.zeros(len(laws), of.LAW)
    for row, law in zip(table, laws, strict=True):
        row["law"], row["a"], row["b"] = int(law.law), law.a, law.b
    return table, np.array(of_streams, np.int64), np.array(of_groups, np.int64).reshape(-1, 2)
