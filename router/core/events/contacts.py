"""What happens to a contact from asking to closing; the order of fields is the order on the wire."""

from router.core.commands.words import Impact, Party
from router.core.estimates.announcements import Announced
from router.core.ids import AgentId, AscId, CompanyId, ContactId, LineKey, OfferId
from router.core.records import record


@record
class ContactQueued:
    """
    An ASC asked for a chat, calls, or a case was opened: the contact stands in line.

    `step` is the first one for which somebody is signed in. `for_agent` (0: nobody) is whom alone the contact waits
    for until `for_agent_until`. `triage`: the claim that everybody is affected waits to be confirmed. `resumes` (0:
    none) is the contact whose place and wait it continues: its ASC had given up waiting and is back in time.
    """

    contact_id: ContactId
    o: int
    asc_id: AscId
    company_id: CompanyId
    line: LineKey
    channel: str
    priority: int
    waiting_since: int
    rank: int
    step: int
    agreed: bool
    claimed_impact: Impact
    triage: bool
    for_agent: AgentId
    for_agent_until: int
    resumes: ContactId = ContactId(0)


@record
class ContactConnected:
    """An agent accepted the chat."""

    contact_id: ContactId
    o: int
    offer_id: OfferId
    agent_id: AgentId


@record
class MessagePosted:
    """A message is part of the contact; its text is in the transcript."""

    contact_id: ContactId
    o: int
    party: Party
    person_id: int


@record
class AscLeft:
    """The waiting ASC's last connection is gone; the place is kept until `resume_by`, but nobody is offered it."""

    contact_id: ContactId
    o: int
    resume_by: int


@record
class AscReturned:
    """The absent ASC is back in the old place."""

    contact_id: ContactId
    o: int


@record
class ContactAbandoned:
    """The ASC left before an agent accepted; `ended` is when. Within the short limit it counts as short."""

    contact_id: ContactId
    o: int
    ended: int
    short: bool


@record
class ContactSentAway:
    """The contact waited, and nobody serves the line any more."""

    contact_id: ContactId
    o: int


@record
class ContactEnded:
    """The conversation is over, ended by either side; the agent wraps up until `wrap_up_by` at the latest."""

    contact_id: ContactId
    o: int
    agent_id: AgentId
    by: Party
    wrap_up_by: int


@record
class ContactClosed:
    """
    Wrap-up is done, or the ASC of a parked contact left: it leaves the desk. `agent_id` is who talked; `reason` and
    `outcome` are the agent's, "" when none was stated.
    """

    contact_id: ContactId
    o: int
    agent_id: AgentId
    reason: str
    outcome: str


@record
class WrapUpExtended:
    """The agent may wrap up until `wrap_up_by`."""

    contact_id: ContactId
    wrap_up_by: int


@record
class ContactRequeued:
    """Back in line at the rank it had. `cause`: `agent_lost`, `shift_end`, `pulled`."""

    contact_id: ContactId
    o: int
    agent_id: AgentId
    cause: str


@record
class ContactTransferred:
    """An agent handed the contact on: it waits in `line` at the rank it had, for a pool or an agent if one is named."""

    contact_id: ContactId
    o: int
    agent_id: AgentId
    line: LineKey
    step: int
    pool: str
    for_agent: AgentId
    for_agent_until: int


@record
class ContactMoved:
    """A supervisor moved the waiting contact to another line; it keeps its rank."""

    contact_id: ContactId
    o: int
    supervisor_id: int
    line: LineKey
    step: int


@record
class PrioritySet:
    """The contact has a priority, given by its agent (`by` agent) or a supervisor; triage is over."""

    contact_id: ContactId
    o: int
    by: str
    person_id: int
    priority: int
    rank: int


@record
class IncidentLinked:
    """The contact belongs to an incident."""

    contact_id: ContactId
    o: int
    incident: str


@record
class AscWarned:
    """The ASC has owed an answer for long; without one by `park_at` the contact is parked."""

    contact_id: ContactId
    o: int
    park_at: int


@record
class ContactParked:
    """The ASC is quiet: the agent's unit is free. The contact ends at `expires` unless the ASC writes."""

    contact_id: ContactId
    o: int
    agent_id: AgentId
    expires: int


@record
class ContactResumed:
    """The quiet ASC wrote: in line at the old rank, for the same agent alone if `for_agent` is free."""

    contact_id: ContactId
    o: int
    step: int
    for_agent: AgentId
    for_agent_until: int


@record
class ContactExpired:
    """The parked contact was not taken up again."""

    contact_id: ContactId
    o: int


@record
class StepWidened:
    """More agents may serve the contact now; its rank is what it was."""

    contact_id: ContactId
    step: int


@record
class PreferenceEnded:
    """The contact no longer waits for one agent, or one pool, alone."""

    contact_id: ContactId
    step: int


@record
class PassingForgotten:
    """The others stayed busy for too long: whoever passed on the contact may be asked again."""

    contact_id: ContactId


@record
class TriageEscalated:
    """Nobody has taken up the claim that everybody is affected in time, or nobody is signed in who could."""

    contact_id: ContactId


@record
class CaseClockSet:
    """
    The case is to have its first response by `due` (0: it has no clock, or nobody knows yet), and stands at `rank`.

    `due` is reckoned from opening in the work hours of the case's priority; what was overdue is not any more.
    """

    contact_id: ContactId
    due: int
    rank: int


@record
class CaseOverdue:
    """The time for the first response to the case has passed."""

    contact_id: ContactId


@record
class SilentlyAbandoned:
    """The agent talks to nobody: the ASC had gone before the first accept, without a word."""

    contact_id: ContactId


@record
class WaitTold:
    """The ASC is told what to expect; looked at again at `again_at`."""

    contact_id: ContactId
    said: Announced
    again_at: int


@record
class WaitReviewed:
    """There was nothing new to say about the wait; looked at again at `again_at`."""

    contact_id: ContactId
    again_at: int
