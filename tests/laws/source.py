"""
What the desk's code may not contain, because two runs of it could then differ: found in its syntax tree.

Sets may be asked and compared, never walked; numbers are integers; nothing depends on an address or a hash.
"""

import ast
from collections.abc import Iterator

ALLOWED_IMPORTS = (
    "bisect",
    "collections.abc",
    "dataclasses",
    "functools",
    "heapq",
    "operator",
    "typing",
    "router.core",
)
WHOLE_MATHS = ("comb", "gcd", "isqrt", "lcm", "perm")
"""What `math` has for whole numbers; the rest of it gives floats."""
FORBIDDEN_CALLS = (
    "__import__", "compile", "eval", "exec", "float", "globals", "hash", "id", "input", "locals", "open", "print",
    "vars",
)  # fmt: skip
SET_MAKERS = ("set", "frozenset")
SET_METHODS = ("difference", "intersection", "symmetric_difference", "union")
WALKERS = ("dict", "enumerate", "filter", "iter", "list", "map", "max", "min", "next", "reversed", "tuple", "zip")
WALKING_METHODS = ("extend", "fromkeys", "join", "update")
"""Calls whose result depends on the order of what they are given; `sorted`, `sum`, `any`, `all`, `len` do not."""


def offences(source: str) -> list[str]:
    """Each as `line: what`, in the order of the lines."""
    tree = ast.parse(source)
    sets = _names_of_sets(tree)
    found = [(_line(node), what) for node in ast.walk(tree) for what in _wrong(node, sets)]
    return [f"{line}: {what}" for line, what in sorted(found)]


def _line(node: ast.AST) -> int:
    place = node.iter if isinstance(node, ast.comprehension) else node
    return int(getattr(place, "lineno", 0))


def _wrong(node: ast.AST, sets: frozenset[str]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (f"import of {alias.name}" for alias in node.names if not _allowed(alias.name))
    elif isinstance(node, ast.ImportFrom):
        whole = node.module == "math" and all(alias.name in WHOLE_MATHS for alias in node.names)
        if node.level or not (whole or _allowed(node.module or "")):
            yield f"import from {'.' * node.level}{node.module or ''}"
    elif isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
        yield f"the number {node.value}"
    elif isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
        yield "division that is not whole"
    elif isinstance(node, ast.For | ast.comprehension | ast.Starred):
        if _is_set(node.value if isinstance(node, ast.Starred) else node.iter, sets):
            yield "a set that is walked"
    elif isinstance(node, ast.Call):
        yield from _wrong_call(node, sets)


def _wrong_call(node: ast.Call, sets: frozenset[str]) -> Iterator[str]:
    if isinstance(node.func, ast.Name):
        if node.func.id in FORBIDDEN_CALLS:
            yield f"a call of {node.func.id}"
        if node.func.id in WALKERS and any(_is_set(argument, sets) for argument in node.args):
            yield "a set that is walked"
    elif isinstance(node.func, ast.Attribute):
        walks = node.func.attr in WALKING_METHODS and any(_is_set(argument, sets) for argument in node.args)
        if walks or (node.func.attr == "pop" and _is_set(node.func.value, sets)):
            yield "a set that is walked"


def _allowed(module: str) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in ALLOWED_IMPORTS)


def _is_set(node: ast.AST, sets: frozenset[str]) -> bool:
    if isinstance(node, ast.Set | ast.SetComp):
        return True
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name):
            return node.func.id in SET_MAKERS
        return isinstance(node.func, ast.Attribute) and node.func.attr in SET_METHODS
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd | ast.BitOr | ast.BitXor | ast.Sub):
        return _is_set(node.left, sets) or _is_set(node.right, sets) or _is_view(node.left) or _is_view(node.right)
    return _name(node) in sets


def _is_view(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("keys", "items")


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _names_of_sets(tree: ast.AST) -> frozenset[str]:
    """Variables and attributes that hold a set somewhere in the module, by what they are given or declared to be."""
    names: dict[str, None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and _is_set(node.value, frozenset()):
            names.update(dict.fromkeys(_name(target) for target in node.targets))
        elif isinstance(node, ast.AnnAssign):
            declared = ast.unparse(node.annotation)
            given = node.value is not None and _is_set(node.value, frozenset())
            if given or declared.startswith(("set", "frozenset", "Final[set", "Final[frozenset")):
                names[_name(node.target)] = None
        elif isinstance(node, ast.arg) and node.annotation and ast.unparse(node.annotation).startswith(SET_MAKERS):
            names[node.arg] = None
    return frozenset(names) - {""}
