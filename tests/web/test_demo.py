"""Laws of the demo: it is there at once, people live in it, and its data goes or stays as told."""

import asyncio
import json
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from sim.client.client import Client
from tests.web.desk import DeskProcess, get, token_of, wait_for
from web.demo import MARK

WITHIN_S = 30
FAST = ("--speed", "100")


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[DeskProcess]:
    made = DeskProcess.demo(tmp_path / "demo", *FAST)
    yield made
    made.end()


@asynccontextmanager
async def supervisor(desk: DeskProcess) -> AsyncIterator[Client]:
    url = f"{desk.address.replace('http', 'ws', 1)}/ws"
    client = Client(url, desk.address, token_of(desk, "supervisor", 900_000_009), random.Random(1))
    running = asyncio.create_task(client.run())
    try:
        async with asyncio.timeout(WITHIN_S):
            yield client
    finally:
        client.stop()
        await running


def board_of(desk: DeskProcess, true: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
    """The first board of which `true` holds."""

    async def look() -> dict[str, Any]:
        async with supervisor(desk) as client:
            await client.until(lambda view: view.board is not None and bool(true(view.board)))
            assert client.view.board is not None
            return client.view.board

    return asyncio.run(look())


def present(board: dict[str, Any]) -> set[int]:
    return {agent["id"] for agent in board["agents"] if agent["status"] == "available"}


def offered(board: dict[str, Any]) -> int:
    return int(board["today"]["all"]["offered"]["value"])


def people_of(desk: DeskProcess) -> list[int]:
    """Processes of virtual people that this demo started."""
    assert desk.process is not None
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                line, status = (folder / "cmdline").read_bytes(), (folder / "stat").read_text()
            except OSError:
                continue
            if b"web.people" in line and int(status.rsplit(")", 1)[1].split()[1]) == desk.process.pid:
                found.append(int(folder.name))
    return found


def test_people_live_in_the_demo_and_ctrl_c_takes_it_away(demo: DeskProcess) -> None:
    """Agents sign in, customers come and are served in both languages; Ctrl-C ends everybody and removes the data."""
    demo.start()
    board = board_of(demo, lambda board: board["today"]["all"]["served"]["value"] >= 10)
    people = people_of(demo)

    assert len(present(board)) >= 10
    assert {"expense/en", "expense/fr"} <= {line["line"] for line in board["lines"]}
    assert board["today"]["speed"] == 100
    assert 1 == len(people)

    assert 0 == demo.stop(signal.SIGINT)
    assert not demo.data.exists()
    wait_for("the end of the people", lambda: not Path(f"/proc/{people[0]}").exists())


def test_after_a_kill_the_day_goes_on(demo: DeskProcess) -> None:
    """Killed with its store, the demo starts again from its data: same clock, same agents, numbers that only grow."""
    demo.start()
    before = board_of(demo, lambda board: board["today"]["all"]["served"]["value"] >= 5)
    people = people_of(demo)
    mark = (demo.data / MARK).read_text()
    demo.kill()
    wait_for("the end of the people", lambda: not Path(f"/proc/{people[0]}").exists())

    demo.start()
    after = board_of(demo, lambda board: present(board) >= present(before) and offered(board) > offered(before))

    assert mark == (demo.data / MARK).read_text()
    assert before["today"]["clock_at"] == after["today"]["clock_at"]
    assert present(before) <= present(after)


def test_a_plain_kill_keeps_the_data(demo: DeskProcess) -> None:
    """Whoever is asked to end by the system rather than by Ctrl-C leaves the data for the next demo."""
    demo.start()
    assert 0 == demo.stop(signal.SIGTERM)
    assert (demo.data / MARK).exists()


def test_a_visitor_is_served_by_a_virtual_agent(demo: DeskProcess) -> None:
    """A person who asks for a chat is greeted by a virtual agent and answered in the language of the line."""
    demo.start()

    async def visit() -> list[str]:
        url = f"{demo.address.replace('http', 'ws', 1)}/ws"
        client = Client(url, demo.address, token_of(demo, "asc", 900_000_001), random.Random(1))
        running = asyncio.create_task(client.run())
        try:
            async with asyncio.timeout(WITHIN_S):
                request = {"t": "chat.request", "product": "travel", "language": "fr", "topic": "Mon train"}
                contact = int((await client.send(request))["contact"])

                def heard(count: int) -> Callable[[Any], bool]:
                    return lambda view: (
                        contact in view.contacts
                        and count <= sum(message["by"] == "agent" for message in view.contacts[contact]["messages"])
                    )

                await client.until(heard(1))
                await client.send({"t": "msg.send", "contact": contact, "text": "Il est annulé."})
                await client.until(heard(2))
                return [message["text"] for message in client.view.contacts[contact]["messages"]]
        finally:
            client.stop()
            await running

    said = asyncio.run(visit())

    assert said[0].startswith("Bonjour")
    assert ["Il est annulé.", "Je vois. Je regarde cela un instant."] == said[1:]


def run(*arguments: str) -> tuple[int, str]:
    """Exit code and standard error of a command that must end by itself."""
    done = subprocess.run(
        [sys.executable, "-m", "web", *arguments], capture_output=True, text=True, timeout=WITHIN_S, check=False
    )
    return done.returncode, done.stderr


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    """A demo begins only in a folder of its own; it says so in one line and touches nothing."""
    (tmp_path / "thesis.txt").write_text("mine")
    code, said = run("demo", "--data", str(tmp_path), "--no-people")

    assert (1, 1) == (code, said.count("\n"))
    assert "another folder with --data" in said
    assert ["thesis.txt"] == [path.name for path in tmp_path.iterdir()]


def test_a_broken_mark_is_told_in_one_line(tmp_path: Path) -> None:
    """A demo's folder that cannot be understood is not taken for a new one."""
    (tmp_path / MARK).write_text(json.dumps({"clock": {}}))
    code, said = run("demo", "--data", str(tmp_path), "--no-people")

    assert (1, 1) == (code, said.count("\n"))
    assert str(tmp_path) in said


def test_a_taken_port_is_told_in_one_line(tmp_path: Path) -> None:
    """A port that somebody has is named; nothing is begun in the folder."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        for command in ("demo", "serve"):
            code, said = run(command, "--data", str(tmp_path / "desk"), "--port", port)

            assert (1, 1) == (code, said.count("\n"))
            assert f"port {port} of 127.0.0.1 is taken" in said
    assert not (tmp_path / "desk").exists()


def test_the_first_page_is_there_before_the_people(tmp_path: Path) -> None:
    """Addresses are printed and the page answers without waiting for the virtual people's own start."""
    demo = DeskProcess.demo(tmp_path / "demo")
    began = time.monotonic()
    try:
        demo.start()
        assert 200 == get(f"{demo.address}/demo")[0]
        assert demo.process is not None
        assert demo.process.stdout is not None
        said = [demo.process.stdout.readline() for _ in range(5)]
    finally:
        demo.end()

    assert time.monotonic() - began < 10
    assert said[0].startswith("ringback demo")
    assert f"{demo.address}/demo" in said[2]
    assert f"{demo.address}/console" in said[4]
