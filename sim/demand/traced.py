"""The traces that a scenario names, found beside it and pinned by their digests, so that a result tells its inputs."""

from collections.abc import Callable
from pathlib import Path as FilePath

from sim.demand.section import Trace
from sim.demand.table import BadData
from sim.demand.trace import digest, trace_of
from sim.problems import Path, Problem
from sim.scenario import Scenario


def traced(scenario: Scenario, folder_of: Callable[[Path], FilePath]) -> tuple[Scenario, list[Problem]]:
    """
    The scenario with the full path and the digest of every trace, and what is wrong with those files.

    `folder_of` tells in which folder the file lies that says what stands at a path.
    """
    if not scenario.demand.traces:
        return scenario, []
    found: list[Trace] = []
    problems: list[Problem] = []
    for index, trace in enumerate(scenario.demand.traces):
        path: Path = ("demand", "traces", index, "file")
        file = (folder_of(path) / trace.file).resolve()
        try:
            sha256 = digest(file)
            trace_of(str(file), sha256)
        except (BadData, OSError) as error:
            problems.append(Problem(path, error.strerror or "" if isinstance(error, OSError) else str(error)))
            continue
        if trace.sha256 not in (None, sha256):
            what = f"the file is another than the one meant: its sha256 is {sha256}"
            problems.append(Problem(path, what))
        found.append(Trace(file=str(file), sha256=sha256))
    demand = scenario.demand.model_copy(update={"traces": found})
    return scenario.model_copy(update={"demand": demand}), problems
