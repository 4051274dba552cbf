"""What an agent does."""

from router.core.commands.words import ChosenStatus, DialFailure
from router.core.ids import AgentId, ContactId, LineKey, OfferId
from router.core.records import record


@record
class SignIn:
    """
    An agent arrives with skills (product lines and languages) and capacity in units; becomes available.

    `levels` is the proficiency (1-5) in each of `products`, in their order; empty means 3 in each. `shift_ends` is in
    milliseconds of journal time, 0 when nobody said.
    """

    agent_id: AgentId
    products: tuple[str, ...]
    languages: tuple[str, ...]
    capacity: int
    pool: str = ""
    levels: tuple[int, ...] = ()
    shift_ends: int = 0


@record
class SetStatus:
    """
    An agent chooses a status; `break` and `offline` stop new offers, running contacts go on.

    `when_free`: the status follows when nothing is held any more; until then the agent drains.
    """

    agent_id: AgentId
    status: ChosenStatus
    reason: str
    when_free: bool = False


@record
class AcceptOffer:
    """An agent takes what was offered."""

    agent_id: AgentId
    offer_id: OfferId


@record
class DeclineOffer:
    """An agent passes on what was offered."""

    agent_id: AgentId
    offer_id: OfferId
    reason: str


@record
class CloseContact:
    """The conversation is over; wrap-up begins."""

    agent_id: AgentId
    contact_id: ContactId


@record
class FinishWrapUp:
    """After-contact work is done; the units are free. By policy a reason and an outcome must be stated."""

    agent_id: AgentId
    contact_id: ContactId
    reason: str = ""
    outcome: str = ""


@record
class ExtendWrapUp:
    """The agent needs more time after the contact."""

    agent_id: AgentId
    contact_id: ContactId


@record
class ConfirmPriority:
    """The agent who talks sets the priority; this ends triage."""

    agent_id: AgentId
    contact_id: ContactId
    priority: int


@record
class LinkIncident:
    """The contact belongs to a known incident."""

    agent_id: AgentId
    contact_id: ContactId
    incident: str


@record
class Transfer:
    """
    Hand a contact on to exactly one of: a line, a pool (in the contact's line), an agent. The note is sealed.

    The receiver is offered the contact like any other; the rank stays.
    """

    agent_id: AgentId
    contact_id: ContactId
    line: LineKey
    pool: str
    to_agent: AgentId


@record
class RingAsc:
    """An agent in a chat, and in nothing else, rings the ASC."""

    agent_id: AgentId
    contact_id: ContactId
    number_ref: str


@record
class BookCallback:
    """An agent books a callback for the ASC of a contact held ("tomorrow 10:00 your time"), perhaps with this agent."""

    agent_id: AgentId
    contact_id: ContactId
    new_contact_id: ContactId
    number_ref: str
    window_from: int
    window_to: int
    quiet: tuple[tuple[int, int], ...]
    with_me: bool


@record
class DropCallback:
    """An agent cancels a callback that is no longer needed: settled otherwise, or a duplicate."""

    agent_id: AgentId
    contact_id: ContactId
    reason: str


@record
class ReportReached:
    """The dialled ASC is on the line."""

    agent_id: AgentId
    contact_id: ContactId
    attempt: int


@record
class ReportUnreachable:
    """The dialled ASC could not be reached."""

    agent_id: AgentId
    contact_id: ContactId
    attempt: int
    failure: DialFailure
