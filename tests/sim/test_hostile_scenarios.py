"""
Hostile files are refused in bounded time and memory.

To add a case put a file into `hostile/`: whatever lies there must be refused, and where its first line is a comment, by
a message that holds the comment, or one of its parts between `|`. What is too large or too odd for a file that people
look at is made in `MADE`, and what needs a folder around it has a test of its own.
"""

import os
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sim.problems import MOST_LETTERS, MOST_SHOWN, BadDocument
from sim.scenario_file import load_scenario
from sim.yaml_file import MOST_BYTES

HOSTILE = sorted((Path(__file__).parent / "hostile").iterdir())
LONGEST_S = 10
MOST_KIB = 200 * 1024

MADE: dict[str, tuple[bytes, str]] = {
    "too large": (b"#" * (MOST_BYTES + 1), "larger than 256 KiB"),
    "brackets": (b"[" * 200_000, "nested deeper than 20 levels"),
    "mappings": (b"{a: " * 50_000, "nested deeper than 20 levels"),
    "dashes": (b"- " * 99_000, "nested deeper than 20 levels"),
    "indentation": (b"".join(b" " * i + b"a:\n" for i in range(500)), "nested deeper than 20 levels"),
    "list": (b"[1" + b",1" * 99_000 + b"]", "more than 20,000 values"),
    "anchors": (b"&a " * 80_000, "anchors (&name) are not allowed"),
    "aliases": (b"a: [" + b"*a, " * 50_000 + b"]", "aliases (*name) are not allowed"),
    "digits": (b"extends: first-desk\nrun: {seed: " + b"9" * 200_000 + b"}", "is not a usable int"),
    "exponent": (b"extends: first-desk\nrun: {compress: 1e" + b"9" * 200_000 + b"}", "run.compress"),
    "duration": (b"extends: first-desk\nrun: {horizon: " + b"9" * 200_000 + b" d}", "run.horizon"),
    "quotes": (b'"' * 200_001, "not YAML"),
    "questions": (b"? " * 80_000, "a key must be a word"),
    "keys": (b"".join(b"k%d: 1\n" % i for i in range(2_000)), "and 1,95"),
    "people": (
        b"extends: first-desk\npeople:\n" + b"".join(b"  g%d: 1\n" % i for i in range(2_000)),
        "and 1,950 more",
    ),
    "nothing": (b"", "a scenario is a mapping"),
    "null bytes": (b"\0" * 1_000, "not YAML"),
}


@pytest.fixture(scope="module", autouse=True)
def bounded_memory() -> Iterator[None]:
    """All of these together need no more than so much memory above what was needed before."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_KIB


def refused(path: Path) -> str:
    """The message with which a file is refused, in bounded time, and of bounded length."""
    begun = time.process_time()
    with pytest.raises(BadDocument) as caught:
        load_scenario(path)
    assert time.process_time() - begun < LONGEST_S
    message = str(caught.value)
    assert len(message) < (MOST_SHOWN + 1) * (MOST_LETTERS + 600)
    assert message.replace("\n", "").isprintable()
    return message


@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path.stem)
def test_each_file_of_the_folder_is_refused(path: Path) -> None:
    """Whatever lies in `hostile/` is refused, and for the reason that its first line tells."""
    message = refused(path)

    first = path.read_bytes().split(b"\n")[0].decode("utf-8", "replace")
    if first.startswith("# "):
        assert any(told in message for told in first[2:].split("|")), message


@pytest.mark.parametrize("name", MADE)
def test_what_is_too_large_or_too_odd_is_refused(tmp_path: Path, name: str) -> None:
    """Depth, length and number are bounded while parsing, not after it."""
    content, told = MADE[name]
    path = tmp_path / "made.yaml"
    path.write_bytes(content)

    assert told in refused(path)


def _link_out(folder: Path) -> None:
    (folder.parent / "secret.yaml").write_text("name: secret\n", encoding="utf-8")
    (folder / "other.yaml").symlink_to("../secret.yaml")


def _link_through_a_folder(folder: Path) -> None:
    (folder / "up").symlink_to("..")
    (folder / "other.yaml").symlink_to("up/secret.yaml")


def _link_in_a_circle(folder: Path) -> None:
    (folder / "other.yaml").symlink_to("other.yaml")


def _pipe(folder: Path) -> None:
    os.mkfifo(folder / "other.yaml")


def _folder(folder: Path) -> None:
    (folder / "other.yaml").mkdir()


def _long_chain(folder: Path) -> None:
    for number in range(20):
        (folder / f"{number}.yaml").write_text(f"extends: {number + 1}.yaml\n", encoding="utf-8")
    (folder / "other.yaml").write_text("extends: 0.yaml\n", encoding="utf-8")


def _a_list(folder: Path) -> None:
    (folder / "other.yaml").write_text("- a\n", encoding="utf-8")


def _a_bomb(folder: Path) -> None:
    (folder / "other.yaml").write_bytes(b"[" * 200_000)


@pytest.mark.parametrize(
    ("lay", "told"),
    [
        (_link_out, "stays beside or below this file"),
        (_link_through_a_folder, "stays beside or below this file"),
        (_link_in_a_circle, "there is no file"),
        (_pipe, "there is no file"),
        (_folder, "there is no file"),
        (_long_chain, "more than 8 files extend each other"),
        (_a_list, "is no scenario"),
        (_a_bomb, "other.yaml:1:22  [0]"),
    ],
    ids=lambda one: one.__name__[1:] if callable(one) else "",
)
def test_what_is_extended_is_as_little_trusted(tmp_path: Path, lay: Callable[[Path], None], told: str) -> None:
    """No way leads out of the folder, nothing is waited for, and the other file is bounded like the first."""
    folder = tmp_path / "desk"
    folder.mkdir()
    lay(folder)
    path = folder / "plan.yaml"
    path.write_text("extends: other.yaml\n", encoding="utf-8")

    assert told in refused(path)
