"""What may be typed about a journal, and what is said to it."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from tests.service.whole import desk_in, heard, open_contact, say
from web import journal_command
from web.cli import app

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk that has run."""
    folder = tmp_path_factory.mktemp("made") / "desk"

    async def live() -> None:
        async with desk_in(folder) as service:
            await open_contact(service, 11, 1001, "topic")
            await say(service, 11, 1001, "text")

    asyncio.run(live())
    return folder


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(made, tmp_path / "desk")


@pytest.fixture
def run() -> Run:
    """Types a command."""

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(app, ["journal", *map(str, arguments)])

    return run


def test_a_desk_goes_round(run: Run, desk: Path, tmp_path: Path) -> None:
    """Backed up, verified, replayed, restored, erased: each command says what it did, and the desk is the same."""
    backup, new = tmp_path / "backup", tmp_path / "new"
    new.mkdir()
    shutil.copy(desk / "desk.keys", new)
    dumps = [run("export", desk, tmp_path / "a.jsonl")]
    said = [
        run("backup", desk, backup),
        run("verify", backup),
        run("restore", backup, new),
        run("verify", new),
        run("archive", new, "--keep-mb", 0),
    ]
    dumps.append(run("export", new, tmp_path / "b.jsonl"))
    erased = run("erase", new, "--asc", 1001, "--backup", backup)

    assert [0] * 8 == [result.exit_code for result in (*dumps, *said, erased)], [each.output for each in said]
    assert dumps[0].output == dumps[1].output
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()
    assert run("replay", tmp_path / "a.jsonl").output == run("replay", backup).output
    assert "keys of 1 contacts" in said[0].output
    assert "archive: entries 1 to" in said[3].output
    assert f"erased 1 contacts\n{backup}: 1 keys taken out\n" == erased.output

    async def look() -> list[str]:
        async with desk_in(new) as service:
            return heard(service, 11)

    assert ["", ""] == asyncio.run(look())


def test_faults_are_told_and_end_with_1(run: Run, desk: Path, tmp_path: Path) -> None:
    """What verifying finds goes to standard error, a line each, and the exit code says that there was something."""
    run("backup", desk, tmp_path / "backup")
    segment = next((tmp_path / "backup" / "archive").glob("*.segment"))
    segment.write_bytes(segment.read_bytes()[:-1])

    result = run("verify", tmp_path / "backup")

    assert 1 == result.exit_code
    assert result.stderr.startswith(f"ringback: {segment}: ")
    assert 1 == run("restore", tmp_path / "backup", tmp_path / "new").exit_code


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("verify", "nowhere"), 1, "there is no desk in nowhere"),
        (("backup", "nowhere", "backup"), 1, "there is no desk in nowhere"),
        (("restore", "nowhere", "desk"), 1, "the backup is not whole"),
        (("restore", "nowhere", "desk", "--erased", "nothing"), 2, "there is no file nothing"),
        (("snapshot", "nowhere"), 1, "there is no desk in nowhere"),
        (("archive", "nowhere"), 1, "there is no desk in nowhere"),
        (("erase", "nowhere"), 2, "say which contacts, or whose with --asc"),
        (("erase", "nowhere", "5"), 1, "there is no desk in nowhere"),
        (("replay", "nowhere"), 1, "No such file"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: int, told: str
) -> None:
    """No command ends in a traceback, and the exit code tells wrong input from failure."""
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)

    assert code == result.exit_code
    assert told in result.stderr
    assert "Traceback" not in result.output


def test_the_store_elsewhere_has_one_name() -> None:
    """The command line, which imports nothing heavy, and the service read the same variable."""
    from router.service.folder import REDIS_VARIABLE

    assert REDIS_VARIABLE == journal_command.REDIS_VARIABLE
