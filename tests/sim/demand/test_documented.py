"""The demand that the manual shows is demand that a scenario can have."""

import re
from pathlib import Path

from sim.model import build
from sim.scenario_file import parse_scenario

MANUAL = Path(__file__).parents[3] / "docs" / "how-to" / "write-a-scenario.md"
REST = """\
name: documented
policy: {products: [expense, travel, request], languages: [en]}
people: {all: {agents: 9, products: [expense, travel, request], languages: [en]}}
work: {handle_time: 5 min}
run: {horizon: 7 d}
"""


def test_the_manual_s_demand_can_be_run() -> None:
    """All blocks of the chapter but the trace, one after the other, are one section."""
    chapter = MANUAL.read_text(encoding="utf-8").partition("## Demand")[2]
    blocks = [block for block in re.findall(r"```yaml\n(.*?)```", chapter, re.DOTALL) if "traces:" not in block]
    # The neighbour that the surge spills over to needs a stream.
    blocks[0] += "    - {product: request, language: en, per_hour: 2}\n"

    scenario = parse_scenario(REST + "".join(blocks))

    assert len(blocks) == 5
    assert len(build(scenario).streams) == 3 + 3
