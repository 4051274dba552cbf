"""What the demo tells the process of its virtual people; apart from that process, which loads much more."""

import json
from dataclasses import asdict, dataclass

from sim.rehearsal.clock import RehearsalClock


@dataclass(frozen=True, slots=True)
class Orders:
    """What the demo tells this process. `secret` signs tokens, hexadecimal; `left_over` are ASCs with open contacts."""

    url: str
    origin: str
    secret: str
    scenario: str
    clock: RehearsalClock
    seed: int
    left_over: tuple[int, ...]

    def dumps(self) -> str:
        """As one line."""
        return json.dumps(asdict(self)) + "\n"

    @classmethod
    def loads(cls, line: str) -> "Orders":
        """From one line."""
        told = json.loads(line)
        return cls(**{**told, "clock": RehearsalClock(**told["clock"]), "left_over": tuple(told["left_over"])})
