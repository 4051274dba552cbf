"""How contacts were routed: one agent each, within capacity, in turn, never forgotten (R1 to R14)."""

from collections.abc import Iterator
from functools import partial

from router.core import events as ev
from router.core.lifecycle import CALLBACK, EXCLUSIVE
from tests.chaos.board import IN_LINE, Board, Server
from tests.chaos.evidence import Evidence, Step
from tests.chaos.judge import check

LAWS = {
    "R1": "a contact has at most one agent",
    "R2": "nobody holds more than their capacity",
    "R3": "offers go to those who are there, willing and able",
    "R4": "an offer ends once",
    "R5": "what is opened is on the desk or has ended",
    "R6": "who came first goes first",
    "R8": "a contact keeps its place",
    "R9": "a callback is dialled once at a time, when it was promised, each attempt under its own number",
    "R10": "a lost agent keeps the contacts until the grace is over, and no longer",
    "R11": "a contact only does what its life cycle allows",
    "R12": "nobody waits beside a free agent",
    "R14": "an earlier life of a node writes nothing",
}


def _of(ident: str, evidence: Evidence) -> Iterator[str]:
    """The board's complaints of one kind; the board itself is followed once for each piece of evidence."""
    for found, message in _complaints(evidence):
        if found == ident:
            yield message


def _complaints(evidence: Evidence) -> list[tuple[str, str]]:
    known = _KNOWN.get(id(evidence.steps))
    if known is None or known[0] is not evidence.steps:
        found: list[tuple[str, str]] = []
        board = Board(lambda ident, message: found.append((ident, message)))
        living: dict[str, int] = {}
        for step in evidence.steps:
            _fence(board, step, living, found)
            _early(board, step)
            board.follow(step)
            _late(board, step)
            _work(board)
        _count(board, evidence, found)
        _KNOWN.clear()
        known = _KNOWN[id(evidence.steps)] = (evidence.steps, found)
    return known[1]


_KNOWN: dict[int, tuple[list[Step], list[tuple[str, str]]]] = {}

for _ident, _law in LAWS.items():
    check(_ident, _law)(partial(_of, _ident))


def _fence(board: Board, step: Step, living: dict[str, int], found: list[tuple[str, str]]) -> None:
    stored = step.stored
    if stored.incarnation < living.get(stored.node, 0):
        found.append(
            (
                "R14",
                f"entry {stored.offset} is of life {stored.incarnation} of {stored.node}, {living[stored.node]} began",
            )
        )
    living[stored.node] = max(stored.incarnation, living.get(stored.node, 0))


def _early(board: Board, step: Step) -> None:
    """Before the entry is taken in: whoever loses contacts in it must be lost for long enough."""
    if not any(type(event) is ev.ContactRequeued for event in step.events):
        return
    graces = {agent.id: (agent.lost, agent.grace_until) for agent in board.agents.values()}
    restarted = any(type(event) is ev.DeadlinesRestarted for event in step.events)
    for event in step.events:
        if type(event) is ev.AgentLost:
            graces[event.agent_id] = (True, event.grace_until)
        elif type(event) is ev.ContactRequeued and event.cause == "agent_lost":
            lost, until = graces.get(event.agent_id, (False, 0))
            if not lost or step.now < until or restarted:
                board.say_at(
                    step,
                    "R10",
                    f"contact {event.contact_id} is taken from agent {event.agent_id}, "
                    f"{'at ' + str(step.now) + ', the grace ends at ' + str(until) if lost else 'who is not lost'}",
                )


def _late(board: Board, step: Step) -> None:
    """After it: nobody whose grace is over still holds what others could take, while a node is alive."""
    if not any(board.nodes.values()):
        return
    for agent in board.agents.values():
        if agent.lost and agent.held and agent.grace_until < step.now:
            live = [held for held in agent.held if held in board.cases and board.cases[held].state != "wrapping"]
            if live:
                board.say("R10", f"agent {agent.id} was lost until {agent.grace_until} and still holds {live}")


def _work(board: Board) -> None:
    """No free agent beside somebody who waits: looked at where the entry changed something."""
    if not any(board.nodes.values()):
        return
    lines = {board.cases[ident].line for ident in board.touched if ident in board.cases}
    agents = [board.agents[ident] for ident in board.touched if ident in board.agents]
    for line, channel in list(board.waiting):
        product, _, language = line.partition("/")
        concerned = any(product in agent.products and language in agent.languages for agent in agents)
        if line in lines or concerned:
            _line_works(board, line, channel)


def _line_works(board: Board, line: str, channel: str) -> None:
    """The first who waits and the agents who could take it; the board asks about the head, as the desk does."""
    for _, contact_id in board.waiting[line, channel][:3]:
        case = board.cases[contact_id]
        if case.state not in IN_LINE:
            continue
        for agent in board.agents.values():
            if case.for_agent not in (0, agent.id) or agent.why_not(line) or not _has_room(board, agent, channel):
                continue
            if agent.drained_for not in (0, case.id):
                continue
            others = any(one.is_willing(line) and one.id not in case.tried for one in board.agents.values())
            if agent.id not in case.tried or not others:
                board.say("R12", f"{channel} {case.id} waits in {line} beside agent {agent.id}, who has room")
                return


def _has_room(board: Board, agent: Server, channel: str) -> bool:
    if channel in EXCLUSIVE:
        return not agent.held
    whole = any(held in board.cases and board.cases[held].channel == CALLBACK for held in agent.held)
    return len(agent.held) < agent.capacity and not whole


def _count(board: Board, evidence: Evidence, found: list[tuple[str, str]]) -> None:
    here = set(board.opened) - set(board.ended)
    if here != set(evidence.left) and not evidence.broken:
        for contact in sorted(here ^ set(evidence.left)):
            where = "should be on the desk and is not" if contact in here else "is on the desk though it ended"
            found.append(("R5", f"contact {contact} of entry {board.opened.get(contact)} {where}"))
