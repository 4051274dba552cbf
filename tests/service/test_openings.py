"""What an ASC is told to ask for instead of what the desk refused, and which times are free."""

from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

from router.core import commands as cmd
from router.core.desk import Desk
from router.core.errors import Refused
from router.core.ids import ContactId
from router.service.auth import Person
from router.service.openings import SLOTS_SHOWN, Openings
from router.wire import frames as fr
from router.wire.policy import PolicyDocument, compile_policy
from tests.core.world import ASCS, DECK, LINES, World
from tests.service.desk import DANA, SUE, policy, running_desk

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
    person = Person(role="asc", id=asc, name="it", company_id=1)
    return Openings(desk.state, lambda: DOCUMENT).instead(asks, person, code, desk.now).get("instead", [])


def random_desks() -> Iterator[tuple[Random, Desk]]:
    """Desks in the middle of random days, under every policy there is."""
    for number in range(6):
        chance, world = Random(number), World(number)
        for _ in range(5):
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


# --- free times


def free_times(days: int, **callbacks: Any) -> list[list[int]]:
    """When the free windows of a desk without anybody begin, page by page, up to so many days ahead."""
    document = PolicyDocument.model_validate_json(DOCUMENT)
    rules = {"slot_horizon": f"{days} d", "slot": "30 min", **callbacks}
    policy = compile_policy(
        PolicyDocument.model_validate({**document.model_dump(exclude_unset=True), "callbacks": rules})
    )
    desk = Desk()
    desk.handle(cmd.NodeStarted("desk", 1), 0)
    desk.handle(cmd.PolicyChanged(policy, DOCUMENT), 0)
    desk.handle(cmd.RequestCallback(NEW, 11, 1, LINES[0], "n", 1_800_000, 3_600_000), 0)
    openings = Openings(desk.state, lambda: DOCUMENT)
    pages: list[list[int]] = []
    after: int | None = 0
    while after is not None:
        slots, after = openings.slots(desk.state.lines[LINES[0]], "Europe/Paris", "", desk.now, after)
        pages.append([slot["from"] for slot in slots])
    return pages


def test_free_times_are_told_to_the_horizon():
    """A hundred at a time, in order, each once, none left out but what is taken."""
    pages = free_times(7, slot_capacity=1)

    begins = [begin for page in pages for begin in page]
    assert [SLOTS_SHOWN] * 3 == [len(page) for page in pages][:-1]
    assert [begin for begin in range(0, 7 * 86_400_000, 1_800_000) if begin != 1_800_000] == begins


# --- told on the wire


async def test_a_closed_line_says_why_and_what_else_there_is():
    """Every way into it is refused with the same reason, and what its refusal names is taken; free times go on."""
    asks = {"product": "expense", "language": "en", "topic": "Receipt missing"}
    async with running_desk(document=policy(callbacks={"slot": "15 min"})) as desk:
        dana, sue = await desk.join(DANA), await desk.join(SUE)
        await sue.ask("line.open", line="expense/en", open=False)
        answers = [
            await dana.ask("chat.request", **asks),
            await dana.ask("callback.ask", **asks, number="+33142278186"),
            await dana.ask("case.open", **asks),
        ]
        taken = await dana.ask("chat.request", **{**asks, "language": "de"})
        await dana.say({"t": "slots", "line": "expense/en", "zone": "Europe/Paris"})
        first = (await dana.hear("st", s="slots"))["d"]
        await dana.say({"t": "slots", "line": "expense/en", "zone": "Europe/Paris", "after": first["next"]})
        second = (await dana.hear("st", s="slots"))["d"]

    assert [("line_closed", ["language:de"])] * 3 == [(answer["code"], answer["instead"]) for answer in answers]
    assert "ack" == taken["t"]
    assert [SLOTS_SHOWN] * 2 == [len(page["slots"]) for page in (first, second)]
    assert (first["next"], first["next"]) == (second["after"], second["slots"][0]["from"])
