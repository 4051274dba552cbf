"""
The cases that the twin runs: each a textbook line, by number, with its exact values.

To add one: parameters, a scenario made from them, theory called with them, in the room of its subject. How many
customers a case needs for an interval of 1 % was found by trying; `quick` takes what a minute for all of them allows.
"""

from sim.verify.case import TwinCase
from sim.verify.twin_cases.days import DAYS
from sim.verify.twin_cases.laws import LAWS
from sim.verify.twin_cases.lines import LINES
from sim.verify.twin_cases.sharing import SHARING
from sim.verify.twin_cases.skills import SKILLS

TWIN_CASES: tuple[TwinCase, ...] = (*LINES, *LAWS, *SHARING, *SKILLS, *DAYS)
