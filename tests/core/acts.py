"""More steps for the stories of `tests.core.build`: calls and cases, windows, handing on, and what supervisors do."""

from router.core import commands as cmd
from router.core.ids import LineKey
from tests.core.build import Does, Story, asc_number

EN = "expense/en"
Span = tuple[int, int]
"""From when to when."""


# --- what an ASC does


def call(name: str, line: str = EN, by: str = "", impact: cmd.Impact = "one", agreed: bool = False) -> Does:
    """A switch reports that the ASC calls."""
    return lambda story: story.do(
        cmd.ReportCall(story.number(name), asc_number(story, by or name), 1, LineKey(line), impact, agreed)
    )


def case(name: str, line: str = EN, by: str = "") -> Does:
    """A case is opened."""
    return lambda story: story.do(cmd.OpenCase(story.number(name), asc_number(story, by or name), 1, LineKey(line)))


def asks_callback(
    name: str, line: str = EN, by: str = "", number: str = "", window: Span = (0, 0), quiet: tuple[Span, ...] = ()
) -> Does:
    """The ASC asks to be called without a chat before; times are in ms from now, no window is (0, 0)."""
    return lambda story: story.do(
        cmd.RequestCallback(
            story.number(name), asc_number(story, by or name), 1, LineKey(line), number or f"number of {name}",
            *_from_now(story, window), tuple(_from_now(story, span) for span in quiet),
        )
    )  # fmt: skip


def converts_for(
    name: str, window: Span = (0, 0), quiet: tuple[Span, ...] = (), number: str = "", by: str = ""
) -> Does:
    """The waiting ASC leaves a number and says when; times are in ms from now."""
    return lambda story: story.do(
        cmd.ConvertToCallback(
            story.number(name), asc_number(story, by or name), number or f"number of {name}",
            *_from_now(story, window), tuple(_from_now(story, span) for span in quiet),
        )
    )  # fmt: skip


def returns_to_chat(name: str, by: str = "") -> Does:
    return lambda story: story.do(cmd.ReturnToChat(story.number(name), asc_number(story, by or name)))


def _from_now(story: Story, window: Span) -> Span:
    return (story.now + window[0], story.now + window[1]) if window != (0, 0) else window


# --- what an agent does


def extends(name: str, contact: str) -> Does:
    return lambda story: story.do(cmd.ExtendWrapUp(story.number(name), story.number(contact)))


def confirms(name: str, contact: str, priority: int) -> Does:
    return lambda story: story.do(cmd.ConfirmPriority(story.number(name), story.number(contact), priority))


def links(name: str, contact: str, incident: str = "INC-7") -> Does:
    return lambda story: story.do(cmd.LinkIncident(story.number(name), story.number(contact), incident))


def transfers(name: str, contact: str, line: str = "", pool: str = "", to: str = "") -> Does:
    """The agent hands the contact on to a line, a pool or an agent."""
    return lambda story: story.do(
        cmd.Transfer(
            story.number(name), story.number(contact), LineKey(line), pool, story.number(to) if to else 0
        )
    )  # fmt: skip


def rings(name: str, contact: str, number: str = "") -> Does:
    """The agent in a chat rings its ASC."""
    return lambda story: story.do(
        cmd.RingAsc(story.number(name), story.number(contact), number or f"number of {contact}")
    )


def books(name: str, contact: str, new: str, window: Span, with_me: bool = False, number: str = "") -> Does:
    """The agent books a callback called `new` for the ASC of a contact held; the window is in ms from now."""
    return lambda story: story.do(
        cmd.BookCallback(
            story.number(name), story.number(contact), story.number(new), number or f"number of {new}",
            *_from_now(story, window), (), with_me,
        )
    )  # fmt: skip


def drops_callback(name: str, contact: str, reason: str = "settled") -> Does:
    return lambda story: story.do(cmd.DropCallback(story.number(name), story.number(contact), reason))


# --- what a supervisor does

BOSS = 1


def moves(contact: str, line: str) -> Does:
    return lambda story: story.do(cmd.MoveContact(BOSS, story.number(contact), LineKey(line)))


def pulls(contact: str) -> Does:
    return lambda story: story.do(cmd.PullContact(BOSS, story.number(contact)))


def raises_to(contact: str, priority: int) -> Does:
    return lambda story: story.do(cmd.RaisePriority(BOSS, story.number(contact), priority))


def opens(line: str = EN) -> Does:
    return lambda story: story.do(cmd.OpenLine(BOSS, LineKey(line), True))


def shuts(line: str = EN) -> Does:
    return lambda story: story.do(cmd.OpenLine(BOSS, LineKey(line), False))


def forces(name: str, status: cmd.ChosenStatus) -> Does:
    return lambda story: story.do(cmd.ForceStatus(BOSS, story.number(name), status, "forced"))
