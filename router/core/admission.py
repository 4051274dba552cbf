"""
Whether an ASC may ask for something in a line now, and if not, why.

Every way into a line is judged here, so that what is named instead of what was refused is possible by the same words.
"""

from router.core.errors import Refused
from router.core.ids import AscId, CompanyId, ContactId, LineKey
from router.core.lifecycle import CALLBACK, CASE, DIALLING, EXCLUSIVE, LIVE, NOT_DIALLED, WRAPPING
from router.core.lines import Contact, Line
from router.core.opening import why_shut
from router.core.routing import is_empty
from router.core.state import DeskState, Left

MAX_ID = 2**53 - 1


def admit(
    state: DeskState,
    contact_id: ContactId,
    asc_id: AscId,
    company_id: CompanyId,
    key: LineKey,
    channel: str,
    agreed: bool,
    instead_of: Contact | None = None,
) -> Line:
    """
    The line, if this ASC may enter it on this channel with a contact of this id. Raises Refused.

    `instead_of` is a callback of the same ASC that ends if this one begins.
    """
    check_id(state, contact_id)
    shut = why_not(state, asc_id, company_id, key, channel, agreed, instead_of)
    if shut:
        raise Refused(shut)
    return state.lines[key]


def check_id(state: DeskState, contact_id: ContactId) -> None:
    """An id is one that JavaScript holds exactly and that no contact on the desk has. Raises Refused."""
    if not 0 < contact_id <= MAX_ID:
        raise Refused("bad_value")
    if contact_id in state.contacts:
        raise Refused("duplicate_id")


def why_not(
    state: DeskState,
    asc_id: AscId,
    company_id: CompanyId,
    key: LineKey,
    channel: str,
    agreed: bool,
    instead_of: Contact | None = None,
) -> str:
    """
    Why this ASC cannot ask for a contact on this channel now: a code of `REASONS`, "" when nothing is in the way.

    An ASC has one live contact or callback in a line at a time, and as many cases as there are.
    """
    line = state.lines.get(key)
    if line is None:
        return "unknown_line"
    if channel != CASE:
        if has_open(state, asc_id, key):
            return "already_open"
        company_limit = state.policy.company_limit
        if company_limit and state.open_of.get(company_id, 0) - (instead_of is not None) >= company_limit:
            return "company_limit"
    if channel == CALLBACK and has_most_callbacks(state, asc_id, instead_of):
        return "callback_limit"
    comes_back = channel in LIVE and place_left(state, asc_id, key) is not None
    if is_full(line, channel, more_room=comes_back or channel == CALLBACK):
        return "queue_full"
    shut = why_shut(state, line, channel, agreed)
    if shut:
        return shut
    if channel in LIVE and is_empty(state, line, line.rules.join_empty, agreed, channel in EXCLUSIVE):
        return "line_empty"
    return "callbacks_off" if channel == CALLBACK and not state.policy.callbacks.enabled else ""


def has_open(state: DeskState, asc_id: AscId, key: LineKey) -> bool:
    """Whether this ASC waits or talks in the line, or is going to be called back from it."""
    theirs = [state.contacts[contact_id] for contact_id in state.contacts_of.get(asc_id, ())]
    return any(one.line == key and one.channel != CASE and one.state != WRAPPING for one in theirs)


def has_most_callbacks(state: DeskState, asc_id: AscId, instead_of: Contact | None) -> bool:
    """Whether this ASC is going to be called as often as may be."""
    most = state.policy.callbacks.most_per_asc
    if not most:
        return False
    theirs = [state.contacts[contact_id] for contact_id in state.contacts_of.get(asc_id, ())]
    pending = [one for one in theirs if one.state == DIALLING or (one.channel == CALLBACK and one.state in NOT_DIALLED)]
    return len(pending) - (instead_of in pending) >= most


def place_left(state: DeskState, asc_id: AscId, key: LineKey) -> Left | None:
    """The place in this line that the ASC gave up a short while ago, which is still theirs; None when there is none."""
    left = state.left.get((asc_id, key))
    return left if left is not None and left.until > state.now else None


def is_full(line: Line, channel: str, more_room: bool) -> bool:
    """
    Whether as many wait as may. Cases are counted by themselves, so that neither kind holds up the other.

    `more_room`: callbacks, what is handed on or moved, and whoever comes back to a place that was left may fill a line
    20 % more, so that promises can be kept.
    """
    live = len(line.order)
    rules = line.rules
    count, limit = (line.waiting_count - live, rules.case_limit) if channel == CASE else (live, rules.queue_limit)
    return count >= limit + more_room * limit // 5
