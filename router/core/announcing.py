"""
What the desk says about waiting: when a contact begins to wait, and again when there is something new to say.

The numbers come from `router.core.estimates`; here they get their conditions from the state. What was told is part of
the state, so that every node, and a replay, holds the same told range against what then happened.
"""

from router.core.estimates.announcements import Conditions, next_announcement
from router.core.estimates.rates import mean_handle_ms, mean_patience_ms
from router.core.estimates.shares import mixed_patience_ms, shared_servers_milli
from router.core.estimates.waits import wait_quantiles
from router.core.events import WaitReviewed, WaitTold
from router.core.ids import ContactId
from router.core.lifecycle import CALL, EXCLUSIVE
from router.core.lines import Contact, Line
from router.core.staff import Group
from router.core.state import DeskState

_SIGNIFICANT_BITS = 7


def tell_newcomers(state: DeskState) -> None:
    """Tell those who entered a line and were not offered at once what to expect, if a session or switch can say it."""
    if not state.live_nodes:
        return
    newcomers, state.untold = state.untold, {}
    for contact_id in newcomers:
        contact = state.contacts.get(contact_id)
        if contact is None or contact.cohort is None or contact.announced is not None:
            continue
        if contact.channel == CALL or f"asc:{contact.asc_id}" in state.sessions_of:
            _tell(state, contact)


def review(state: DeskState, contact_id: ContactId) -> None:
    """Some time has passed since the contact was told: say what is new."""
    _tell(state, state.contacts[contact_id])


def _tell(state: DeskState, contact: Contact) -> None:
    rules = state.policy.estimates.announcements
    said = next_announcement(contact.announced, state.now, conditions(state, contact), rules)
    if said is None:
        state.emit(WaitReviewed(contact.id, state.now + rules.min_interval_ms))
    else:
        state.emit(WaitTold(contact.id, said, state.now + rules.min_interval_ms))


def conditions(state: DeskState, contact: Contact) -> Conditions:
    """What the wait of a contact that waits depends on now."""
    line, cohort = state.lines[contact.line], contact.cohort
    assert cohort is not None  # It waits.
    if cohort.servers_version != state.room.version:
        cohort.servers_milli = _servers_milli(cohort.groups, contact.channel in EXCLUSIVE)
        cohort.servers_version = state.room.version
    return _conditions(state, line, cohort.servers_milli, line.ahead_of(contact))


def expected_wait(state: DeskState, line: Line, ahead: int, whole: bool) -> tuple[int, int, int] | None:
    """P10, P50 and P90 (ms) of the wait of somebody who stays, with so many ahead; None when nobody serves the line."""
    last = len(line.rules.steps) - 1
    groups = [group for group in state.groups if group.slots and group.may_serve(line.rules, last, False, "")]
    now = _conditions(state, line, _servers_milli(groups, whole), ahead)
    return wait_quantiles(now.ahead, now.servers_milli, now.handle_ms, now.patience_ms)


def _servers_milli(groups: list[Group], whole: bool) -> int:
    """The slots of these groups, each shared between the lines that wait for it, in thousandths."""
    if whole:
        return shared_servers_milli([(len(group.willing), len(group.lines)) for group in groups if group.slots])
    return shared_servers_milli([(group.slots, len(group.lines)) for group in groups if group.slots])


def _conditions(state: DeskState, line: Line, servers_milli: int, ahead: int) -> Conditions:
    expected = state.policy.estimates
    patience_ms = mean_patience_ms(line.rates, expected.patience_ms)
    if line.callback_count and ahead:
        patience_ms = mixed_patience_ms(patience_ms, ahead, max(ahead - line.callback_count, 0))
    handle_ms = mean_handle_ms(line.rates, expected.handle_ms)
    return Conditions(ahead, servers_milli, _rounded(handle_ms), _rounded(patience_ms))


def _rounded(duration_ms: int) -> int:
    """To about a hundredth, so that what was learnt since the last contact is no news by itself."""
    shift = max(duration_ms.bit_length() - _SIGNIFICANT_BITS, 0)
    return duration_ms >> shift << shift
