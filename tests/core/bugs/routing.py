"""Bugs of who may serve whom, when, and in which order."""

from dataclasses import replace
from typing import Any

from router.core import admission, agent_heap, contacts, desk, matching, routing, supervision
from router.core import commands as cmd
from router.core import events as ev
from router.core.deadlines import PREFERENCE, STEP
from router.core.lines import Cohort, Contact, Line
from router.core.policy import LineRules
from router.core.staff import Agent, Group
from router.core.state import DeskState
from tests.core.bugs.plant import Patch, after, before, bug, contact_of, nothing, waits_from_now


@bug
def steps_never_widen(patch: Patch) -> None:
    """Time does not widen."""
    patch.setitem(desk._DEADLINES, STEP, nothing)


@bug
def widening_loses_the_place(patch: Patch) -> None:
    """Whoever waits wider waits anew."""
    after(patch, ev.StepWidened, waits_from_now)


@bug
def waits_for_nobody(patch: Patch) -> None:
    """A step at which nobody is signed in is not skipped."""
    patch.setattr(matching, "is_served", lambda cohort: True)


@bug
def begins_at_the_first_step(patch: Patch) -> None:
    """Nobody is asked whether the first step is staffed."""
    patch.setattr(contacts, "first_step", lambda state, line, agreed, since: 0)


def _serves_like(patch: Patch, change: Any) -> None:
    """Let groups serve as if the arguments of `may_serve` were these."""
    real = Group.may_serve
    patch.setattr(Group, "may_serve", lambda self, *arguments: real(self, *change(self, *arguments)))


def _steps_with(rules: LineRules, **changes: Any) -> LineRules:
    return replace(rules, steps=tuple(replace(step, **changes) for step in rules.steps))


@bug
def levels_ignored(patch: Patch) -> None:
    """Beginners are asked from the first step on."""
    _serves_like(patch, lambda group, rules, *rest: (_steps_with(rules, min_level=1), *rest))


@bug
def pools_ignored(patch: Patch) -> None:
    """Every pool is asked from the first step on."""
    _serves_like(patch, lambda group, rules, *rest: (_steps_with(rules, pools=()), *rest))


@bug
def nobody_agreed(patch: Patch) -> None:
    """Other languages are spoken to whoever did not agree."""
    _serves_like(patch, lambda group, rules, step, agreed, pool: (rules, step, True, pool))


@bug
def pool_of_a_transfer_ignored(patch: Patch) -> None:
    """A transfer to a pool goes to anybody."""
    _serves_like(patch, lambda group, rules, step, agreed, pool: (rules, step, agreed, ""))


@bug
def one_strategy(patch: Patch) -> None:
    """Round robin is longest idle."""
    patch.setitem(agent_heap.ORDERS, "round_robin", agent_heap.ORDERS["longest_idle"])


@bug
def load_is_units(patch: Patch) -> None:
    """The least loaded is whoever holds least, whatever the capacity."""
    patch.setitem(agent_heap.ORDERS, "least_loaded", agent_heap.ORDERS["longest_idle"])


@bug
def least_proficient(patch: Patch) -> None:
    """Beginners go first."""

    def key(rules: LineRules, group: Group, agent: Agent) -> tuple[int, ...]:
        order = agent_heap.ORDERS[rules.strategy](agent)
        return (group.levels[rules.product], *order) if rules.strategy == "most_proficient" else order

    patch.setattr(matching, "_key_between_groups", key)


@bug
def cases_in_turn(patch: Patch) -> None:
    """A case goes by rank like a chat."""
    patch.setattr(matching, "CASE", "none")


@bug
def preferred_for_ever(patch: Patch) -> None:
    """Whoever waits for one agent alone waits for that agent for ever."""
    patch.setitem(desk._DEADLINES, PREFERENCE, nothing)


@bug
def waits_for_who_left(patch: Patch) -> None:
    """The agent for whom alone a contact waits may go."""
    patch.setattr(routing, "release_reserved", nothing)


@bug
def preference_outlives(patch: Patch) -> None:
    """Whoever leaves is still waited for."""

    def change(state: DeskState, event: Any) -> None:
        contact = contact_of(state, event)
        if contact.for_agent:
            due = state.deadlines.due_of(PREFERENCE, contact.id)
            contact.for_agent = 0
            state.deadlines.arm(PREFERENCE, contact.id, due or 0)

    before(patch, ev.ContactAbandoned, change)


@bug
def any_last_agent(patch: Patch) -> None:
    """Whoever served last is waited for although they serve the line no more."""
    patch.setattr(contacts, "preferred_agent", lambda state, line, agent_id: agent_id if line.rules.preferred_ms else 0)


