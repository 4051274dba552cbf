"""A campaign in words: the figures as they were found, with the seed and the kind of machine, for docs and terminal."""

import os
import platform
import statistics
from collections.abc import Iterator
from datetime import date

from router.journal.server_binary import find_server_binary
from tests.chaos.campaign import Result
from tests.chaos.judge import laws


def summary(result: Result) -> str:
    """One line: counts and violations."""
    deaths = ", ".join(f"{count} {who}" for who, count in _victims(result).items() if count)
    acked = 0 if result.evidence is None else sum(note.type == "ok" for note in result.evidence.notes)
    stopped = "interrupted: " if result.interrupted else ""
    return (
        f"{stopped}{result.kills} kills ({deaths or 'none'}), {sum(result.faults.values())} faults, "
        f"{acked} operations acknowledged, {len(result.violations)} violations, seed {result.seed}"
    )


def _victims(result: Result) -> dict[str, int]:
    """Deaths by what died."""
    found = {"of the node": 0, "of the store": 0, "of both at once": 0}
    for name, count in result.deaths.items():
        key = "of both at once" if "both" in name else "of the store" if name.startswith("store") else "of the node"
        found[key] += count
    return found


def document(result: Result, today: date) -> str:
    """The report, Markdown with one sentence a line."""
    return "\n".join(_lines(result, today)) + "\n"


def _lines(result: Result, today: date) -> Iterator[str]:
    evidence = result.evidence
    yield "# What a campaign found"
    yield ""
    yield "Written by `make chaos`; figures as they came out, nothing left out or rounded in our favour."
    yield "How to run it stands in [how-to/run-the-chaos-campaign.md](../how-to/run-the-chaos-campaign.md)."
    yield "What the invariants mean stands in [explanation/invariants.md](../explanation/invariants.md)."
    yield ""
    yield f"- Date: {today.isoformat()}"
    yield f"- Seed: {result.seed}"
    machine = f"{platform.system()} on {platform.machine()}, {os.cpu_count()} processors"
    yield f"- Machine: {machine}, Python {platform.python_version()}; load at the end: {os.getloadavg()[0]:.1f}"
    yield f"- Store: {find_server_binary().name}, `appendfsync always`"
    yield f"- Length: {result.seconds:.0f} s{', interrupted by hand' if result.interrupted else ''}"
    yield f"- Kills: {result.kills}: {', '.join(f'{count} {who}' for who, count in _victims(result).items())}"
    yield f"- **Violations: {len(result.violations)}**"
    if evidence is not None:
        counts = {kind: sum(note.type == kind for note in evidence.notes) for kind in ("invoke", "ok", "fail")}
        unknown = sum(note.type == "info" and bool(note.op) for note in evidence.notes)
        done = f"{counts['ok']} acknowledged, {counts['fail']} refused, {unknown} unknown to the client"
        yield f"- Operations: {counts['invoke']} asked, {done}"
        received = sum(note.f == "rx" for note in evidence.notes)
        yield f"- Journal: {len(evidence.entries)} entries; frames received by clients: {received}"
    yield ""
    yield "## Faults"
    yield ""
    yield "The time is from the beginning of the fault to the next acknowledgement, in seconds."
    yield "Its own length is part of it, and so is starting the node, which the campaign does itself."
    yield ""
    yield "| fault | times | kills | median | longest |"
    yield "|---|---:|---:|---:|---:|"
    for name, count in sorted(result.faults.items()):
        took = [ms / 1000 for ms in result.back_ms.get(name, [])]
        middle, longest = (f"{statistics.median(took):.1f}", f"{max(took):.1f}") if took else ("-", "-")
        yield f"| {name} | {count} | {result.deaths[name]} | {middle} | {longest} |"
    for name, why in result.missing.items():
        yield f"| {name} | 0: {why} | | | |"
    yield ""
    yield "## What was met on the way"
    yield ""
    yield "| what | times |"
    yield "|---|---:|"
    for name, times in sorted(result.seen.items()):
        yield f"| {name} | {times} |"
    yield ""
    yield "## Invariants"
    yield ""
    yield "| id | invariant | violations |"
    yield "|---|---|---:|"
    for ident, law in laws().items():
        yield f"| {ident} | {law} | {sum(violation.id == ident for violation in result.violations)} |"
    if result.violations:
        yield ""
        yield "## Violations"
        yield ""
        yield from (f"- {violation}" for violation in result.violations)
