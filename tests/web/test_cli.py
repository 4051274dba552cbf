"""Laws of the command line."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from web.cli import FIRST_PORT, _port

JOURNAL = ("verify", "export", "replay", "archive", "snapshot", "backup", "restore", "erase")
ALONE = ("demo", "serve", "simulate", "compare", "verify", "explain", "journal")
COMMANDS = ([], *([name] for name in ALONE), *(["journal", name] for name in JOURNAL))


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "web", *arguments], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_help_ends_with_examples(command: list[str]) -> None:
    """Whoever asks for help sees what to type."""
    done = run(*command, "--help")

    assert 0 == done.returncode
    examples = done.stdout.split("Examples:")[1].split("\n")
    assert any(line.strip().startswith(" ".join(["ringback", *command])) for line in examples)


def test_help_loads_nothing_heavy() -> None:
    """The command's own module brings in no server, no numbers and no compiler."""
    heavy = "{'aiohttp', 'numba', 'numpy', 'pydantic', 'redis', 'simpy', 'scipy'}"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys, web.cli; print(sorted({heavy} & set(sys.modules)))"],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert "[]" == done.stdout.strip()


def test_a_demo_serves_without_a_compiler() -> None:
    """The serving process leaves compiler and simulation engine to the people: it is up sooner and smaller."""
    done = subprocess.run(
        [sys.executable, "-c", "import sys, web.demo; print(sorted({'numba', 'scipy', 'simpy'} & set(sys.modules)))"],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert "[]" == done.stdout.strip()


def test_it_says_its_version() -> None:
    """The version is that of the installed package."""
    assert f"ringback {version('ringback')}" == run("--version").stdout.strip()


def test_a_demo_does_not_listen_to_the_world_unasked(tmp_path: Path) -> None:
    """A demo lets everybody in, so another address than this machine's needs a word more."""
    done = run("demo", "--host", "0.0.0.0", "--data", str(tmp_path / "demo"))

    assert (2, 1) == (done.returncode, done.stderr.count("\n"))
    assert "--i-know" in done.stderr


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("products: [expense]\n", "languages"),
        ("products: [expense]\nlanguages: [en]\noffer_timeout: 20\n", "offer_timeout"),
        ("products: [expense\n", "policy.yaml"),
    ],
)
def test_a_bad_policy_is_told_by_place_and_reason(tmp_path: Path, text: str, told: str) -> None:
    """A policy that cannot be used is named with the place in it, and no desk is begun."""
    policy = tmp_path / "policy.yaml"
    policy.write_text(text)
    done = run(
        "serve", "--data", str(tmp_path / "desk"), "--policy", str(policy), "--port", str(_port("127.0.0.1", None))
    )

    assert 2 == done.returncode
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "desk").exists()


def test_without_a_wish_the_first_free_port_is_taken() -> None:
    """A demo beside another takes the next port; a port that was asked for is taken as it is."""
    assert _port("127.0.0.1", None) >= FIRST_PORT
    assert 4_711 == _port("127.0.0.1", 4_711)


def test_a_journal_that_is_none_is_told_in_words(tmp_path: Path) -> None:
    """Neither a missing desk nor a file of something else ends in a traceback."""
    other = tmp_path / "other.jsonl"
    other.write_text("{}\n")
    for arguments in (("export", str(tmp_path / "nowhere"), str(tmp_path / "out")), ("replay", str(other))):
        done = run("journal", *arguments)

        assert 1 == done.returncode
        assert done.stderr.startswith("ringback: ")
        assert "Traceback" not in done.stderr
