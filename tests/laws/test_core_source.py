"""What may not stand in the desk's code: impure imports, floats, walked sets, changes of the state in passing."""

import ast
from pathlib import Path

import pytest

import router.core
from router.core.errors import REASONS
from tests.laws.source import offences

CORE = Path(router.core.__file__).parent
FILES = sorted(CORE.rglob("*.py"))
DECIDING = (
    "admission", "agents", "callbacks", "contacts", "dialling", "matching", "offers", "quiet", "routing", "sessions",
    "supervision",
)  # fmt: skip
"""Rooms that decide; what they decide happens through `emit`."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(CORE)))
def test_the_desk_could_run_twice_alike(path):
    """Nothing in the desk depends on the clock, the machine, an address or the order of a hash."""
    assert [] == offences(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "line",
    [
        "import time",
        "from os import path",
        "from math import isqrt, sqrt",
        "import math",
        "from . import desk",
        "from router.wire.policy import PolicyDocument",
        "x = 0.5",
        "x = 1 / 2",
        "x /= 2",
        "x = float(1)",
        "x = hash('a')",
        "x = id(x)",
        "for x in {1, 2}: pass",
        "for x in set(y): pass",
        "[x for x in frozenset(y)]",
        "x = {1}\nfor z in x: pass",
        "def f(x: set[int]) -> None:\n    for z in x: pass",
        "class A:\n    x: frozenset[int]\ndef f(a: A) -> None:\n    return list(a.x)",
        "for x in a.keys() - b: pass",
        "for x in a.union(b): pass",
        "x = {1}\nx.pop()",
        "x = [*{1, 2}]",
        "x = ','.join({'a'})",
        "x = min({1, 2})",
    ],
)
def test_what_could_differ_is_found(line):
    """The search finds each kind of offence."""
    assert 1 == len(offences(line))


@pytest.mark.parametrize(
    "line",
    ["x = 7 // 2", "x = 3 in {1, 2}", "x = {1} == {2}", "x = sorted({1, 2})", "for x in {1: 2}: pass", "x = len({1})"],
)
def test_what_cannot_differ_is_left_alone(line):
    """Sets may be asked, counted, compared and sorted; dicts keep their order."""
    assert [] == offences(line)


@pytest.mark.parametrize("room", DECIDING)
def test_who_decides_does_not_change_the_state(room):
    """Rooms that decide write to nothing but the lists of what is to be looked at: `emit` is the only way."""
    tree = ast.parse((CORE / f"{room}.py").read_text(encoding="utf-8"))
    targets = [target for node in ast.walk(tree) for target in written(node)]

    assert [] == [ast.unparse(target) for target in targets if not ast.unparse(target).startswith("state.touched_")]


def written(node):
    """The attributes, and the items of attributes, that a statement writes to."""
    targets = []
    if isinstance(node, ast.Assign | ast.Delete):
        targets = node.targets
    elif isinstance(node, ast.AugAssign | ast.AnnAssign):
        targets = [node.target]
    for target in targets:
        inner = target
        while isinstance(inner, ast.Subscript):
            inner = inner.value
        if isinstance(inner, ast.Attribute):
            yield target


def reasons_given():
    """The codes with which the desk refuses, as they stand in its code, or are named by `why_shut` and `why_not`."""
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refused":
                (code,) = node.args
                if not (isinstance(code, ast.Name) and code.id == "shut"):
                    assert isinstance(code, ast.Constant)
                    yield code.value
            elif isinstance(node, ast.FunctionDef) and node.name in ("why_shut", "why_not"):
                codes = [part.value for part in ast.walk(node) if isinstance(part, ast.Return)]
                codes = [code.body if isinstance(code, ast.IfExp) else code for code in codes]
                yield from (code.value for code in codes if isinstance(code, ast.Constant) and code.value)


def test_every_refusal_has_its_sentence():
    """The desk refuses with codes of the closed list only."""
    assert {*reasons_given()} <= set(REASONS)


def test_every_reason_is_given():
    """A code that the desk never gives is not promised to clients."""
    assert set(REASONS) == {*reasons_given()}
