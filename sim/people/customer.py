"""What is known of one virtual customer: what was drawn for them, and where they are now. No rule enters here."""

from router.core.ids import AscId, ContactId
from sim.demand.model import StreamModel
from sim.laws import COMING_SHIFT

_WHO = (1 << COMING_SHIFT) - 1


class Customer:
    """One customer of one contact; the contact's id is the customer's number. Durations in milliseconds."""

    __slots__ = (
        "agreed",
        "asc",
        "attempts",
        "called_back",
        "choice",
        "decided",
        "dialling",
        "done_at",
        "gone",
        "handle_ms",
        "id",
        "in_session",
        "job",
        "leaves_at",
        "line",
        "losses",
        "lost",
        "offer_id",
        "offers",
        "patience_ms",
        "repeats",
        "retrials",
        "rings_ms",
        "silent",
        "stream",
        "transfers",
        "waiting",
        "waits",
        "wrap_up_ms",
    )

    def __init__(
        self,
        stream: StreamModel,
        ident: int,
        patience_ms: int,
        handle_ms: int,
        wrap_up_ms: int,
        choice: float = 1.0,
        silent: bool = False,
        agreed: bool = False,
    ) -> None:
        self.stream = stream
        self.line = stream.line
        """Where the contact is now; it may be handed on."""
        self.id = ContactId(ident)
        self.asc = AscId(ident & _WHO)
        """Who it is, also of somebody who comes again under another number."""
        self.patience_ms = patience_ms
        self.handle_ms = handle_ms
        """What there is to talk about, at full speed."""
        self.wrap_up_ms = wrap_up_ms
        self.choice = choice
        """Takes a callback if the share who do is at least this."""
        self.decided = False
        """Whether a callback was offered and the choice made."""
        self.called_back = False
        """Whether a callback was the choice."""
        self.silent = silent
        """Whether the customer leaves without a word."""
        self.agreed = agreed
        """Whether another language will do."""
        self.retrials = 0
        """How often this ASC came again so far because it had not been served."""
        self.repeats = 0
        """How often this ASC came again so far although it had been served."""
        self.gone = False
        """Whether that has happened, or the customer is cut off and will not come back."""
        self.losses = 0
        """How often the customer's connection was lost."""
        self.lost = False
        """Whether it is lost now."""
        self.in_session = False
        """Whether the desk knows of a connection that holds."""
        self.waiting = True
        """Whether the customer is in line for a chat or a call and may still leave."""
        self.waits = 0
        """How often the customer had to wait again after being served."""
        self.leaves_at = -1
        """When patience ends."""
        self.offers = 0
        """How often an agent was offered this contact."""
        self.offer_id = 0
        """The offer that is pending, or 0."""
        self.rings_ms = 0
        """How long the last offer rings before the agent takes it."""
        self.attempts = 0
        """How often an agent dialled."""
        self.dialling = False
        self.transfers = 0
        """How often the contact was handed on."""
        self.job = 0
        """What an agent does with the contact is numbered, so that what was given up is let be."""
        self.done_at = 0
        """When that will be done, where nobody is slowed down."""
