"""What is wrong with a file, where, and what to do about it. Everything wrong is told at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from router.wire.suggest import did_you_mean as did_you_mean

Path = tuple[str | int, ...]
"""Where in a document: keys and list indices from the top."""

MOST_SHOWN = 50
MOST_LETTERS = 500
"""Longest sentence about one problem."""


@dataclass(frozen=True, slots=True)
class Problem:
    """
    One thing that is wrong; `line` and `column` count from 1, and are 0 where there was no file.

    `file` is told where it is another one than the document's own.
    """

    path: Path
    message: str
    line: int = 0
    column: int = 0
    of_key: bool = False
    """Whether the key itself is wrong, rather than what stands under it."""
    file: str = ""


def unknown(path: Path, what: str, word: str, known: Iterable[str]) -> Problem:
    """A word that names nothing, with the nearest one that does."""
    return Problem(path, f"unknown {what} '{word}'.{did_you_mean(word, known)}")


class BadDocument(Exception):
    """A document cannot be used; the message lists every problem, one a line, as `file:line:column  path: what`."""

    def __init__(self, name: str, problems: Sequence[Problem], more: int = 0) -> None:
        """`more` is how many there are besides."""
        self.name = name
        self.problems = sorted(problems, key=lambda problem: (problem.file, problem.line, problem.column))
        lines = [self._sentence(problem) for problem in self.problems[:MOST_SHOWN]]
        more += max(len(self.problems) - MOST_SHOWN, 0)
        if more:
            lines.append(f"{name}: and {more:,} more")
        super().__init__("\n".join(lines))

    def _sentence(self, problem: Problem) -> str:
        name = problem.file or self.name
        place = f"{name}:{problem.line}:{problem.column}" if problem.line else name
        path = written(problem.path)
        return f"{place}  {_shown(f'{path}: {problem.message}' if path else problem.message)}"


def _shown(text: str) -> str:
    """As one short line that leaves a terminal alone, whatever a file has put into it."""
    cut = text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 2] + " …"
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in cut)


def written(path: Path) -> str:
    """A path as people write it: `demand.streams[2].product`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
