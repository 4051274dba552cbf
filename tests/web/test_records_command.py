"""What may be typed about records, and what is said to it."""

import asyncio
import csv
import shutil
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from router.records.database import FILE
from tests.service.test_recording import call_back, serve_contact
from tests.service.whole import desk_in, open_contact
from web import records_command
from web.cli import app


def run(*arguments: object) -> Result:
    """Type a command."""
    return CliRunner().invoke(app, ["records", *map(str, arguments)])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk that has served two contacts, and has one open."""
    folder = tmp_path_factory.mktemp("made") / "desk"

    async def live() -> None:
        async with desk_in(folder) as service:
            await serve_contact(service, 11, 1001, ["canary"])
            await call_back(service, 12, 1002, "+4930901820")
            await open_contact(service, 13, 1003, "topic")

    asyncio.run(live())
    return folder


@pytest.fixture
def desk(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(made, tmp_path / "desk")


def test_records_are_made_and_exported(desk: Path, tmp_path: Path) -> None:
    """Made from the journal alone and written out without a word of anybody; a span of days cuts."""
    file = tmp_path / "contacts.csv"
    assert 1 == run("export", desk, file).exit_code
    assert not (desk / FILE).exists()
    assert "recorded up to entry" in run("update", desk).stdout
    made = run("rebuild", desk)
    assert (0, "recorded up to entry ") == (made.exit_code, made.stdout[:21])

    assert 0 == run("export", desk, file).exit_code
    with file.open(encoding="utf-8", newline="") as text:
        rows = list(csv.DictReader(text))
    assert [("12", "callback", "0"), ("11", "chat", "")] == [
        (row["contact_id"], row["channel"], row["punctuality_ms"]) for row in rows
    ]
    assert [] == [word for word in ("canary", "901820", "asc 1001") if word in file.read_text(encoding="utf-8")]
    assert "0 contacts" in run("export", desk, file, "--until", "2020-01-01").stderr
    assert "2 contacts" in run("export", desk, file, "--since", "2020-01-01").stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("rebuild", "{desk}", "--records", "mysql://user:secret@host/x"), "must be sqlite:///FILE or postgresql://"),
        (("rebuild", "{desk}", "--records", "not a url, secret"), "must be sqlite:///FILE or postgresql://"),
        (("rebuild", "{desk}", "--records", "sqlite://"), "name a file"),
        (("rebuild", "{nowhere}"), "there is no desk in"),
        (("export", "{desk}", "{desk}/x.csv"), "there are no records yet"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(desk: Path, arguments: tuple[str, ...], said: str) -> None:
    """With what to do, and without the address, which may hold a password."""
    typed = [argument.format(desk=desk, nowhere=desk / "nowhere") for argument in arguments]

    result = run(*typed)

    assert 1 == result.exit_code
    assert said in result.stderr
    assert "secret" not in result.stderr
    assert not (desk / "x.csv").exists()


def test_a_missing_driver_is_said_with_what_to_install(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL needs a package more; whoever lacks it is told which extra brings it."""
    monkeypatch.setitem(__import__("sys").modules, "asyncpg", None)

    result = run("rebuild", desk, "--records", "postgresql://user:secret@host/x")

    assert 1 == result.exit_code
    assert "pip install 'ringback[postgres]'" in result.stderr


def test_the_variable_is_the_services(desk: Path) -> None:
    """The command's word for the environment is that of the service."""
    from router.service.recorder import RECORDS_VARIABLE

    assert RECORDS_VARIABLE == records_command.RECORDS_VARIABLE
