"""What people, work, patience and callbacks must know of the rest of a scenario, and of each other."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from router.core.ids import line_key
from router.wire.policy import LineDocument
from sim.demand.local import time_zones
from sim.durations import DurationLaw
from sim.people.section import Group
from sim.people.work import Transfer
from sim.problems import Path, Problem, unknown

if TYPE_CHECKING:
    from sim.scenario import Scenario  # Which is made of the forms of this room.


def check(scenario: "Scenario") -> list[Problem]:
    """Everything in which they do not fit; an empty list when they do."""
    return [
        *_groups(scenario),
        *_shifts(scenario),
        *_pools(scenario),
        *_laws(scenario),
        *_names(scenario),
        *_backlog(scenario),
        *_callback(scenario),
    ]


def warnings(scenario: "Scenario") -> list[str]:
    """What is allowed and may surprise, one sentence each: a further chat that costs more than it brings."""
    found = []
    for name, group in scenario.people.items():
        for product in group.products:
            factors = group.slow_down or scenario.work.slow_down_by_product.get(product, scenario.work.slow_down)
            held = range(1, min(group.chats, len(factors)) + 1)
            speeds = [number / factors[number - 1] for number in held]
            worse = next((number for number in held[1:] if speeds[number - 1] < speeds[number - 2]), None)
            if worse is not None:
                found.append(
                    f"people.{name}: with {worse} chats about {product} an agent handles fewer an hour than with"
                    f" {worse - 1}."
                )
    return found


def serves(group: Group, product: str, language: str) -> bool:
    """Whether a group has the skills for a line."""
    return product in group.products and language in group.languages


def _groups(scenario: "Scenario") -> Iterator[Problem]:
    for name, group in scenario.people.items():
        for key, words, known in (
            ("products", group.products, scenario.policy.products),
            ("languages", group.languages, scenario.policy.languages),
            ("handle_factor_by_language", list(group.handle_factor_by_language), scenario.policy.languages),
        ):
            for index, word in enumerate(words):
                if word not in known:
                    place = word if key == "handle_factor_by_language" else index
                    yield unknown(("people", name, key, place), key.rpartition("_")[2].removesuffix("s"), word, known)


def _shifts(scenario: "Scenario") -> Iterator[Problem]:
    if not any(group.agents for group in scenario.people.values()):
        yield Problem(("people",), "there is nobody at all: give one group 'agents'")
    for name, group in scenario.people.items():
        shift, path = group.shift, ("people", name, "shift")
        if shift is None:
            continue
        if shift.time_zone is not None and shift.time_zone not in time_zones():
            yield unknown((*path, "time_zone"), "time zone", shift.time_zone, time_zones())
        if scenario.calendar.date is None:
            for key in ("time_zone", "days", "holidays"):
                if getattr(shift, key):
                    yield Problem((*path, key), "what that means depends on the day: give 'calendar.date'")


def _pools(scenario: "Scenario") -> Iterator[Problem]:
    """A step that names a pool in which nobody is would be one that nobody serves."""
    pools = list(dict.fromkeys(group.pool for group in scenario.people.values() if group.pool is not None))
    policy = scenario.policy
    rules: list[tuple[Path, LineDocument]] = [(("policy", "routing"), policy.routing)]
    rules += [(("policy", "lines", line), document) for line, document in policy.lines.items()]
    for path, document in rules:
        for number, step in enumerate(document.steps):
            for index, pool in enumerate(step.pools):
                if pool not in pools:
                    place: Path = (*path, "steps", number, "pools", index)
                    yield (
                        unknown(place, "pool", pool, pools)
                        if pools
                        else Problem(place, f"no group in 'people' is in the pool '{pool}'; give one this 'pool'")
                    )


def _laws(scenario: "Scenario") -> Iterator[Problem]:
    for path, law in _all_laws(scenario):
        if law is not None and law.never:
            yield Problem(path, "'never' is for patience only")


def _all_laws(scenario: "Scenario") -> Iterator[tuple[Path, DurationLaw | None]]:
    """Whatever must end some day."""
    for name, group in scenario.people.items():
        yield ("people", name, "answer_delay"), group.answer_delay
        if group.shrinkage is not None:
            yield ("people", name, "shrinkage", "lasts"), group.shrinkage.lasts
        if group.connection is not None:
            yield ("people", name, "connection", "lasts"), group.connection.lasts
    work = scenario.work
    yield ("work", "handle_time"), work.handle_time
    yield ("work", "wrap_up"), work.wrap_up
    for product, law in work.handle_time_by_product.items():
        yield ("work", "handle_time_by_product", product), law
    for channel, own in work.channels.items():
        yield ("work", "channels", channel, "handle_time"), own.handle_time
        yield ("work", "channels", channel, "wrap_up"), own.wrap_up
        for product, law in own.handle_time_by_product.items():
            yield ("work", "channels", channel, "handle_time_by_product", product), law
    for index, transfer in enumerate(work.transfers):
        yield ("work", "transfers", index, "after"), transfer.after
    yield ("patience", "silent_takes"), scenario.patience.silent_takes
    if scenario.patience.connection is not None:
        yield ("patience", "connection", "lasts"), scenario.patience.connection.lasts
    callback = scenario.callback
    if callback is not None:
        yield ("callback", "dial_time"), callback.dial_time
        yield ("callback", "handle_time"), callback.handle_time
        if callback.window is not None:
            yield ("callback", "window", "ahead"), callback.window.ahead


def _names(scenario: "Scenario") -> Iterator[Problem]:
    work, products = scenario.work, scenario.policy.products
    named: list[tuple[Path, Iterable[str]]] = [
        (("work", "handle_time_by_product"), work.handle_time_by_product),
        (("work", "slow_down_by_product"), work.slow_down_by_product),
    ]
    named += [
        (("work", "channels", channel, "handle_time_by_product"), own.handle_time_by_product)
        for channel, own in work.channels.items()
    ]
    for path, words in named:
        for word in words:
            if word not in products:
                yield unknown((*path, word), "product", word, products)
    for index, transfer in enumerate(work.transfers):
        yield from _transfer(scenario, ("work", "transfers", index), transfer)


def _transfer(scenario: "Scenario", path: Path, transfer: Transfer) -> Iterator[Problem]:
    products, languages = scenario.policy.products, scenario.policy.languages
    for key, word in (("from", transfer.from_), ("to", transfer.to)):
        if word is not None and word not in products:
            yield unknown((*path, key), "product", word, products)
    if transfer.agent_of is not None and transfer.agent_of not in scenario.people:
        yield unknown((*path, "agent_of"), "group", transfer.agent_of, scenario.people)
    if transfer.pool is not None and transfer.from_ in products:
        yield from _pool_of_transfer(scenario, path, transfer.from_, transfer.pool)
    for language in languages:
        begins = _is_served(scenario, transfer.from_, language)
        if begins and transfer.to in products and not _is_served(scenario, transfer.to, language):
            where = f"{transfer.to}/{language}, where this would end"
            yield Problem((*path, "to"), f"no group in 'people' serves {where}")


def _pool_of_transfer(scenario: "Scenario", path: Path, product: str, pool: str) -> Iterator[Problem]:
    members = [group for group in scenario.people.values() if group.pool == pool]
    if not members:
        pools = [group.pool for group in scenario.people.values() if group.pool is not None]
        yield unknown((*path, "pool"), "pool", pool, pools)
        return
    for language in scenario.policy.languages:
        if _is_served(scenario, product, language) and not any(serves(group, product, language) for group in members):
            yield Problem((*path, "pool"), f"nobody in the pool '{pool}' serves {product}/{language}")


def _is_served(scenario: "Scenario", product: str, language: str) -> bool:
    return any(serves(group, product, language) for group in scenario.people.values())


def _backlog(scenario: "Scenario") -> Iterator[Problem]:
    policy = scenario.policy
    for index, one in enumerate(scenario.work.backlog):
        path: Path = ("work", "backlog", index)
        if one.product not in policy.products:
            yield unknown((*path, "product"), "product", one.product, policy.products)
        elif one.language not in policy.languages:
            yield unknown((*path, "language"), "language", one.language, policy.languages)
        elif not _is_served(scenario, one.product, one.language):
            yield Problem(path, f"no group in 'people' serves {one.product}/{one.language}; add one or its skills")
        else:
            line = line_key(one.product, one.language)
            limit = policy.lines.get(line, policy.routing).queue_limit
            alike = [each for each in scenario.work.backlog if line_key(each.product, each.language) == line]
            there = sum(each.cases for each in alike)
            if there > limit:
                yield Problem(
                    (*path, "cases"), f"{there} cases do not fit into the line {line}, whose queue_limit is {limit}"
                )


def _callback(scenario: "Scenario") -> Iterator[Problem]:
    if scenario.callback is not None and not scenario.policy.callbacks.enabled:
        yield Problem(
            ("callback",), "the policy has callbacks switched off; remove this section or set policy.callbacks"
        )
    quiet = scenario.policy.callbacks.quiet_hours
    if scenario.callback is not None and quiet.begin != quiet.end and scenario.calendar.date is None:
        yield Problem(
            ("policy", "callbacks", "quiet_hours"),
            "whether it is night where a number is depends on the day: give 'calendar.date', or leave this out",
        )
    if scenario.callback is None:
        for index, stream in enumerate(scenario.demand.streams):
            if stream.channel == "callback":
                place: Path = ("demand", "streams", index, "channel")
                yield Problem(place, "whoever asks to be called needs a 'callback' section that says what comes of it")
