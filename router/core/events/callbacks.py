"""What happens to a callback: the same contact on another channel."""

from router.core.commands.words import DialFailure
from router.core.ids import AgentId, AscId, CompanyId, ContactId, LineKey, OfferId
from router.core.records import record


@record
class ContactConverted:
    """
    The ASC left a number: the contact is a callback now, in the same line at the same rank. If it was one before, the
    number and the promise are others from now on.

    The promise is fixed here: the window that was chosen, or from now for as long as policy says.
    """

    contact_id: ContactId
    o: int
    number_ref: str
    window_from: int
    promise_from: int
    promise_to: int
    quiet: tuple[tuple[int, int], ...]


@record
class CallbackRequested:
    """A callback without a chat before it. `for_agent` (0: nobody) is with whom it was booked."""

    contact_id: ContactId
    o: int
    asc_id: AscId
    company_id: CompanyId
    line: LineKey
    waiting_since: int
    rank: int
    number_ref: str
    window_from: int
    promise_from: int
    promise_to: int
    quiet: tuple[tuple[int, int], ...]
    for_agent: AgentId
    booked_by: AgentId


@record
class CallbackScheduled:
    """Not to be dialled before `at`: a window, quiet hours, a closed line or a retry. Its place in line is kept."""

    contact_id: ContactId
    o: int
    at: int
    cause: str


@record
class CallbackDue:
    """The callback stands in line, at its rank."""

    contact_id: ContactId
    o: int
    step: int


@record
class CallbackUrgent:
    """The promise is in danger: an agent may drain for this callback."""

    contact_id: ContactId


@record
class ReturnedToChat:
    """The ASC chats after all, at the rank there was."""

    contact_id: ContactId
    o: int
    step: int


@record
class CallbackCancelled:
    """The callback is no longer wanted. `by`: `asc` or `agent`; `reason` is `replaced` when another took its place."""

    contact_id: ContactId
    o: int
    by: str
    reason: str


@record
class CallbackExpired:
    """The callback could not be completed in its lifetime."""

    contact_id: ContactId
    o: int


@record
class DialStarted:
    """An agent accepted the callback and dials; attempts are numbered across the desk."""

    contact_id: ContactId
    o: int
    offer_id: OfferId
    agent_id: AgentId
    attempt: int


@record
class CallbackReached:
    """The ASC is on the line."""

    contact_id: ContactId
    o: int
    agent_id: AgentId
    attempt: int


@record
class AttemptFailed:
    """Nobody was reached; there will be another attempt, not before `retry_at`, or none: `CallbackExpired` follows."""

    contact_id: ContactId
    o: int
    agent_id: AgentId
    attempt: int
    failure: DialFailure
    retry_at: int


@record
class RingStarted:
    """From an open chat the agent rings the ASC, and is there for nobody else."""

    contact_id: ContactId
    o: int
    agent_id: AgentId
    attempt: int
    number_ref: str


@record
class RingFailed:
    """The ASC did not answer the phone; the chat goes on."""

    contact_id: ContactId
    o: int
    agent_id: AgentId
    attempt: int
    failure: DialFailure


@record
class CallbackUnreachable:
    """The attempt failed and there will be no other; the callback is over."""

    contact_id: ContactId
    o: int
    agent_id: AgentId
    attempt: int
    failure: DialFailure
