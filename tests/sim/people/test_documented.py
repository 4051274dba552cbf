"""What the manual shows of people, work, patience and callbacks is what a scenario can say; and it says all of it."""

import re
from pathlib import Path

from pydantic import BaseModel

from sim.model import build
from sim.people.callback import Callback
from sim.people.section import Break, Connection, Group, Shift, Shrinkage
from sim.people.work import Backlog, ChatConnection, Patience, Transfer, Work
from sim.scenario_file import parse_scenario

MANUAL = Path(__file__).parents[3] / "docs" / "how-to" / "write-a-scenario.md"
REST = """\
name: documented
policy: {products: [expense, travel], languages: [en], wrap_up: 5 min}
demand: {streams: [{product: expense, language: en, per_hour: 20}]}
run: {horizon: 24 h}
"""


def chapters() -> str:
    """From people to callbacks."""
    text = MANUAL.read_text(encoding="utf-8")
    return text[text.index("## People") : text.index("## Demand")]


def test_the_manual_s_people_can_be_run() -> None:
    """The four blocks together make a scenario."""
    blocks = re.findall(r"```yaml\n(.*?)```", chapters(), re.DOTALL)

    model = build(parse_scenario(REST + "".join(blocks)))

    assert len(blocks) == 4
    assert model.groups[0].paces is not None
    assert model.callback is not None


def test_every_key_is_in_the_manual() -> None:
    """Whatever a section may say stands in its chapter."""
    sections: list[type[BaseModel]] = [
        *(Group, Shift, Break, Shrinkage, Connection),
        *(Work, Transfer, Backlog, Patience, ChatConnection, Callback),
    ]
    words = set(re.findall(r"\w+", chapters())) | {
        "fixed",
        "erlang",
        "gamma",
        "weibull",
        "hyperexponential",
        "empirical",
        "never",
    }
    missing = [
        f"{section.__name__}.{name}"
        for section in sections
        for name, field in section.model_fields.items()
        if (field.alias or name) not in words
    ]

    assert missing == []
