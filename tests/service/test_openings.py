"""What an ASC is told to ask for instead of what the desk refused, and which times are free."""

from collections.abc import Iterator
from copy import deepcopy
from random import Random

from router.core import commands as cmd
from router.core.desk import Desk
from router.core.errors import Refused
from router.core.ids import AscId, ContactId
from router.service.openings import Openings
from router.wire import frames as fr
from tests.core.world import ASCS, DECK, LINES, World

DOCUMENT = '{"products":["expense","travel"],"languages":["en","de"]}'
NEW = ContactId(900_001)
ASKS = {"chat": fr.ChatRequest, "callback": fr.CallbackAsk, "case": fr.CaseOpen}
TYPES = {"chat": "chat.request", "callback": "callback.ask", "case": "case.open"}


def code_of(desk: Desk, asc: int, line: str, channel: str) -> str:
    """What the desk says when this ASC asks for this now; the desk itself is not asked."""
    asked = {
        "chat": cmd.RequestChat(NEW, asc, 1, line),
        "callback": cmd.RequestCallback(NEW, asc, 1, line, "a number of nobody else"),
        "case": cmd.OpenCase(NEW, asc, 1, line),
    }[channel]
    try:
        deepcopy(desk).handle(asked, desk.now)
    except Refused as refused:
        return refused.code
    return ""


def told(desk: Desk, asc: int, line: str, channel: str, code: str) -> list[str]:
    """What the refusal of this says can be asked for instead; nothing when it is none of those that say so."""
    product, _, language = line.partition("/")
    number = {"number": "+33142278186"} if channel == "callback" else {}
    asks = ASKS[channel](
        t=TYPES[channel], id=1, product=product, language=language, topic="it", **number
    )  # fmt: skip
    return Openings(desk.state, lambda: DOCUMENT).instead(asks, AscId(asc), code, desk.now).get("instead", [])


def random_desks() -> Iterator[tuple[Random, Desk]]:
    """Desks in the middle of random days, under every policy there is."""
    for number in range(12):
        chance, world = Random(number), World(number)
        for _ in range(6):
            for _ in range(30):
                chance.choice(DECK)(world, chance.randrange(8), chance.randrange(8))
            yield chance, world.desk


def test_what_is_named_instead_is_taken_at_once():
    """Neither too much nor too little: each way is taken when it is asked for, and what is not named is not."""
    named = 0
    for chance, desk in random_desks():
        there = [line for line in LINES if line in desk.state.lines]
        for asc, line, channel in [(chance.choice(ASCS), line, channel) for line in there for channel in ASKS]:
            code = code_of(desk, asc, line, channel)
            if code not in ("", "already_open", "callbacks_off"):
                others = [other for other in there if other.startswith(line.partition("/")[0])]
                taken = [way for way in ("callback", "case") if not code_of(desk, asc, line, way)]
                taken += [f"language:{key.partition('/')[2]}" for key in others if not code_of(desk, asc, key, "chat")]
                assert sorted(taken) == sorted(told(desk, asc, line, channel, code))
                named += len(taken)
    assert named
