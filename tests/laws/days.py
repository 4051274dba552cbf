"""Some random days on the desk; as a program, prints a digest of every byte that they leave and tell."""

from hashlib import sha256

from router.wire.codec import event_bytes, state_bytes
from tests.core.world import World, random_day


def digest(world: World) -> str:
    """A hash of the desk's state and of all that it has told."""
    told = b"".join(event_bytes(event) for event in world.events)
    return sha256(told + state_bytes(world.desk.snapshot())).hexdigest()


if __name__ == "__main__":
    for number in range(20):
        print(digest(random_day(number, 150)))
