"""What happens to an offer: made, and ended once."""

from router.core.ids import AgentId, ContactId, OfferId
from router.core.records import record


@record
class OfferMade:
    """A contact is put before exactly one agent until `due`."""

    offer_id: OfferId
    contact_id: ContactId
    agent_id: AgentId
    due: int


@record
class OfferDeclined:
    """The agent passed; no new offers for this agent before `back_off_until`."""

    offer_id: OfferId
    contact_id: ContactId
    agent_id: AgentId
    reason: str
    back_off_until: int


@record
class OfferTimedOut:
    """The agent let the offer pass; the contact is back at its rank, the agent backs off."""

    offer_id: OfferId
    contact_id: ContactId
    agent_id: AgentId
    back_off_until: int


@record
class OfferWithdrawn:
    """The offer ended through no act of the agent, like `asc_left`, `converted`, `agent_lost`, `outage` or `pulled`."""

    offer_id: OfferId
    contact_id: ContactId
    agent_id: AgentId
    cause: str