@bug
def transfer_to_the_end(patch: Patch) -> None:
    """Whoever is handed on waits anew."""
    before(patch, ev.ContactTransferred, waits_from_now)


@bug
def moved_by_rank(patch: Patch) -> None:
    """Whoever is moved waits anew."""
    after(patch, ev.ContactMoved, waits_from_now)


@bug
def priority_of_no_weight(patch: Patch) -> None:
    """A priority changes nothing but its number."""

    def change(state: DeskState, event: Any) -> None:
        event.rank = contact_of(state, event).rank

    before(patch, ev.PrioritySet, change)


@bug
def claim_without_credit(patch: Patch) -> None:
    """Whoever says that everybody is affected waits like everybody."""

    def change(state: DeskState, event: Any) -> None:
        event.rank = event.waiting_since - state.policy.priority_credit_ms[2]

    before(patch, ev.ContactQueued, change)


@bug
def closed_to_nobody(patch: Patch) -> None:
    """A closed line takes contacts in."""
    patch.setattr(admission, "why_shut", lambda state, line, channel, agreed: "")


@bug
def all_languages_all_day(patch: Patch) -> None:
    """Language hours are not looked at."""
    real = admission.why_shut

    def why_shut(*arguments: Any) -> str:
        code = real(*arguments)
        return "" if code == "language_closed" else code

    patch.setattr(admission, "why_shut", why_shut)


@bug
def a_full_line_takes_one(patch: Patch) -> None:
    """The limit of a line is off by one."""
    real = admission.is_full

    def is_full(line: Line, channel: str, more_room: bool) -> bool:
        rules = line.rules
        line.rules = replace(rules, queue_limit=rules.queue_limit + 1)
        try:
            return real(line, channel, more_room)
        finally:
            line.rules = rules

    patch.setattr(admission, "is_full", is_full)


@bug
def full_lines_take_more(patch: Patch) -> None:
    """Transfers and moves fill a line without limit."""
    patch.setattr(supervision, "_refuse_overfull", nothing)


@bug
def some_is_everybody(patch: Patch) -> None:
    """Whoever says that some cannot work goes before the others."""
    real = desk._HANDLERS[cmd.RequestChat]

    def request(state: DeskState, command: cmd.RequestChat) -> None:
        impact: cmd.Impact = "everybody" if command.claimed_impact == "some" else command.claimed_impact
        real(state, replace(command, claimed_impact=impact))

    patch.setitem(desk._HANDLERS, cmd.RequestChat, request)


@bug
def nobody_is_sent_away(patch: Patch) -> None:
    """In an empty line they wait on."""
    patch.setattr(matching, "is_left_empty", lambda state, cohort: False)


@bug
def joins_an_empty_line(patch: Patch) -> None:
    """An empty line takes contacts in."""
    patch.setattr(admission, "is_empty", lambda *arguments: False)


@bug
def accepted_by_hand(patch: Patch) -> None:
    """Offers are not accepted as they are made."""
    real = matching._offer

    def offer(state: DeskState, cohorts: dict[Cohort, None]) -> None:
        lines = list(state.lines.values())
        kept = [line.rules.auto_accept for line in lines]
        for line in lines:
            line.rules.auto_accept = False
        real(state, cohorts)
        for line, auto_accept in zip(lines, kept, strict=True):
            line.rules.auto_accept = auto_accept

    patch.setattr(matching, "_offer", offer)


@bug
def nobody_there_to_talk_to(patch: Patch) -> None:
    """A chat that is handed on is offered although its ASC is gone."""
    patch.setattr(supervision, "hold_if_gone", nothing)


@bug
def a_call_is_nothing(patch: Patch) -> None:
    """A callback drains an agent although a call stands before it."""

    def is_behind_live(self: Line, callback: Contact) -> bool:
        chats = [cohort.contacts() for cohort in self.live_cohorts if cohort.key[0] == "chat"]
        return any((chat.rank, chat.seq) < (callback.rank, callback.seq) for contacts in chats for chat in contacts)

    patch.setattr(Line, "is_behind_live", is_behind_live)


@bug
def left_for_good(patch: Patch) -> None:
    """Whoever gave up and comes back in time begins at the end."""
    patch.setattr(contacts, "place_left", nothing)


@bug
def left_for_ever(patch: Patch) -> None:
    """A place that was left is kept however long its ASC is away."""

    def change(state: DeskState, event: Any) -> None:
        for left in state.left.values():
            left.until = 10**12

    after(patch, ev.ContactAbandoned, change)
