"""What an ASC asks."""

from router.core.commands.words import Impact, Party
from router.core.ids import AscId, CompanyId, ContactId, LineKey
from router.core.records import record


@record
class RequestChat:
    """An ASC wants to chat in a line; the contact enters it now. `agreed`: other languages will do as well."""

    contact_id: ContactId
    asc_id: AscId
    company_id: CompanyId
    line: LineKey
    claimed_impact: Impact = "one"
    agreed: bool = False


@record
class ReportCall:
    """An outside switch reports that an ASC calls; the contact enters the line now and needs a whole agent."""

    contact_id: ContactId
    asc_id: AscId
    company_id: CompanyId
    line: LineKey
    claimed_impact: Impact = "one"
    agreed: bool = False


@record
class OpenCase:
    """Work that can wait: offered to an agent for whom no chat, call or callback waits."""

    contact_id: ContactId
    asc_id: AscId
    company_id: CompanyId
    line: LineKey


@record
class LeaveContact:
    """An ASC gives up waiting, or ends the conversation."""

    contact_id: ContactId
    asc_id: AscId


@record
class ConvertToCallback:
    """
    A waiting ASC leaves a number instead; the same contact keeps its rank. The number itself is sealed.

    `window_from` and `window_to` (ms) name the slot the ASC chose, 0 for as soon as it is the contact's turn.
    `quiet`: when the number must not be rung, as (begin, end) in order, ms: quiet hours in the number's zone.
    """

    contact_id: ContactId
    asc_id: AscId
    number_ref: str
    window_from: int = 0
    window_to: int = 0
    quiet: tuple[tuple[int, int], ...] = ()


@record
class RequestCallback:
    """ "Call me" without a chat first; otherwise like a conversion at the moment of asking."""

    contact_id: ContactId
    asc_id: AscId
    company_id: CompanyId
    line: LineKey
    number_ref: str
    window_from: int = 0
    window_to: int = 0
    quiet: tuple[tuple[int, int], ...] = ()


@record
class ReturnToChat:
    """An ASC who left a number would rather chat after all; the rank stays."""

    contact_id: ContactId
    asc_id: AscId


@record
class CancelCallback:
    """An ASC takes the callback back before an agent dials."""

    contact_id: ContactId
    asc_id: AscId


@record
class PostMessage:
    """A message from either side; its text is sealed."""

    contact_id: ContactId
    party: Party
    person_id: int
