"""
Draw the life-cycle diagrams of docs/architecture.md from the tables in `router.core.lifecycle`.

    python scripts/draw_lifecycles.py          write them
    python scripts/draw_lifecycles.py --check  exit 1 when the page does not show the tables
"""

import sys
from pathlib import Path

from router.core.lifecycle import CALLBACK_MOVES, CHAT_MOVES, OFFER_MOVES, Table

PAGE = Path(__file__).parent.parent / "docs" / "architecture.md"
DIAGRAMS: dict[str, tuple[Table, str]] = {
    "chat": (CHAT_MOVES, "waiting"),
    "callback": (CALLBACK_MOVES, "scheduled"),
    "offer": (OFFER_MOVES, "pending"),
}


def draw(table: Table, start: str) -> str:
    """One table as a Mermaid state diagram; events that lead back to the same state are left out."""
    lines = ["stateDiagram-v2", f"    [*] --> {start}"]
    arrows: dict[tuple[str, str], list[str]] = {}
    for state, moves in table.items():
        for event, target in moves.items():
            if target != state:
                arrows.setdefault((state, target), []).append(event.__name__)
    lines += [f"    {state} --> {target}: {', '.join(events)}" for (state, target), events in arrows.items()]
    left = {state for other, _ in DIAGRAMS.values() for state in other}
    ends = dict.fromkeys(target for _, target in arrows if target not in left)
    lines += [f"    {end} --> [*]" for end in ends]
    return "\n".join(lines)


def redraw(page: str) -> str:
    """The page with every block between its markers drawn anew. Raises ValueError when a marker is missing."""
    for name, (table, start) in DIAGRAMS.items():
        opening, closing = f"<!-- lifecycle:{name} -->\n", f"<!-- /lifecycle:{name} -->"
        head, found, rest = page.partition(opening)
        _, found_too, tail = rest.partition(closing)
        if not (found and found_too):
            raise ValueError(f"{PAGE.name} lacks the markers of '{name}'")
        page = f"{head}{opening}```mermaid\n{draw(table, start)}\n```\n{closing}{tail}"
    return page


def main() -> int:
    """Write or check the page; the exit code says whether it was right."""
    old = PAGE.read_text(encoding="utf-8")
    new = redraw(old)
    if "--check" in sys.argv:
        if old != new:
            print(f"{PAGE} is not what the tables say; run: python {Path(__file__).name}")
        return int(old != new)
    PAGE.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
